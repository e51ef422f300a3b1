package io.millrace.sql.logical;

import io.millrace.codecs.SqlType;
import io.millrace.sql.expr.Expr;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table that is read. Expressions over its rows number their inputs by
 * {@code RowLayout.of(fields of all columns, physical then computed).columns()}: depth first, a nested ROW's own
 * presence before its fields.
 *
 * @param physical  the columns that the format delivers, in declared order.
 * @param computed  the computed columns, in declared order; an expression may read earlier computed columns.
 * @param rowtime   the event-time column as an expression (an {@link Expr.Input}, TIMESTAMP up to 3 digits), or null.
 * @param watermark the WATERMARK expression, or null.
 * @param options   the WITH clause after overrides.
 */
public record SourceTable(
    String name,
    List<SqlType.Field> physical,
    List<Computed> computed,
    @Nullable Expr rowtime,
    @Nullable Expr watermark,
    Map<String, String> options)
{
    /** {@code name AS expression}. */
    public record Computed(String name, Expr expression)
    {
    }
}
