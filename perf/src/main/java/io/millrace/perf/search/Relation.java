package io.millrace.perf.search;

import io.millrace.perf.search.ExpressionMaker.Family;
import java.util.List;
import java.util.Map;

/**
 * A table or view that queries read.
 *
 * @param columns by family, as they are written.
 * @param keys    columns of few values.
 * @param time    its time attribute.
 */
record Relation(String name, Map<Family, List<String>> columns, List<String> keys, String time)
{
}
