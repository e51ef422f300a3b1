package io.millrace.sql.lower;

import io.millrace.engine.Suggestion;
import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Format;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Sink;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Diagnostics;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.ParsedStatement.ParsedOption;
import io.millrace.sql.validate.Catalogue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of one table: the WITH clause, the overrides over it, and what its connector knows. */
final class TableOptions
{
    private static final String CONNECTOR = "connector";
    private static final String FORMAT = "format";

    private final TableDeclaration table;
    private final Map<String, String> overrides;
    private final Map<String, String> merged = new LinkedHashMap<>();

    TableOptions(final TableDeclaration table, final @Nullable Map<String, String> overrides)
    {
        this.table = table;
        this.overrides = overrides == null ? Map.of() : overrides;
        merge();
    }

    private void merge()
    {
        final Map<String, String> declared = new LinkedHashMap<>();
        table.options().forEach(option -> declared.put(option.key(), option.value()));
        final String format = overrides.getOrDefault(FORMAT, declared.getOrDefault(FORMAT, ""));
        final boolean isReplaced =
            overrides.containsKey(CONNECTOR) && !overrides.get(CONNECTOR).equals(declared.get(CONNECTOR));
        declared.forEach((key, value) ->
        {
            if (!isReplaced || key.equals(FORMAT) || key.startsWith(format + "."))
            {
                merged.put(key, value);
            }
        });
        merged.putAll(overrides);
    }

    /** What holds: by key. */
    Map<String, String> merged()
    {
        return merged;
    }

    /** Checks a table that may be read or written: what options it needs is not known. */
    void check(final ConnectorCatalogue connectors, final Diagnostics diagnostics)
    {
        if (merged.containsKey(CONNECTOR))
        {
            final Connector connector = connectors.connector(merged.getOrDefault(CONNECTOR, ""));
            final boolean isRead = connector != null && connector.sourceOptions() != null;
            final boolean isWritten = connector != null && connector.sinkOptions() != null;
            known(connectors, isRead, isWritten, diagnostics);
        }
    }

    /** Checks a table that statements use. */
    void check(
        final ConnectorCatalogue connectors, final boolean isRead, final boolean isWritten,
        final Diagnostics diagnostics)
    {
        for (final Option option : known(connectors, isRead, isWritten, diagnostics))
        {
            if (option.isRequired() && merged.keySet().stream().noneMatch(option::matches))
            {
                diagnostics.add(Diagnostic.error(DiagnosticCode.MISSING_OPTION, table.nameSpan(),
                    "the table '" + table.name() + "' needs the option '" + option.key() + "': " +
                    option.description(), SideTableDeclaration.isName(table.name()) ?
                    "--tables DIR names the state folder of the job that kept its rows" : null));
            }
        }
    }

    /** What the table must have to itself where it is written; null for nothing, or where its options are wrong. */
    Connector.@Nullable Outlet outlet(final ConnectorCatalogue connectors)
    {
        final Connector connector = connectors.connector(merged.getOrDefault(CONNECTOR, ""));
        try
        {
            return connector == null ? null : connector.outlet(values());
        }
        catch (final ConnectorException e)
        {
            // Said where the options are checked.
            return null;
        }
    }

    /** Refuses a table that is written where another is. */
    void refuseOutlet(final Connector.Outlet outlet, final TableDeclaration other, final Diagnostics diagnostics)
    {
        diagnostics.add(Diagnostic.error(DiagnosticCode.OPTION_VALUE, valueSpan(outlet.option()), "the tables '" +
            other.name() + "' and '" + table.name() + "' are both written to " + outlet.name() +
            ", where their results can't be told apart", "give one of them another '" + outlet.option() + "'"));
    }

    private io.millrace.engine.connector.TableOptions values()
    {
        return new io.millrace.engine.connector.TableOptions(
            table.name(), Map.copyOf(merged), table.physical());
    }

    /** The options that the table may have, of which those that it has are; none without a connector. */
    private Set<Option> known(
        final ConnectorCatalogue connectors, final boolean isRead, final boolean isWritten,
        final Diagnostics diagnostics)
    {
        final String name = merged.get(CONNECTOR);
        if (name == null)
        {
            diagnostics.add(Diagnostic.error(DiagnosticCode.MISSING_OPTION, table.nameSpan(),
                "the table '" + table.name() + "' has no 'connector'",
                "WITH ('connector' = '…'); this build has " + String.join(", ", connectors.connectorNames())));
            return Set.of();
        }
        final Connector connector = connectors.connector(name);
        if (connector == null)
        {
            final String nearest = Suggestion.hint(name, connectors.connectorNames());
            diagnostics.add(Diagnostic.error(DiagnosticCode.UNKNOWN_CONNECTOR, valueSpan(CONNECTOR),
                "the connector '" + name + "' of table '" + table.name() + "' is not in this build",
                nearest != null ? nearest : "this build has " + String.join(", ", connectors.connectorNames()) +
                "; for a local run: -e " + table.name() + ".connector=…"));
            return Set.of();
        }
        final Set<Option> known = new LinkedHashSet<>();
        direction(connector, isRead, connector.sourceOptions(), "read", known, diagnostics);
        direction(connector, isWritten, connector.sinkOptions(), "written", known, diagnostics);
        if (isWritten)
        {
            known.addAll(Sink.OPTIONS);
        }
        final boolean isFormatKnown = format(connector, connectors, known, diagnostics);
        unknownKeys(connector, known, isFormatKnown, diagnostics);
        merged.keySet().forEach(key -> value(connector, key, known, diagnostics));
        return known;
    }

