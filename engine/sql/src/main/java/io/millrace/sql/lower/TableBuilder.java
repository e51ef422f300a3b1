package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Field;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.engine.Suggestion;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.DiagnosticException;
import io.millrace.sql.diagnostic.Diagnostics;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.logical.SourceTable;
import io.millrace.sql.lower.Relation.Rows;
import io.millrace.sql.lower.Value.Scalar;
import io.millrace.sql.parse.ParsedStatement.CreateTable;
import io.millrace.sql.parse.ParsedStatement.ParsedColumn;
import io.millrace.sql.parse.ParsedStatement.ParsedWatermark;
import io.millrace.sql.parse.Positions;
import io.millrace.sql.validate.Catalogue;
import io.millrace.sql.validate.FlinkTypes;
import io.millrace.sql.validate.QueryAnalyzer;
import io.millrace.sql.validate.QueryAnalyzer.Analyzed;
import io.millrace.sql.validate.SubsetCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/** CREATE TABLE to a {@link TableDeclaration}: types, computed columns over the physical ones, the watermark. */
final class TableBuilder
{
    private final QueryAnalyzer analyzer;
    private final Catalogue catalogue;
    private final Diagnostics diagnostics;
    private final CreateTable ddl;
    private final List<Field> physical = new ArrayList<>();
    private final List<SourceTable.Computed> computed = new ArrayList<>();
    private final Map<String, RelDataType> types = new HashMap<>();
    private final Map<String, SqlType> computedTypes = new HashMap<>();
    private TableDeclaration table;

    TableBuilder(
        final QueryAnalyzer analyzer, final Catalogue catalogue, final Diagnostics diagnostics, final CreateTable ddl)
    {
        this.analyzer = analyzer;
        this.catalogue = catalogue;
        this.diagnostics = diagnostics;
        this.ddl = ddl;
        table = declaration(physicalType(), List.of(), null, null);
    }

    /** Puts the table into the catalogue: whether it has no errors. */
    boolean build()
    {
        final int before = diagnostics.count();
        checkNames();
        physicalColumns();
        catalogue.put(declaration(physicalType(), Value.ofFields(physical), null, null));
        for (final ParsedColumn column : ddl.columns())
        {
            final SqlNode expression = column.expression();
            if (expression != null && !readsRefused(expression))
            {
                attempt(() -> computedColumn(column, expression));
            }
        }
        final List<Value> columns = columns(null);
        table = declaration(fullType(), columns, null, null);
        catalogue.put(table);
        final ParsedWatermark watermark = ddl.watermark();
        if (watermark != null)
        {
            final boolean isWhole = diagnostics.count() == before;
            attempt(() -> table = watermarked(table, watermark, isWhole));
            catalogue.put(table);
        }
        return diagnostics.count() == before;
    }

    /** What came of it, errors or not. */
    TableDeclaration table()
    {
        return table;
    }

    private void attempt(final Runnable step)
    {
        try
        {
            step.run();
        }
        catch (final DiagnosticException e)
        {
            diagnostics.add(e.diagnostic());
        }
    }

    private void error(
        final DiagnosticCode code, final Span span, final String message, final @Nullable String hint)
    {
        diagnostics.add(Diagnostic.error(code, span, message, hint));
    }

    private void checkNames()
    {
        final Set<String> names = new HashSet<>();
        for (final ParsedColumn column : ddl.columns())
        {
            if (!names.add(column.name()))
            {
                error(DiagnosticCode.DUPLICATE, column.nameSpan(),
                    "the column '" + column.name() + "' is declared twice", null);
            }
        }
        for (final SqlIdentifier key : ddl.primaryKey())
        {
            if (!names.contains(key.toString()))
            {
                error(DiagnosticCode.UNKNOWN_COLUMN, Positions.of(key),
                    "the primary key column '" + key + "' is not declared", Suggestion.hint(key.toString(), names));
            }
        }
        if (ddl.columns().isEmpty())
        {
            error(DiagnosticCode.INVALID, ddl.nameSpan(), "the table has no columns", null);
        }
    }

