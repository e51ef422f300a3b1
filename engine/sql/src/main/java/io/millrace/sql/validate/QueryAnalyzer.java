package io.millrace.sql.validate;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.DiagnosticException;
import io.millrace.sql.diagnostic.Diagnostics;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.Positions;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.metadata.DefaultRelMetadataProvider;
import org.apache.calcite.rel.metadata.ProxyingMetadataHandlerProvider;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.CalciteException;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql2rel.SqlRexConvertletTable;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.tools.RelBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Validates one query and turns it into relations. Nothing is optimised: filters and projections are merged where
 * relations are lowered.
 *
 * <p><b>Errors:</b> {@link DiagnosticException}, and nothing else.
 */
public final class QueryAnalyzer
{
    private static final RelBuilder.Config BUILDER = RelBuilder.Config.DEFAULT
        .withSimplify(false).withSimplifyValues(false).withBloat(-1).withDedupAggregateCalls(false)
        .withPruneInputOfAggregate(false).withPushJoinCondition(false);
    private static final SqlToRelConverter.Config CONFIG = SqlToRelConverter.config()
        .withTrimUnusedFields(false)
        .withExpand(false)
        .withInSubQueryThreshold(Integer.MAX_VALUE)
        .withRelBuilderFactory(RelBuilder.proto(BUILDER))
        .withRelBuilderConfigTransform(config -> BUILDER);

    /**
     * A query as relations.
     *
     * @param rowType    names and types of its columns.
     * @param aggregates where each GROUP BY stands.
     */
    public record Analyzed(RelNode rel, RelDataType rowType, Map<RelNode, Span> aggregates)
    {
    }

    private final FlinkTypes types;
    private final Catalogue catalogue;
    private final OperatorTable operators;
    private final ValidationErrors errors;

    public QueryAnalyzer(final FlinkTypes types, final Catalogue catalogue, final OperatorTable operators)
    {
        this.types = types;
        this.catalogue = catalogue;
        this.operators = operators;
        this.errors = new ValidationErrors(catalogue, operators);
    }

    public FlinkTypes types()
    {
        return types;
    }

    public OperatorTable operators()
    {
        return operators;
    }

    /**
     * Analyses a query.
     *
     * @param tables    names of what it reads, for hints.
     * @param statement where it stands.
     */
    public Analyzed analyze(
        final SqlNode query, final Collection<String> tables, final Span statement, final Diagnostics diagnostics)
    {
        return guarded(tables, statement, () ->
        {
            final CalciteCatalogReader reader = catalogue.reader();
            final TypingValidator validator = new TypingValidator(operators, reader, types);
            final SqlNode validated = validator.validate(QueryRewrite.of(query));
            if (!validator.findings().isEmpty())
            {
                final List<Diagnostic> findings = validator.findings();
                findings.forEach(diagnostics::add);
                throw new DiagnosticException(findings.get(0));
            }
            final RelOptCluster cluster =
                RelOptCluster.create(planner(), new RexBuilder(types));
            cluster.setMetadataQuerySupplier(() -> new PlainMetadata());
            final Converter converter = new Converter(validator, reader, cluster, new Convertlets());
            final RelRoot root = converter.convertQuery(validated, false, true);
            return new Analyzed(root.project(), root.validatedRowType, converter.aggregates);
        });
    }

    /** Without rules, and without folding constants: that would be by Calcite's functions, not Flink's. */
    private static HepPlanner planner()
    {
        final HepPlanner planner = new HepPlanner(HepProgram.builder().build());
        planner.setExecutor((builder, constants, reduced) -> reduced.addAll(constants));
        return planner;
    }

    /** The type that a type name at {@code span} stands for. */
    public RelDataType typeOf(final SqlDataTypeSpec spec, final Span span)
    {
        final String violation = TypeLimits.violation(spec.toString());
        if (violation != null)
        {
            throw new DiagnosticException(Diagnostic.error(DiagnosticCode.TYPE, span, violation, null));
        }
        return guarded(List.of(), span, () ->
            spec.deriveType(new TypingValidator(operators, catalogue.reader(), types), true));
    }

    /** The message of an error without a position, at {@code span}. */
    private <T> T guarded(
        final Collection<String> tables, final Span span, final Supplier<T> analysis)
    {
        try
        {
            return analysis.get();
        }
        catch (final DiagnosticException e)
        {
            throw e;
        }
        catch (final RuntimeException | LinkageError | AssertionError | StackOverflowError e)
        {
            final Diagnostic told = told(e, tables, span);
            throw told == null ? Unforeseen.of(e, span) : new DiagnosticException(told);
        }
    }

    /** What Calcite says is wrong, which may be wrapped in what it was doing; null where it says nothing to a user. */
    private @Nullable Diagnostic told(final Throwable failure, final Collection<String> tables, final Span span)
    {
        for (Throwable cause = failure; cause != null; cause = cause.getCause())
        {
            if (cause instanceof CalciteContextException e)
            {
                return errors.translate(e, tables, span);
            }
            if (cause instanceof CalciteException e)
            {
                return errors.translate(String.valueOf(e.getMessage()), span, tables);
            }
        }
        return ValidationErrors.asserted(String.valueOf(failure.getMessage()), span);
    }

    /** Metadata by reflection: Calcite's default compiles its own classes at start-up. */
    private static final class PlainMetadata extends RelMetadataQuery
    {
        PlainMetadata()
        {
            super(new ProxyingMetadataHandlerProvider(DefaultRelMetadataProvider.INSTANCE));
        }
    }

    /** Remembers where each aggregation stands. */
    private static final class Converter extends SqlToRelConverter
    {
        private final Map<RelNode, Span> aggregates = new IdentityHashMap<>();

        Converter(
            final TypingValidator validator,
            final CalciteCatalogReader reader,
            final RelOptCluster cluster,
            final SqlRexConvertletTable convertlets)
        {
            super((row, view, schema, path) ->
            {
                throw new UnsupportedOperationException(view);
            }, validator, reader, cluster, convertlets, CONFIG);
        }

        @Override
        protected void convertAgg(final Blackboard bb, final SqlSelect select, final List<SqlNode> orderExprs)
        {
            super.convertAgg(bb, select, orderExprs);
            RelNode rel = bb.root();
            while (!(rel instanceof Aggregate) && rel.getInputs().size() == 1)
            {
                rel = rel.getInput(0);
            }
            final SqlNodeList place = select.getGroup() == null || select.getGroup().isEmpty() ?
                select.getSelectList() : select.getGroup();
            aggregates.put(rel, Positions.of(SqlParserPos.sum(place.getList())));
        }
    }
}
