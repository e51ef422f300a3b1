package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.engine.plan.AggregatePlan.TumblingWindow;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.lower.Relation.Path;
import io.millrace.sql.lower.Relation.Rows;
import io.millrace.sql.lower.Relation.Windows;
import io.millrace.sql.lower.Value.Property;
import io.millrace.sql.lower.Value.Scalar;
import io.millrace.sql.lower.Value.Struct;
import io.millrace.sql.lower.Value.WindowColumn;
import io.millrace.sql.parse.ParsedStatement.ParsedOption;
import io.millrace.sql.validate.Catalogue.EntryTable;
import io.millrace.sql.validate.FlinkTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;

/** Calcite's relations to {@link Relation}: a total switch, what it does not know is refused. */
final class RelLowering
{
    private final FlinkTypes types;
    private final Places places;
    private final Span statement;

    private RelLowering(final FlinkTypes types, final Places places)
    {
        this.types = types;
        this.places = places;
        this.statement = places.statement();
    }

    static Relation lower(final FlinkTypes types, final RelNode query, final Places places)
    {
        return new RelLowering(types, places).lower(query);
    }

    private Relation lower(final RelNode rel)
    {
        if (rel instanceof TableScan scan)
        {
            return scan(scan);
        }
        if (rel instanceof Filter filter)
        {
            return filter(lower(filter.getInput()), filter.getCondition());
        }
        if (rel instanceof Project project)
        {
            return project(lower(project.getInput()), project.getProjects());
        }
        if (rel instanceof TableFunctionScan function)
        {
            return window(function);
        }
        if (rel instanceof Aggregate aggregate)
        {
            return new AggregateLowering(aggregate, places.ofAggregate(aggregate)).lower(lower(aggregate.getInput()));
        }
        if (rel instanceof Union union && union.all)
        {
            return union(union);
        }
        if (rel instanceof Values values)
        {
            return values(values);
        }
        throw Unsupported.at(statement, rel.getRelTypeName().replace("Logical", "").toUpperCase(Locale.ROOT),
            null);
    }

    private Relation scan(final TableScan scan)
    {
        final RelOptTable table = scan.getTable();
        final EntryTable entry = table == null ? null : table.unwrap(EntryTable.class);
        if (entry != null && entry.entry() instanceof TableDeclaration declaration)
        {
            final TableDeclaration used = declaration.with(places.options(declaration.name()));
            return new Relation(List.of(new Rows(used, null, used.columns())));
        }
        if (entry != null && entry.entry() instanceof ViewDeclaration view)
        {
            final List<ParsedOption> options = places.options(view.name());
            if (!options.isEmpty())
            {
                throw Unsupported.wrong(DiagnosticCode.INVALID, options.get(0).keySpan(),
                    "'" + view.name() + "' is a view: it has no options", "give them to the tables that it reads");
            }
            return view.relation();
        }
        throw Unsupported.at(statement, "this table", null);
    }

    private ExprLowering expressions(final Path path)
    {
        return new ExprLowering(types, path.columns(), statement);
    }

    private Relation filter(final Relation input, final RexNode condition)
    {
        final List<Path> paths = new ArrayList<>();
        for (final Path path : input.paths())
        {
            final Expr passes = expressions(path).scalar(condition);
            if (path instanceof Rows rows)
            {
                paths.add(new Rows(rows.table(), ExprLowering.and(rows.filter(), passes), rows.columns()));
            }
            else if (path instanceof Windows w)
            {
                paths.add(new Windows(w.window(), w.keyTypes(), w.calls(), w.feeds(),
                    ExprLowering.and(w.having(), passes), w.columns()));
            }
        }
        return new Relation(paths);
    }

    private Relation project(final Relation input, final List<RexNode> projects)
    {
        final List<Path> paths = new ArrayList<>();
        for (final Path path : input.paths())
        {
            final ExprLowering lowering = new ExprLowering(types, path.columns(), places.timeColumn());
            final ExprLowering scalars = expressions(path);
            final List<Value> columns = new ArrayList<>();
            for (final RexNode project : projects)
            {
                columns.add(project.getKind() == SqlKind.TUMBLE ? lowering.value(project) : scalars.value(project));
            }
            paths.add(withColumns(path, columns));
        }
        return new Relation(paths);
    }

