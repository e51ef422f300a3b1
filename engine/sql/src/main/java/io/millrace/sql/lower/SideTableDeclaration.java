package io.millrace.sql.lower;

import io.millrace.engine.sink.FileName;
import io.millrace.sql.diagnostic.Diagnostics;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.ParsedStatement.CreateTable;
import io.millrace.sql.parse.ParsedStatement.ParsedColumn;
import io.millrace.sql.parse.ParsedStatement.ParsedOption;
import io.millrace.sql.parse.ScriptSplitter;
import io.millrace.sql.parse.StatementParser;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables that no job declares: {@code late$T} and {@code dlq$T}, what jobs keep of the rows of {@code T} that
 * reached no result. They are read as files of the state folder of the job that kept them.
 */
final class SideTableDeclaration
{
    private static final String COLUMNS = """
        CREATE TABLE t (`statement` STRING, window_start TIMESTAMP(3), window_end TIMESTAMP(3), reason STRING,
          detail STRING, `position` STRING, `raw` STRING, raw_base64 STRING, raw_length INT) WITH ('connector'='x')
        """;

    private SideTableDeclaration()
    {
    }

    /** Whether a table of this name is there without being declared. */
    static boolean isName(final String name)
    {
        return (name.startsWith("late$") || name.startsWith("dlq$")) && !name.endsWith("$");
    }

    /**
     * The DDL that stands for it.
     *
     * @param span         of who reads it.
     * @param tablesFolder where the tables of a state folder are; null where none was named.
     */
    static CreateTable of(final String name, final Span span, final @Nullable String tablesFolder)
    {
        final CreateTable ddl = (CreateTable)StatementParser.parse(
            ScriptSplitter.split(COLUMNS, new Diagnostics()).get(0));
        final List<ParsedColumn> columns = ddl.columns().stream().map(column -> new ParsedColumn(
            column.name(), span, column.type(), span, column.expression())).toList();
        final List<ParsedOption> options = new ArrayList<>();
        options.add(new ParsedOption("connector", span, "filesystem", span));
        options.add(new ParsedOption("format", span, "json", span));
        if (tablesFolder != null)
        {
            options.add(new ParsedOption("path", span, tablesFolder + "/" + FileName.of(name), span));
        }
        return new CreateTable(name, span, columns, null, options, List.of(), null, false, span);
    }
}