    private void physicalColumns()
    {
        for (final ParsedColumn column : ddl.columns())
        {
            final SqlDataTypeSpec spec = column.type();
            if (spec == null || types.containsKey(column.name()))
            {
                continue;
            }
            attempt(() ->
            {
                RelDataType type = analyzer.typeOf(spec, column.typeSpan());
                if (isKey(column.name()) && type.isNullable())
                {
                    type = analyzer.types().createTypeWithNullability(type, false);
                }
                final SqlType own = FlinkTypes.toSqlType(type);
                if (own == null || own.kind() == Kind.NULL || own.kind() == Kind.INTERVAL_DAY ||
                    own.kind() == Kind.INTERVAL_MONTH)
                {
                    throw Unsupported.at(column.typeSpan(),
                        "the type " + spec.toString().replace("`", ""), null);
                }
                types.put(column.name(), type);
                physical.add(new Field(column.name(), own));
            });
        }
    }

    private boolean isKey(final String name)
    {
        return ddl.primaryKey().stream().anyMatch(key -> key.toString().equals(name));
    }

    private RelDataType physicalType()
    {
        final RelDataTypeFactory.Builder row = analyzer.types().builder();
        physical.forEach(field -> row.add(field.name(), types.getOrDefault(
            field.name(), analyzer.types().toRelType(field.type()))));
        return row.build();
    }

    private RelDataType fullType()
    {
        final RelDataTypeFactory.Builder row = analyzer.types().builder();
        final Set<String> added = new HashSet<>();
        for (final ParsedColumn column : ddl.columns())
        {
            final RelDataType type = types.get(column.name());
            if (type != null && added.add(column.name()))
            {
                row.add(column.name(), type);
            }
        }
        return row.build();
    }

    /** The worth of each column in declared order; that of the event time says so. */
    private List<Value> columns(final @Nullable String rowtime)
    {
        final List<Field> all = new ArrayList<>(physical);
        computed.forEach(c -> all.add(new Field(c.name(), c.expression().type())));
        final List<Value> layout = Value.ofFields(all);
        final List<Value> declared = new ArrayList<>();
        final Set<String> added = new HashSet<>();
        for (final ParsedColumn column : ddl.columns())
        {
            for (int i = 0; i < all.size(); i++)
            {
                if (all.get(i).name().equals(column.name()) && added.add(column.name()))
                {
                    final boolean isRowtime = column.name().equals(rowtime);
                    declared.add(isRowtime && layout.get(i) instanceof Scalar scalar ?
                        new Scalar(scalar.expr(), true) : layout.get(i));
                }
            }
        }
        return declared;
    }

    private TableDeclaration declaration(
        final RelDataType rowType, final List<Value> columns, final @Nullable Expr rowtime,
        final @Nullable Expr watermark)
    {
        final String path = rowtime == null || ddl.watermark() == null ? null : ddl.watermark().column().toString();
        return new TableDeclaration(ddl.name(), ddl.nameSpan(), rowType, List.copyOf(physical),
            List.copyOf(computed), columns, path, rowtime, watermark, ddl.options());
    }

    private void computedColumn(final ParsedColumn column, final SqlNode expression)
    {
        final Evaluated evaluated = evaluate(expression);
        if (!(evaluated.value() instanceof Scalar scalar))
        {
            throw Unsupported.at(Positions.of(expression), "a computed column of a ROW type", null);
        }
        if (scalar.expr().type().kind() == Kind.NULL || !isStorable(scalar.expr().type()))
        {
            throw Unsupported.at(Positions.of(expression), "a computed column of this type", "write a CAST around it");
        }
        types.put(column.name(), evaluated.type());
        computedTypes.put(column.name(), scalar.expr().type());
        computed.add(new SourceTable.Computed(column.name(), scalar.expr()));
    }

