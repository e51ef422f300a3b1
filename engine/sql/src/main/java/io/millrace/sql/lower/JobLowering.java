package io.millrace.sql.lower;

import io.millrace.codecs.SqlType.Field;
import io.millrace.engine.Suggestion;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.setting.Settings;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.DiagnosticException;
import io.millrace.sql.diagnostic.Diagnostics;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.DeclaredTable;
import io.millrace.sql.parse.ParsedStatement;
import io.millrace.sql.parse.ParsedStatement.CreateTable;
import io.millrace.sql.parse.ParsedStatement.CreateView;
import io.millrace.sql.parse.ParsedStatement.Drop;
import io.millrace.sql.parse.ParsedStatement.Insert;
import io.millrace.sql.parse.ParsedStatement.Like;
import io.millrace.sql.parse.ParsedStatement.SetOption;
import io.millrace.sql.parse.ScriptSplitter;
import io.millrace.sql.parse.ScriptSplitter.Piece;
import io.millrace.sql.parse.StatementParser;
import io.millrace.sql.validate.Catalogue;
import io.millrace.sql.validate.FlinkTypes;
import io.millrace.sql.validate.OperatorTable;
import io.millrace.sql.validate.QueryAnalyzer;
import io.millrace.sql.validate.QueryAnalyzer.Analyzed;
import io.millrace.sql.validate.SubsetCheck;
import io.millrace.sql.validate.Unforeseen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/** One script, statement by statement; a name whose declaration failed is not complained about again. */
public final class JobLowering
{
    private final Diagnostics diagnostics;
    private final FlinkTypes types = new FlinkTypes();
    private final Catalogue catalogue = new Catalogue(types);
    private final QueryAnalyzer analyzer;
    private final OperatorTable operators;
    private final Set<String> broken = new HashSet<>();
    /** The tables' statements, without LIKE. */
    private final Map<String, CreateTable> declarations = new HashMap<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, Span> places = new HashMap<>();
    private final JobAssembly assembly;
    private final Map<String, Map<String, String>> overrides;
    private final @Nullable String tablesFolder;

    /**
     * @param tablesFolder where late and dead rows of another job are kept, to be read; null where none was named.
     */
    public JobLowering(
        final ConnectorCatalogue connectors,
        final OperatorTable operators,
        final Diagnostics diagnostics,
        final Map<String, Map<String, String>> overrides,
        final @Nullable String tablesFolder)
    {
        this.tablesFolder = tablesFolder;
        this.diagnostics = diagnostics;
        this.operators = operators;
        this.overrides = overrides;
        this.analyzer = new QueryAnalyzer(types, catalogue, operators);
        this.assembly = new JobAssembly(connectors, overrides, diagnostics, types);
    }

    public Compilation compile(final String text)
    {
        boolean hasInsert = false;
        for (final Piece piece : ScriptSplitter.split(text, diagnostics))
        {
            hasInsert |= piece.tokens().get(0).isWord("INSERT") || piece.tokens().get(0).isWord("EXECUTE");
            try
            {
                statement(piece);
            }
            catch (final DiagnosticException e)
            {
                diagnostics.add(e.diagnostic());
                remember(piece);
            }
            catch (final RuntimeException | LinkageError | AssertionError | StackOverflowError e)
            {
                diagnostics.add(Unforeseen.of(e, piece.tokens().get(0).span()).diagnostic());
                remember(piece);
            }
        }
        checkSettings();
        checkOverrides();
        assembly.checkOptions();
        if (!hasInsert && !diagnostics.hasErrors())
        {
            diagnostics.add(Diagnostic.error(DiagnosticCode.NO_STATEMENT, Span.NONE,
                "the job has no INSERT INTO: nothing would run", null));
        }
        return new Compilation(
            diagnostics.hasErrors() ? null : assembly.job(settings), diagnostics.sorted(), declaredTables());
    }

    /** What this piece would have declared is not there because of its error. */
    private void remember(final Piece piece)
    {
        for (int i = 1; i + 1 < piece.tokens().size(); i++)
        {
            if (piece.tokens().get(i).isWord("TABLE") || piece.tokens().get(i).isWord("VIEW"))
            {
                final boolean isTolerant = piece.tokens().get(i + 1).isWord("IF") && i + 4 < piece.tokens().size();
                int name = i + (isTolerant ? 4 : 1);
                while (name + 2 < piece.tokens().size() && piece.tokens().get(name + 1).isSymbol("."))
                {
                    name += 2;
                }
                broken.add(piece.tokens().get(name).text());
                return;
            }
        }
    }

