package io.millrace.engine.plan;

import io.millrace.codecs.RowLayout;
import java.util.Map;

/**
 * A table that the job writes: every column of its DDL.
 *
 * @param options the WITH clause after overrides, with {@code connector} and {@code format}.
 */
public record SinkPlan(int id, String name, RowLayout layout, Map<String, String> options)
{
}