    /** Whether it reads a column whose type was refused, which has been said. */
    private boolean readsRefused(final SqlNode expression)
    {
        final Set<String> names = new HashSet<>();
        expression.accept(new SqlBasicVisitor<@Nullable Void>()
        {
            @Override
            public @Nullable Void visit(final SqlIdentifier identifier)
            {
                names.add(identifier.names.get(0));
                return null;
            }
        });
        return ddl.columns().stream().anyMatch(column ->
            column.type() != null && !types.containsKey(column.name()) && names.contains(column.name()));
    }

    private static boolean isStorable(final SqlType type)
    {
        return type.kind() != Kind.INTERVAL_DAY && type.kind() != Kind.INTERVAL_MONTH;
    }

    /** An expression over the table's columns as they are in the catalogue now. */
    private Evaluated evaluate(final SqlNode expression)
    {
        final SubsetCheck check = new SubsetCheck(analyzer.operators(), diagnostics);
        check.expression(expression);
        final Span span = Positions.of(expression);
        if (!check.isClean())
        {
            throw new DiagnosticException(diagnostics.sorted().get(0));
        }
        final SqlSelect select = new SqlSelect(SqlParserPos.ZERO, null,
            new SqlNodeList(List.of(expression), SqlParserPos.ZERO),
            new SqlIdentifier(ddl.name(), SqlParserPos.ZERO), null, null, null, null, null, null, null, null, null);
        final Analyzed analyzed = analyzer.analyze(select, List.of(ddl.name()), span, diagnostics);
        final Relation relation = RelLowering.lower(analyzer.types(), analyzed.rel(),
            new Places(span, span, analyzed.aggregates(), Map.of()));
        if (!(relation.paths().get(0) instanceof Rows rows))
        {
            throw Unsupported.wrong(DiagnosticCode.INVALID, span, "a column can't be an aggregate", null);
        }
        return new Evaluated(rows.columns().get(0), analyzed.rowType().getFieldList().get(0).getType());
    }

    /** What an expression came to. */
    private record Evaluated(Value value, RelDataType type)
    {
    }

    /** @param isWhole whether the table has no errors: else only the column is looked for. */
    private TableDeclaration watermarked(
        final TableDeclaration plain, final ParsedWatermark watermark, final boolean isWhole)
    {
        final Span span = Positions.of(watermark.column());
        final String name = watermark.column().toString();
        if (!watermark.column().isSimple())
        {
            throw Unsupported.at(span, "a WATERMARK for a nested column",
                "declare a computed column: ts AS " + name);
        }
        final List<String> names = plain.rowType().getFieldNames();
        final int index = names.indexOf(name);
        if (index < 0 && ddl.columns().stream().noneMatch(column -> column.name().equals(name)))
        {
            throw Unsupported.wrong(DiagnosticCode.WATERMARK, span, "the event-time column '" + name +
                "' is not declared", Suggestion.hint(name, names));
        }
        if (!isWhole)
        {
            return plain;
        }
        if (!(plain.columns().get(index) instanceof Scalar time) || !time.expr().type().isCompactTimestamp())
        {
            throw Unsupported.wrong(DiagnosticCode.WATERMARK, span,
                "an event-time column must be of type TIMESTAMP(p), p from 0 to 3, but '" + name + "' is " +
                FlinkTypes.toSqlType(plain.rowType().getFieldList().get(index).getType()),
                "declare a computed column of that type, such as ts AS CAST(" + name + " AS TIMESTAMP(3))");
        }
        final Evaluated strategy = evaluate(watermark.strategy());
        if (!(strategy.value() instanceof Scalar mark) || !mark.expr().type().isCompactTimestamp())
        {
            throw Unsupported.wrong(DiagnosticCode.WATERMARK, Positions.of(watermark.strategy()),
                "a watermark must be of type TIMESTAMP(p), p from 0 to 3, but this is " +
                FlinkTypes.toSqlType(strategy.type()), null);
        }
        return declaration(plain.rowType(), columns(name), time.expr(), mark.expr());
    }
}
