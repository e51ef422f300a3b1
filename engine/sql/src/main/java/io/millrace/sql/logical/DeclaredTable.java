package io.millrace.sql.logical;

import io.millrace.codecs.SqlType.Field;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table as the job declares it, whether or not a statement uses it.
 *
 * @param physical the columns that are read or written, in declared order.
 * @param computed the columns with an expression, in declared order.
 * @param rowtime  the event-time column, or null.
 * @param options  the WITH clause after overrides.
 */
public record DeclaredTable(
    String name, List<Field> physical, List<Field> computed, @Nullable String rowtime, Map<String, String> options)
{
}