    private void statement(final Piece piece)
    {
        final ParsedStatement statement = StatementParser.parse(piece);
        if (piece.isInSet() && !(statement instanceof Insert))
        {
            diagnostics.add(Diagnostic.error(DiagnosticCode.STATEMENT_SET, piece.tokens().get(0).span(),
                "a statement set takes only INSERT statements", null));
        }
        if (statement instanceof SetOption set)
        {
            settings.put(set.key(), set.value());
            places.put(set.key(), set.span());
        }
        else if (statement instanceof CreateTable table)
        {
            table(table);
        }
        else if (statement instanceof CreateView view)
        {
            view(view);
        }
        else if (statement instanceof Drop drop)
        {
            drop(drop);
        }
        else if (statement instanceof Insert insert)
        {
            insert(insert);
        }
    }

    private void drop(final Drop drop)
    {
        final boolean isBroken = broken.remove(drop.name());
        final Catalogue.Entry entry = catalogue.get(drop.name());
        if (entry != null && entry instanceof ViewDeclaration == drop.isView())
        {
            catalogue.remove(drop.name());
            declarations.remove(drop.name());
        }
        else if (!isBroken && !(entry == null && drop.isTolerant()))
        {
            diagnostics.add(Diagnostic.error(DiagnosticCode.UNKNOWN_TABLE, drop.nameSpan(),
                "there is no " + (drop.isView() ? "view" : "table") + " '" + drop.name() + "' to be dropped",
                entry == null ? Suggestion.hint(drop.name(), catalogue.names()) : "it is a " +
                (drop.isView() ? "table" : "view")));
        }
    }

    private boolean isTaken(final String name, final Span span, final boolean isTolerant)
    {
        if (catalogue.get(name) == null)
        {
            return false;
        }
        if (!isTolerant)
        {
            diagnostics.add(Diagnostic.error(
                DiagnosticCode.DUPLICATE, span, "a table or view '" + name + "' is already declared", null));
        }
        return true;
    }

    /** The statement with what the table behind LIKE has; null where that table has errors. */
    private @Nullable CreateTable resolved(final CreateTable ddl)
    {
        final Like like = ddl.like();
        if (like == null)
        {
            return ddl;
        }
        final CreateTable source = broken.contains(like.table()) ? null : declarations.get(like.table());
        if (source == null && !broken.contains(like.table()))
        {
            throw Unsupported.wrong(catalogue.get(like.table()) == null ? DiagnosticCode.UNKNOWN_TABLE :
                DiagnosticCode.INVALID, like.span(), catalogue.get(like.table()) == null ?
                "Table '" + like.table() + "' not found" : "'" + like.table() + "' is a view: LIKE takes a table",
                catalogue.get(like.table()) == null ?
                Suggestion.hint(like.table(), declarations.keySet()) : null);
        }
        return source == null ? null : TableLike.merged(ddl, source, like);
    }

    private void table(final CreateTable statement)
    {
        if (isTaken(statement.name(), statement.nameSpan(), statement.isTolerant()))
        {
            return;
        }
        final CreateTable ddl = resolved(statement);
        if (ddl == null)
        {
            broken.add(statement.name());
            return;
        }
        declarations.put(ddl.name(), ddl);
        final TableBuilder builder = new TableBuilder(analyzer, catalogue, diagnostics, ddl);
        if (!builder.build())
        {
            broken.add(ddl.name());
            assembly.keepBroken(builder.table());
        }
    }

    private void view(final CreateView ddl)
    {
        if (isTaken(ddl.name(), ddl.nameSpan(), ddl.isTolerant()))
        {
            return;
        }
        final Lowered lowered = lower(ddl.query(), ddl.nameSpan());
        if (lowered == null)
        {
            broken.add(ddl.name());
            return;
        }
        final List<String> names = new ArrayList<>(lowered.rowType().getFieldNames());
        if (!ddl.columns().isEmpty())
        {
            if (ddl.columns().size() != names.size())
            {
                broken.add(ddl.name());
                diagnostics.add(Diagnostic.error(DiagnosticCode.INVALID, ddl.nameSpan(), "the view '" + ddl.name() +
                    "' names " + ddl.columns().size() + " columns, its query has " + names.size(), null));
                return;
            }
            names.clear();
            ddl.columns().forEach(column -> names.add(column.getSimple()));
        }
        final RelDataTypeFactory.Builder row = types.builder();
        for (int i = 0; i < names.size(); i++)
        {
            row.add(names.get(i), lowered.rowType().getFieldList().get(i).getType());
        }
        catalogue.put(new ViewDeclaration(ddl.name(), ddl.nameSpan(), row.build(), lowered.relation()));
    }