    private static Path withColumns(final Path path, final List<Value> columns)
    {
        if (path instanceof Windows w)
        {
            return new Windows(w.window(), w.keyTypes(), w.calls(), w.feeds(), w.having(), columns);
        }
        final Rows rows = (Rows)path;
        return new Rows(rows.table(), rows.filter(), columns);
    }

    /** Each row is that of a table of one row, whose column nobody reads. */
    private Relation values(final Values values)
    {
        final TableDeclaration table = OneRow.table(types);
        final ExprLowering constants = new ExprLowering(types, List.of(), statement);
        final List<RelDataTypeField> fields = values.getRowType().getFieldList();
        final List<Path> paths = new ArrayList<>();
        for (final List<RexLiteral> tuple : values.getTuples())
        {
            final List<Value> columns = new ArrayList<>();
            for (int i = 0; i < tuple.size(); i++)
            {
                columns.add(new Scalar(Casts.to(
                    constants.scalar(tuple.get(i)), constants.typeOf(fields.get(i).getType())), false));
            }
            paths.add(new Rows(table, null, columns));
        }
        return new Relation(paths);
    }

    private Relation window(final TableFunctionScan function)
    {
        if (function.getInputs().size() != 1 || !(function.getCall() instanceof RexCall call) ||
            !call.getOperator().getName().equalsIgnoreCase("TUMBLE"))
        {
            throw Unsupported.at(statement, "this table function", null);
        }
        final List<RexNode> arguments = call.getOperands();
        final int descriptor = descriptor(arguments);
        final WindowColumns windows = new WindowColumns(places.timeColumn());
        if (!(((RexCall)arguments.get(descriptor)).getOperands().get(0) instanceof RexInputRef column))
        {
            throw Unsupported.at(statement, "this DESCRIPTOR", null);
        }
        final List<Path> paths = new ArrayList<>();
        for (final Path path : lower(function.getInput(0)).paths())
        {
            final Expr time = windows.timeAttribute(path.columns().get(column.getIndex()));
            final TumblingWindow window = windows.window(arguments.subList(descriptor + 1, arguments.size()));
            final List<Value> columns = new ArrayList<>(path.columns());
            columns.add(new WindowColumn(Property.START, window, time, -1));
            columns.add(new WindowColumn(Property.END, window, time, -1));
            columns.add(new WindowColumn(Property.TIME, window, time, -1));
            paths.add(withColumns(path, columns));
        }
        return new Relation(paths);
    }

    private int descriptor(final List<RexNode> arguments)
    {
        for (int i = 0; i < arguments.size(); i++)
        {
            if (arguments.get(i).getKind() == SqlKind.DESCRIPTOR)
            {
                return i;
            }
        }
        throw Unsupported.at(statement, "a window without DESCRIPTOR", null);
    }

    private Relation union(final Union union)
    {
        final List<Path> paths = new ArrayList<>();
        for (final RelNode input : union.getInputs())
        {
            paths.addAll(lower(input).paths());
        }
        final int count = union.getRowType().getFieldCount();
        final boolean[] isRowtime = new boolean[count];
        for (int i = 0; i < count; i++)
        {
            isRowtime[i] = true;
            for (final Path path : paths)
            {
                isRowtime[i] &= path.columns().get(i) instanceof Scalar scalar && scalar.isRowtime();
            }
        }
        final List<Path> cast = new ArrayList<>();
        for (final Path path : paths)
        {
            final List<Value> columns = new ArrayList<>();
            for (int i = 0; i < count; i++)
            {
                final RelDataType type = union.getRowType().getFieldList().get(i).getType();
                columns.add(inUnion(path.columns().get(i), type, isRowtime[i]));
            }
            cast.add(withColumns(path, columns));
        }
        return new Relation(cast);
    }

    private Value inUnion(final Value value, final RelDataType relType, final boolean isRowtime)
    {
        final SqlType type = FlinkTypes.toSqlType(relType);
        if (value instanceof Scalar scalar && type != null)
        {
            return new Scalar(Casts.to(scalar.expr(), type), isRowtime);
        }
        if (value instanceof Struct struct && type != null && struct.type().isSameAs(type))
        {
            return value;
        }
        if (value instanceof WindowColumn)
        {
            return value;
        }
        throw Unsupported.at(statement, "UNION ALL of ROWs of different types", null);
    }
}
