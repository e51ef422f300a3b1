package io.millrace.sql.lower;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticException;
import io.millrace.sql.diagnostic.Diagnostics;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.logical.LogicalJob;
import io.millrace.sql.logical.SinkTable;
import io.millrace.sql.logical.SourceTable;
import io.millrace.sql.logical.Statement;
import io.millrace.sql.logical.Statement.AggregateLeg;
import io.millrace.sql.logical.Statement.Branch;
import io.millrace.sql.logical.Statement.Leg;
import io.millrace.sql.logical.Statement.StatelessLeg;
import io.millrace.sql.lower.Relation.Feed;
import io.millrace.sql.lower.Relation.Path;
import io.millrace.sql.lower.Relation.Rows;
import io.millrace.sql.lower.Relation.Windows;
import io.millrace.sql.validate.FlinkTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The statements and the tables that they use, numbered in order of first use. */
final class JobAssembly
{
    private static final String UNNAMED = "VALUES";

    private final ConnectorCatalogue connectors;
    private final Map<String, Map<String, String>> overrides;
    private final Diagnostics diagnostics;
    private final FlinkTypes types;
    private final List<TableDeclaration> read = new ArrayList<>();
    private final List<TableDeclaration> written = new ArrayList<>();
    private final List<TableDeclaration> broken = new ArrayList<>();
    private final List<Statement> statements = new ArrayList<>();

    JobAssembly(
        final ConnectorCatalogue connectors,
        final Map<String, Map<String, String>> overrides,
        final Diagnostics diagnostics,
        final FlinkTypes types)
    {
        this.types = types;
        this.connectors = connectors;
        this.overrides = overrides;
        this.diagnostics = diagnostics;
    }

    /** One name is one table to who runs and watches a job. */
    private int number(final List<TableDeclaration> tables, final TableDeclaration table, final Span span)
    {
        for (int i = 0; i < tables.size(); i++)
        {
            final TableDeclaration other = tables.get(i);
            if (table.isNamed() ? other.name().equals(table.name()) : other.isSameTable(table))
            {
                if (!other.isSameTable(table) || !options(other).merged().equals(options(table).merged()))
                {
                    diagnostics.add(Diagnostic.unsupported(span, "'" + table.name() +
                        "' as two different tables in one job", "declare it twice, under two names"));
                }
                return i;
            }
        }
        tables.add(table);
        return tables.size() - 1;
    }

    void insert(final TableDeclaration sink, final Relation query, final SinkAssignment assignment)
    {
        final int sinkIndex = number(written, sink, assignment.statement());
        final List<Leg> legs = new ArrayList<>();
        final ConstantRows constants = new ConstantRows(types);
        for (final Path path : query.paths())
        {
            try
            {
                if (path instanceof Rows rows && OneRow.isRead(rows.table()))
                {
                    constants.add(rows.filter(), assignment.projection(rows.columns()));
                }
                else
                {
                    legs.add(leg(path, assignment));
                }
            }
            catch (final DiagnosticException e)
            {
                diagnostics.add(e.diagnostic());
            }
        }
        constants.legs().forEach(leg -> legs.add(leg.over(number(read, leg.table(), assignment.statement()))));
        statements.add(new Statement(sinkIndex, legs));
    }

    private Leg leg(final Path path, final SinkAssignment assignment)
    {
        final Span statement = assignment.statement();
        if (path instanceof Rows rows)
        {
            return new StatelessLeg(
                number(read, rows.table(), statement), rows.filter(), assignment.projection(rows.columns()));
        }
        final Windows windows = (Windows)path;
        final List<Branch> branches = new ArrayList<>();
        for (final Feed feed : windows.feeds())
        {
            branches.add(new Branch(number(read, feed.table(), statement), feed.filter(), feed.windowTime(),
                feed.keys(), feed.arguments()));
        }
        return new AggregateLeg(windows.window(), windows.keyTypes(), windows.calls(), branches, windows.having(),
            assignment.projection(windows.columns()));
    }

    private TableOptions options(final TableDeclaration table)
    {
        return new TableOptions(table, overrides.get(table.name()));
    }

    /** A table with errors, whose options are looked at all the same. */
    void keepBroken(final TableDeclaration table)
    {
        broken.add(table);
    }

    void checkOptions()
    {
        final Set<TableDeclaration> used = new LinkedHashSet<>(read);
        used.addAll(written);
        for (final TableDeclaration table : used)
        {
            options(table).check(connectors, read.contains(table), written.contains(table), diagnostics);
        }
        broken.forEach(table -> options(table).check(connectors, diagnostics));
        checkOutlets();
    }

    private void checkOutlets()
    {
        final Map<Connector.Outlet, TableDeclaration> taken = new HashMap<>();
        for (final TableDeclaration table : written)
        {
            final Connector.Outlet outlet = options(table).outlet(connectors);
            final TableDeclaration other = outlet == null ? null : taken.putIfAbsent(outlet, table);
            if (outlet != null && other != null)
            {
                options(table).refuseOutlet(outlet, other, diagnostics);
            }
        }
    }

    /** Names of the tables that are read; one without a name gets one that no other has. */
    private List<String> names()
    {
        final Set<String> taken = new HashSet<>();
        written.forEach(table -> taken.add(table.name()));
        read.forEach(table -> taken.add(table.name()));
        final List<String> names = new ArrayList<>();
        for (final TableDeclaration table : read)
        {
            String name = table.isNamed() ? table.name() : UNNAMED;
            for (int i = 2; !table.isNamed() && !taken.add(name); i++)
            {
                name = UNNAMED + "_" + i;
            }
            names.add(name);
        }
        return names;
    }

    LogicalJob job(final Map<String, String> settings)
    {
        final List<SourceTable> sources = new ArrayList<>();
        final List<String> names = names();
        for (final TableDeclaration table : read)
        {
            sources.add(new SourceTable(names.get(sources.size()), table.physical(), table.computed(), table.rowtime(),
                table.watermark(), options(table).merged()));
        }
        final List<SinkTable> sinks = new ArrayList<>();
        for (final TableDeclaration table : written)
        {
            sinks.add(new SinkTable(table.name(), table.physical(), options(table).merged()));
        }
        return new LogicalJob(Map.copyOf(settings), sources, sinks, List.copyOf(statements));
    }
}