    /** A query in normal form. */
    private record Lowered(Relation relation, RelDataType rowType)
    {
    }

    /** Null where it has errors, which are reported. */
    private @Nullable Lowered lower(final SqlNode query, final Span span)
    {
        final SubsetCheck check = new SubsetCheck(operators, diagnostics);
        check.query(query);
        for (final String table : check.tables())
        {
            if (broken.contains(table))
            {
                return null;
            }
            if (catalogue.get(table) == null && SideTableDeclaration.isName(table))
            {
                table(SideTableDeclaration.of(table, span, tablesFolder));
            }
        }
        if (!check.isClean())
        {
            return null;
        }
        try
        {
            final Analyzed analyzed = analyzer.analyze(query, check.tables(), span, diagnostics);
            final Span time = check.timeColumn().isInText() ? check.timeColumn() : span;
            final Places places = new Places(span, time, analyzed.aggregates(), check.options());
            return new Lowered(RelLowering.lower(types, analyzed.rel(), places), analyzed.rowType());
        }
        catch (final DiagnosticException e)
        {
            diagnostics.add(e.diagnostic());
            return null;
        }
    }

    private void insert(final Insert insert)
    {
        final TableDeclaration sink = sink(insert);
        final Lowered query = lower(insert.query(), insert.targetSpan());
        if (sink == null || query == null)
        {
            return;
        }
        final SinkAssignment assignment =
            new SinkColumns(insert, sink, diagnostics).assignment(query.rowType().getFieldCount());
        if (assignment != null)
        {
            assembly.insert(sink, query.relation(), assignment);
        }
    }

    private @Nullable TableDeclaration sink(final Insert insert)
    {
        final Span span = insert.targetSpan();
        final String name = insert.target();
        if (broken.contains(name))
        {
            return null;
        }
        final Catalogue.Entry entry = catalogue.get(name);
        if (entry instanceof TableDeclaration table)
        {
            return table.with(insert.options());
        }
        diagnostics.add(entry == null ?
            Diagnostic.error(DiagnosticCode.UNKNOWN_TABLE, span, "Table or view '" + name + "' not found",
                Suggestion.hint(name, catalogue.names())) :
            Diagnostic.error(DiagnosticCode.INVALID, span, "'" + name + "' is a view: nothing can be written to it",
                null));
        return null;
    }

    private void checkSettings()
    {
        for (final Settings.Violation violation : Settings.check(settings))
        {
            diagnostics.add(Diagnostic.error(DiagnosticCode.SETTING, places.getOrDefault(violation.key(), Span.NONE),
                violation.message(), violation.hint()));
        }
    }

    private void checkOverrides()
    {
        for (final String table : overrides.keySet())
        {
            if (!(catalogue.get(table) instanceof TableDeclaration) && !broken.contains(table))
            {
                final List<String> tables = new ArrayList<>();
                catalogue.entries().stream().filter(TableDeclaration.class::isInstance)
                    .forEach(entry -> tables.add(entry.name()));
                diagnostics.add(Diagnostic.error(DiagnosticCode.OVERRIDE, Span.NONE,
                    "an override names the table '" + table + "', which the job does not declare",
                    Suggestion.hint(table, tables)));
            }
        }
    }

    private Map<String, DeclaredTable> declaredTables()
    {
        final Map<String, DeclaredTable> tables = new LinkedHashMap<>();
        for (final Catalogue.Entry entry : catalogue.entries())
        {
            if (entry instanceof TableDeclaration table && !broken.contains(table.name()))
            {
                tables.put(table.name(), new DeclaredTable(table.name(), table.physical(),
                    table.computed().stream().map(c -> new Field(c.name(), c.expression().type())).toList(),
                    table.rowtimePath(), new TableOptions(table, overrides.get(table.name())).merged()));
            }
        }
        return tables;
    }
}