    /** Whether the value can be read, and the column of {@code fields.COLUMN.kind} and its like is there. */
    private void value(
        final Connector connector, final String key, final Set<Option> known, final Diagnostics diagnostics)
    {
        for (final Option option : known)
        {
            if (!option.matches(key))
            {
                continue;
            }
            final String column = option.column(key);
            final List<String> columns = Catalogue.paths(table.rowType());
            if (column != null && !columns.contains(column))
            {
                diagnostics.add(Diagnostic.error(DiagnosticCode.UNKNOWN_OPTION, keySpan(key), "the connector '" +
                    connector.name() + "' of table '" + table.name() + "' has no option '" + key +
                    "', as there is no column '" + column + "'", Suggestion.hint(column, columns)));
                continue;
            }
            try
            {
                option.reading().read(values(), key);
            }
            catch (final ConnectorException e)
            {
                diagnostics.add(Diagnostic.error(
                    DiagnosticCode.OPTION_VALUE, valueSpan(key), String.valueOf(e.getMessage()), null));
            }
        }
    }

    private void direction(
        final Connector connector, final boolean isUsed, final @Nullable List<Option> options, final String how,
        final Set<Option> known, final Diagnostics diagnostics)
    {
        if (isUsed && options == null)
        {
            diagnostics.add(Diagnostic.error(DiagnosticCode.DIRECTION, valueSpan(CONNECTOR), "the connector '" +
                connector.name() + "' of table '" + table.name() + "' can't be " + how, null));
        }
        else if (isUsed && options != null)
        {
            known.addAll(options);
        }
    }

    /** Whether the format's options are known. */
    private boolean format(
        final Connector connector, final ConnectorCatalogue connectors, final Set<Option> known,
        final Diagnostics diagnostics)
    {
        if (!connector.needsFormat())
        {
            return true;
        }
        final String name = merged.get(FORMAT);
        if (name == null)
        {
            diagnostics.add(Diagnostic.error(DiagnosticCode.MISSING_OPTION, table.nameSpan(),
                "the table '" + table.name() + "' needs a 'format'",
                "this build has " + String.join(", ", connectors.formatNames())));
            return true;
        }
        final Format format = connectors.format(name);
        if (format == null)
        {
            final String nearest = Suggestion.hint(name, connectors.formatNames());
            diagnostics.add(Diagnostic.error(DiagnosticCode.UNKNOWN_FORMAT, valueSpan(FORMAT),
                "the format '" + name + "' of table '" + table.name() + "' is not in this build",
                nearest != null ? nearest : "this build has " + String.join(", ", connectors.formatNames())));
            return false;
        }
        if (!format.isText() && !connector.keepsRecordsApart())
        {
            diagnostics.add(Diagnostic.error(DiagnosticCode.UNKNOWN_FORMAT, valueSpan(FORMAT),
                "the format '" + name + "' of table '" + table.name() + "' has no lines, and the connector '" +
                connector.name() + "' keeps records apart by line ends", "use 'json', or a connector such as 'aeron'"));
        }
        known.addAll(format.options());
        return true;
    }

    private void unknownKeys(
        final Connector connector, final Set<Option> known, final boolean isFormatKnown,
        final Diagnostics diagnostics)
    {
        final List<String> names = new ArrayList<>(List.of(CONNECTOR));
        known.forEach(option -> names.add(option.key()));
        if (connector.needsFormat())
        {
            names.add(FORMAT);
        }
        final String format = merged.getOrDefault(FORMAT, "");
        for (final String key : merged.keySet())
        {
            final boolean isFormats = key.equals(FORMAT) || key.startsWith(format + ".");
            final boolean isLeftOver = isFormats && (!isFormatKnown ||
                !connector.needsFormat() && overrides.containsKey(CONNECTOR));
            if (!names.contains(key) && !isLeftOver && known.stream().noneMatch(option -> option.matches(key)))
            {
                final String nearest = Suggestion.hint(key, names);
                diagnostics.add(Diagnostic.error(
                    overrides.containsKey(key) ? DiagnosticCode.OVERRIDE : DiagnosticCode.UNKNOWN_OPTION, keySpan(key),
                    "the connector '" + connector.name() + "' of table '" + table.name() + "' has no option '" + key +
                    "'", nearest != null ? nearest : "its options are " + String.join(", ", names)));
            }
        }
    }

    private Span keySpan(final String key)
    {
        final ParsedOption option = option(key);
        return option == null ? Span.NONE : option.keySpan();
    }

    private Span valueSpan(final String key)
    {
        final ParsedOption option = option(key);
        return option == null ? Span.NONE : option.valueSpan();
    }

    /** The option as written; null where an override says it. */
    private @Nullable ParsedOption option(final String key)
    {
        for (final ParsedOption option : table.options())
        {
            if (option.key().equals(key) && !overrides.containsKey(key))
            {
                return option;
            }
        }
        return null;
    }
}
