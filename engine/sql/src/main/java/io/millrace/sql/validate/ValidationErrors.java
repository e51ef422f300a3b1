package io.millrace.sql.validate;

import io.millrace.engine.Suggestion;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.runtime.CalciteContextException;
import org.jspecify.annotations.Nullable;

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
    private static final Pattern FIELD = Pattern.compile(
        "Trying to access field (.+) in a type with no fields: (.+)", Pattern.DOTALL);
    private static final Pattern UNGROUPED = Pattern.compile("Expression '([^']+)' is not being grouped");
    /** Words of Flink that stand for the time now, or for who asks: a job's results would differ from run to run. */
    private static final Set<String> OF_THE_MOMENT = Set.of("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME",
        "LOCALTIMESTAMP", "LOCALTIME", "CURRENT_USER", "USER", "SESSION_USER");
    private static final Set<String> WINDOW_COLUMNS = Set.of("window_start", "window_end", "window_time");
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
            if (matcher.matches() && pattern == UNKNOWN && isType(matcher.group(1), tables))
            {
                return Diagnostic.error(DiagnosticCode.TYPE, span, "there is no type '" + matcher.group(1) + "'",
                    Suggestion.hint(matcher.group(1), TYPES));
            }
            if (matcher.matches() && OF_THE_MOMENT.contains(matcher.group(1).toUpperCase(Locale.ROOT)))
            {
                return Diagnostic.unsupported(span, matcher.group(1));
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
        if (message.contains("$LiteralChain"))
        {
            return Diagnostic.error(DiagnosticCode.INVALID, span, "texts stand side by side",
                "is a comma or || missing between them?");
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
                SubsetCheck.EXAMPLE + ", where ts is the event time of t");
        }
        final boolean isType = message.startsWith("Cannot apply") || message.contains("type");
        return Diagnostic.error(isType ? DiagnosticCode.TYPE : DiagnosticCode.INVALID, span, message, advice(message));
    }

    /** What Calcite asserts where a text is wrong; null for all else that it asserts. */
    static @Nullable Diagnostic asserted(final String message, final Span span)
    {
        final Matcher field = FIELD.matcher(message);
        if (field.matches())
        {
            return Diagnostic.error(DiagnosticCode.UNKNOWN_COLUMN, span,
                "there is no field '" + field.group(1) + "' in a value of type " + readable(field.group(2)), null);
        }
        return message.equals("sub-query as condition must return only one column") ?
            Diagnostic.error(DiagnosticCode.TYPE, span, "a condition is a BOOLEAN, not a ROW", null) : null;
    }

    private static @Nullable String advice(final String message)
    {
        final Matcher ungrouped = UNGROUPED.matcher(message);
        if (ungrouped.matches())
        {
            return "name it in GROUP BY, or take one of the group's values, such as MAX(" + ungrouped.group(1) + ")";
        }
        if (message.startsWith("Call to auxiliary group function"))
        {
            return "it needs the column and the interval of the TUMBLE in GROUP BY";
        }
        if (message.startsWith("Cannot apply '+' to arguments") && message.contains("<STRING>"))
        {
            return "texts are joined by ||; CAST(… AS INT) is the number in a text";
        }
        return message.startsWith("Aggregate expression is illegal in WHERE") ?
            "HAVING, behind GROUP BY, is what holds for groups" : null;
    }

    /** Whether an unknown word stands where only a type or a column can, and is no column. */
    private boolean isType(final String name, final Collection<String> tables)
    {
        final List<String> columns = columns(tables);
        return columns.isEmpty() ||
            Suggestion.nearest(name, columns) == null && Suggestion.nearest(name, TYPES) != null;
    }

    private static String readable(final String text)
    {
        String message = text.replace("$TUMBLE", "TUMBLE").replace("MR_WINDOW_START", "TUMBLE_START")
            .replace("MR_WINDOW_END", "TUMBLE_END").replace("MR_WINDOW_TIME", "TUMBLE_ROWTIME");
        message = message.replaceAll(" CHARACTER SET \"[^\"]*\"", "").replaceAll(" COLLATE \"[^\"]*\"", "");
        message = message.replace("RecordType:peek_no_expand(", "ROW(").replaceAll("; did you mean '[^']*'\\?$", "");
        return message.replace("VARCHAR(2147483647)", "STRING").replaceAll("\\s+", " ").strip();
    }

    private boolean isColumn(final String name, final Collection<String> tables)
    {
        return columns(tables).contains(name);
    }

    private String columnHint(final String name, final Collection<String> tables)
    {
        if (name.equals("*"))
        {
            return "only COUNT takes *";
        }
        final List<String> columns = columns(tables);
        if (catalogue.names().contains(name))
        {
            return "it is a table; as an argument: TABLE " + name;
        }
        if (columns.contains(name))
        {
            return "the query inside does not select it; as a window's argument: DESCRIPTOR(" + name + ")";
        }
        if (WINDOW_COLUMNS.contains(name))
        {
            return "a TUMBLE table function has it; with GROUP BY TUMBLE(…) it is TUMBLE_START(…) or TUMBLE_END(…)";
        }
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
        return columns.isEmpty() ? "no table with columns is read here" : "the columns are " + listed +
            (name.contains(".") ? "" : "; a text stands in quotes: '" + name + "'");
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
