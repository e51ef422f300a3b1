package io.millrace.sql.validate;

import io.millrace.engine.Suggestion;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.runtime.CalciteContextException;

/** Calcite's errors in a user's words, with the nearest known name. */
final class ValidationErrors
{
    private static final Pattern COLUMN = Pattern.compile(
        "Column '([^']+)' not found in (?:any table|table '[^']*').*", Pattern.DOTALL);
    private static final Pattern UNKNOWN = Pattern.compile("Unknown (?:identifier|field) '([^']+)'.*", Pattern.DOTALL);
    private static final Pattern TABLE = Pattern.compile(
        "(?:Object|Table) '([^']+)' not found.*", Pattern.DOTALL);
    private static final Pattern FUNCTION = Pattern.compile(
        "No match found for function signature ([^(]+)\\(.*", Pattern.DOTALL);

    private static final List<String> TYPES = List.of("BOOLEAN", "TINYINT", "SMALLINT", "INT", "INTEGER", "BIGINT",
        "FLOAT", "DOUBLE", "DECIMAL", "NUMERIC", "STRING", "VARCHAR", "CHAR", "DATE", "TIMESTAMP", "ROW");

    private final Catalogue catalogue;
    private final OperatorTable operators;

    ValidationErrors(final Catalogue catalogue, final OperatorTable operators)
    {
        this.catalogue = catalogue;
        this.operators = operators;
    }

    static Span spanOf(final CalciteContextException e)
    {
        if (e.getPosLine() <= 0)
        {
            return Span.NONE;
        }
        return new Span(e.getPosLine(), Math.max(1, e.getPosColumn()),
            Math.max(e.getPosLine(), e.getEndPosLine()), Math.max(1, e.getEndPosColumn()));
    }

    /** @param tables names of the tables that the statement speaks of: their columns are what may be meant. */
    Diagnostic translate(final CalciteContextException e, final Collection<String> tables, final Span statement)
    {
        final Throwable cause = e.getCause();
        final String text = String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
        return translate(text, spanOf(e).isInText() ? spanOf(e) : statement, tables);
    }

    Diagnostic translate(final String text, final Span span, final Collection<String> tables)
    {
        final String message = readable(text);
        for (final Pattern pattern : List.of(COLUMN, UNKNOWN))
        {
            final Matcher matcher = pattern.matcher(message);
            if (matcher.matches() && pattern == UNKNOWN && columns(tables).isEmpty())
            {
                return Diagnostic.error(DiagnosticCode.TYPE, span, "there is no type '" + matcher.group(1) + "'",
                    Suggestion.hint(matcher.group(1), TYPES));
            }
            if (matcher.matches())
            {
                return Diagnostic.error(DiagnosticCode.UNKNOWN_COLUMN, span, message,
                    columnHint(matcher.group(1), tables));
            }
        }
        final Matcher table = TABLE.matcher(message);
        if (table.matches())
        {
            final String name = table.group(1);
            if (isColumn(name, tables))
            {
                return Diagnostic.error(DiagnosticCode.UNKNOWN_TABLE, span, message, null);
            }
            return Diagnostic.error(DiagnosticCode.UNKNOWN_TABLE, span,
                "Table or view '" + name + "' not found", Suggestion.hint(name, catalogue.names()));
        }
        final Matcher function = FUNCTION.matcher(message);
        if (function.matches())
        {
            return Diagnostic.error(DiagnosticCode.UNKNOWN_FUNCTION, span, message,
                operators.has(function.group(1)) ? null :
                    Suggestion.hint(function.group(1), operators.functionNames()));
        }
        if (message.startsWith("Cannot apply 'TUMBLE' to arguments of type 'TUMBLE(<RECORDTYPE"))
        {
            return Diagnostic.error(DiagnosticCode.TIME_ATTRIBUTE, span,
                "TUMBLE takes a table, a time column and one or two intervals",
                "TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' HOUR), where ts is the event time of t");
        }
        final boolean isType = message.startsWith("Cannot apply") || message.contains("type");
        return Diagnostic.error(isType ? DiagnosticCode.TYPE : DiagnosticCode.INVALID, span, message, null);
    }

    private static String readable(final String text)
    {
        String message = text.replace("$TUMBLE", "TUMBLE").replace("MR_WINDOW_START", "TUMBLE_START")
            .replace("MR_WINDOW_END", "TUMBLE_END").replace("MR_WINDOW_TIME", "TUMBLE_ROWTIME");
        message = message.replaceAll(" CHARACTER SET \"[^\"]*\"", "").replaceAll(" COLLATE \"[^\"]*\"", "");
        return message.replace("VARCHAR(2147483647)", "STRING").replaceAll("\\s+", " ").strip();
    }

    private boolean isColumn(final String name, final Collection<String> tables)
    {
        return columns(tables).contains(name);
    }

    private String columnHint(final String name, final Collection<String> tables)
    {
        final List<String> columns = columns(tables);
        final String nearest = Suggestion.nearest(name, columns);
        if (nearest != null)
        {
            return "did you mean '" + nearest + "'?";
        }
        for (final String column : columns)
        {
            if (column.endsWith("." + name.substring(name.lastIndexOf('.') + 1)))
            {
                return "did you mean '" + column + "'?";
            }
        }
        final String listed = String.join(", ", columns.subList(0, Math.min(20, columns.size())));
        return columns.isEmpty() ? "no table with columns is read here" : "the columns are " + listed;
    }

    private List<String> columns(final Collection<String> tables)
    {
        final List<String> columns = new ArrayList<>();
        for (final String table : tables)
        {
            final Catalogue.Entry entry = catalogue.get(table);
            if (entry != null)
            {
                columns.addAll(Catalogue.paths(entry.rowType()));
            }
        }
        return columns;
    }
}
