package io.millrace.sql.parse;

import io.millrace.sql.diagnostic.Span;
import java.util.List;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/** A statement of the kinds that a job is made of. */
public sealed interface ParsedStatement
{
    /** The whole statement. */
    Span span();

    /** CREATE TABLE; with {@code like}, beside all that another table has. */
    record CreateTable(
        String name,
        Span nameSpan,
        List<ParsedColumn> columns,
        @Nullable ParsedWatermark watermark,
        List<ParsedOption> options,
        List<SqlIdentifier> primaryKey,
        @Nullable Like like,
        boolean isTolerant,
        Span span) implements ParsedStatement
    {
    }

    /** {@code LIKE table}, and what becomes of each of the table's features. Physical columns are always taken. */
    record Like(String table, Span span, Merging constraints, Merging generated, Merging watermarks, Merging options)
    {
    }

    /** What becomes of a feature of the table behind LIKE. */
    enum Merging
    {
        /** It is taken; what both tables have is an error. */
        INCLUDING,
        /** It is not taken. */
        EXCLUDING,
        /** It is taken, but for what the new table has too. */
        OVERWRITING
    }

    /** A column: one of {@code type} and {@code expression} is there. */
    record ParsedColumn(
        String name, Span nameSpan, @Nullable SqlDataTypeSpec type, Span typeSpan, @Nullable SqlNode expression)
    {
    }

    /** {@code WATERMARK FOR column AS strategy}. */
    record ParsedWatermark(SqlIdentifier column, SqlNode strategy)
    {
    }

    /** {@code 'key' = 'value'} of a WITH clause or of a hint. */
    record ParsedOption(String key, Span keySpan, String value, Span valueSpan)
    {
    }

    /** CREATE VIEW; {@code columns} is empty where the query's names are taken. */
    record CreateView(
        String name, Span nameSpan, List<SqlIdentifier> columns, SqlNode query, boolean isTolerant, Span span)
        implements ParsedStatement
    {
    }

    /** INSERT INTO; {@code columns} is empty where none were named, {@code options} are those of a hint. */
    record Insert(
        String target, Span targetSpan, List<ParsedOption> options, List<SqlIdentifier> columns, SqlNode query,
        Span span) implements ParsedStatement
    {
    }

    /** DROP TABLE or VIEW. */
    record Drop(String name, Span nameSpan, boolean isView, boolean isTolerant, Span span) implements ParsedStatement
    {
    }

    /** USE of the catalog or the database that is used anyway. */
    record UseDefault(Span span) implements ParsedStatement
    {
    }

    /** SET 'key' = 'value'. */
    record SetOption(String key, String value, Span span) implements ParsedStatement
    {
    }
}
