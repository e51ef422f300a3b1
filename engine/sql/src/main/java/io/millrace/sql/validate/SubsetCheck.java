package io.millrace.sql.validate;

import io.millrace.engine.Suggestion;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.DiagnosticException;
import io.millrace.sql.diagnostic.Diagnostics;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.OptionsHint;
import io.millrace.sql.parse.ParsedStatement.ParsedOption;
import io.millrace.sql.parse.Positions;
import io.millrace.sql.parse.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlSetOperator;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.jspecify.annotations.Nullable;

/**
 * Walks a query before it is validated, while every part still has its place: what is valid in Flink and not here is
 * refused there, all of it, and functions that don't exist are named.
 */
public final class SubsetCheck
{
    private static final Pattern MISSING_TYPES = Pattern.compile(
        "(ARRAY|MAP|MULTISET|RAW|BINARY|VARBINARY|BYTES|VARIANT|BITMAP|TIMESTAMP_LTZ|TIME\\b|.*LOCAL TIME ZONE).*");

    /** Names of TUMBLE's arguments. */
    private static final List<String> ARGUMENTS = List.of("DATA", "TIMECOL", "SIZE", "OFFSET");
    /** A window's table function as it should be. */
    static final String EXAMPLE = "TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' HOUR)";

    private final OperatorTable operators;
    private final Diagnostics diagnostics;
    private final List<String> tables = new ArrayList<>();
    private final Map<String, List<ParsedOption>> options = new HashMap<>();
    private Span timeColumn = Span.NONE;
    private boolean isClean = true;

    public SubsetCheck(final OperatorTable operators, final Diagnostics diagnostics)
    {
        this.operators = operators;
        this.diagnostics = diagnostics;
    }

    /** Whether nothing was refused so far. */
    public boolean isClean()
    {
        return isClean;
    }

    /** Names that stand where tables stand. */
    public List<String> tables()
    {
        return tables;
    }

    /** Options that hints give tables, by table. */
    public Map<String, List<ParsedOption>> options()
    {
        return options;
    }

    /** Where a window's time column stands; {@link Span#NONE} without a window. */
    public Span timeColumn()
    {
        return timeColumn;
    }

    private void refuse(final SqlNode node, final String what)
    {
        refuse(node, what, null);
    }

    private void refuse(final SqlNode node, final String what, final @Nullable String hint)
    {
        isClean = false;
        diagnostics.add(Diagnostic.unsupported(Positions.of(node), what, hint));
    }

    private void wrong(
        final SqlNode node, final DiagnosticCode code, final String message, final @Nullable String hint)
    {
        isClean = false;
        diagnostics.add(Diagnostic.error(code, Positions.of(node), message, hint));
    }

    /** A query: SELECT, UNION ALL, WITH. */
    public void query(final SqlNode node)
    {
        if (node instanceof SqlSelect select)
        {
            select(select);
        }
        else if (node instanceof SqlWith with)
        {
            for (final SqlNode item : with.withList)
            {
                query(((SqlWithItem)item).query);
                columnNames(((SqlWithItem)item).columnList);
            }
            query(with.body);
        }
        else if (node instanceof SqlOrderBy order)
        {
            refuse(order.orderList.isEmpty() ? order : order.orderList,
                order.orderList.isEmpty() ? "LIMIT" : "ORDER BY");
        }
        else if (node.getKind() == SqlKind.UNION && node instanceof SqlCall union)
        {
            if (!((SqlSetOperator)union.getOperator()).isAll())
            {
                refuse(union, "UNION", "UNION ALL keeps duplicates and is supported");
            }
            union.getOperandList().forEach(this::query);
        }
        else if (node.getKind() == SqlKind.VALUES)
        {
            ((SqlCall)node).getOperandList().forEach(this::expression);
        }
        else if (node.getKind() == SqlKind.EXPLICIT_TABLE)
        {
            from(((SqlCall)node).operand(0));
        }
        else if (node instanceof SqlCall call)
        {
            refuse(node, call.getOperator().getName());
        }
        else
        {
            refuse(node, "this query");
        }
    }

    private void select(final SqlSelect select)
    {
        if (select.isKeywordPresent(SqlSelectKeyword.STREAM))
        {
            refuse(select, "SELECT STREAM");
        }
        if (select.getFrom() != null)
        {
            from(select.getFrom());
        }
        expressions(select.getSelectList());
        expression(select.getWhere());
        expressions(select.getGroup());
        expression(select.getHaving());
        if (select.getWindowList() != null && !select.getWindowList().isEmpty())
        {
            refuse(select.getWindowList(), "WINDOW");
        }
        if (select.getQualify() != null)
        {
            refuse(select.getQualify(), "QUALIFY");
        }
        if (select.getHints() != null && !select.getHints().isEmpty())
        {
            refuse(select.getHints(), "hints");
        }
    }

    private void from(final SqlNode node)
    {
        switch (node.getKind())
        {
            case AS ->
            {
                from(((SqlCall)node).operand(0));
                columnNames(((SqlCall)node).getOperandList().subList(1, ((SqlCall)node).operandCount()));
            }
            case IDENTIFIER -> table((SqlIdentifier)node, SqlNodeList.EMPTY);
            case SELECT, UNION, WITH, ORDER_BY, VALUES, INTERSECT, EXCEPT, EXPLICIT_TABLE -> query(node);
            case JOIN -> join((SqlJoin)node);
            case COLLECTION_TABLE -> tableFunction(((SqlCall)node).operand(0));
            case SNAPSHOT -> refuse(node, "FOR SYSTEM_TIME AS OF");
            case TABLE_REF -> table(((SqlCall)node).operand(0), ((SqlCall)node).operand(1));
            case LATERAL -> refuse(node, "LATERAL");
            case UNNEST -> refuse(node, "UNNEST");
            case MATCH_RECOGNIZE -> refuse(node, "MATCH_RECOGNIZE");
            case TABLESAMPLE -> refuse(node, "TABLESAMPLE");
            case PIVOT, UNPIVOT -> refuse(node, "PIVOT");
            default -> tableFunction(node);
        }
    }

    private void columnNames(final @Nullable Iterable<SqlNode> names)
    {
        for (final SqlNode name : names == null ? List.<SqlNode>of() : names)
        {
            if (name instanceof SqlIdentifier identifier && !identifier.isSimple())
            {
                wrong(name, DiagnosticCode.SYNTAX, "'" + name + "' is no name that can be given",
                    "a name that is given has one part");
            }
        }
    }

    /** A name where a table stands, and the hint behind it. */
    private void table(final SqlIdentifier identifier, final SqlNodeList hints)
    {
        final String name = TableName.of(identifier);
        if (name == null)
        {
            refuse(identifier, TableName.ELSEWHERE, TableName.HINT);
            return;
        }
        tables.add(name);
        try
        {
            final List<ParsedOption> given = OptionsHint.of(hints);
            final List<ParsedOption> before = options.putIfAbsent(name, given);
            if (before != null && !OptionsHint.isSame(before, given))
            {
                refuse(identifier, "a table with different options in one statement",
                    "declare it twice, under two names");
            }
        }
        catch (final DiagnosticException e)
        {
            isClean = false;
            diagnostics.add(e.diagnostic());
        }
    }

    private void join(final SqlJoin join)
    {
        refuse(join.getJoinTypeNode().getParserPosition().getLineNum() > 0 ? join.getJoinTypeNode() : join, "JOIN");
        from(join.getLeft());
        from(join.getRight());
    }

    private void tableFunction(final SqlNode node)
    {
        if (!(node instanceof SqlCall call))
        {
            refuse(node, "this table");
            return;
        }
        if (call.getKind() == SqlKind.AS)
        {
            tableFunction(call.operand(0));
            return;
        }
        final String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
        if (!name.equals("TUMBLE"))
        {
            if (FlinkFunctions.isWindow(name) || FlinkFunctions.isKnown(name))
            {
                refuse(call, name + " as a table function", "TUMBLE is supported");
            }
            else
            {
                unknownFunction(call, name);
            }
            return;
        }
        for (final SqlNode operand : call.getOperandList())
        {
            if (operand.getKind() == SqlKind.ARGUMENT_ASSIGNMENT)
            {
                argumentName(((SqlCall)operand).operand(1));
                windowArgument(((SqlCall)operand).operand(0));
            }
            else
            {
                windowArgument(operand);
            }
        }
    }

    private void argumentName(final SqlNode argument)
    {
        final String name = argument.toString();
        if (!ARGUMENTS.contains(name))
        {
            wrong(argument, DiagnosticCode.INVALID, "TUMBLE has no argument '" + name + "'",
                "its arguments are " + String.join(", ", ARGUMENTS));
        }
    }

    private void windowArgument(final SqlNode argument)
    {
        switch (argument.getKind())
        {
            case EXPLICIT_TABLE, SELECT, UNION, WITH -> query(argument);
            case SET_SEMANTICS_TABLE -> refuse(argument, "PARTITION BY of a window's table");
            default ->
            {
                if (argument instanceof SqlCall call && isDescriptor(call))
                {
                    descriptor(call);
                }
                else
                {
                    expression(argument);
                }
            }
        }
    }

    private static boolean isDescriptor(final SqlCall call)
    {
        return call.getOperator().getName().equalsIgnoreCase("DESCRIPTOR");
    }

    private void descriptor(final SqlCall call)
    {
        if (call.operandCount() == 1 && call.operand(0) instanceof SqlIdentifier column && column.isSimple() &&
            !column.isStar())
        {
            timeColumn = Positions.of(column);
        }
        else
        {
            wrong(call, DiagnosticCode.TIME_ATTRIBUTE, "DESCRIPTOR takes the name of one column", EXAMPLE);
        }
    }

    private void expressions(final @Nullable SqlNodeList nodes)
    {
        if (nodes != null)
        {
            nodes.forEach(this::expression);
        }
    }

    /** An expression, and all that is in it. */
    public void expression(final @Nullable SqlNode node)
    {
        if (node instanceof SqlNodeList list)
        {
            expressions(list);
        }
        else if (node instanceof SqlDynamicParam)
        {
            refuse(node, "a parameter");
        }
        else if (node instanceof SqlCall call)
        {
            if (!isRefused(call) && !isTypeRefused(call))
            {
                call.getOperandList().forEach(this::expression);
            }
        }
    }

    /** A cast; the place of a type with parts would be its end. */
    private boolean isTypeRefused(final SqlCall call)
    {
        for (final SqlNode operand : call.getOperandList())
        {
            final String text = operand instanceof SqlDataTypeSpec ?
                operand.toString().replace("`", "").replaceAll("\\s*([<>])\\s*", "$1") : "";
            if (MISSING_TYPES.matcher(text).matches())
            {
                refuse(call, "the type " + text);
                return true;
            }
            final String violation = TypeLimits.violation(text);
            if (violation != null)
            {
                wrong(call, DiagnosticCode.TYPE, violation, null);
                return true;
            }
        }
        return false;
    }

    private boolean isRefused(final SqlCall call)
    {
        final String what = switch (call.getKind())
        {
            case SELECT, UNION, WITH, ORDER_BY, VALUES, INTERSECT, EXCEPT, SCALAR_QUERY ->
                "a sub-query in an expression";
            case EXISTS -> "EXISTS";
            case SOME, ALL -> "a comparison with SOME, ANY or ALL";
            case IN, NOT_IN -> call.operand(1) instanceof SqlNodeList ? null : "IN (sub-query)";
            case OVER -> "OVER";
            case ARRAY_VALUE_CONSTRUCTOR, ARRAY_QUERY_CONSTRUCTOR -> "ARRAY";
            case MAP_VALUE_CONSTRUCTOR, MAP_QUERY_CONSTRUCTOR -> "MAP";
            case MULTISET_VALUE_CONSTRUCTOR, MULTISET_QUERY_CONSTRUCTOR -> "MULTISET";
            case ITEM -> "access by []";
            case GROUPING_SETS, ROLLUP, CUBE -> "GROUPING SETS, ROLLUP and CUBE";
            case WITHIN_GROUP -> "WITHIN GROUP";
            case WITHIN_DISTINCT -> "WITHIN DISTINCT";
            case HOP -> "HOP";
            case SESSION -> "SESSION";
            case SIMILAR -> "SIMILAR TO";
            case ARGUMENT_ASSIGNMENT -> "a named argument outside of TUMBLE";
            default -> null;
        };
        if (what != null)
        {
            refuse(call, what);
            return true;
        }
        if (isDescriptor(call))
        {
            wrong(call, DiagnosticCode.INVALID, "DESCRIPTOR stands in a window's table function alone", EXAMPLE);
            return true;
        }
        if (call.getKind() == SqlKind.TUMBLE && call.operandCount() > 0)
        {
            timeColumn = timeColumn.isInText() ? timeColumn : Positions.of(call.operand(0));
        }
        final String unit = TimeUnits.refused(call);
        if (unit != null)
        {
            refuse(call, unit);
            return true;
        }
        return isAggregateRefused(call) || isFunctionRefused(call);
    }

    private boolean isAggregateRefused(final SqlCall call)
    {
        final SqlLiteral quantifier = call.getFunctionQuantifier();
        if (quantifier == null || quantifier.getValue() != SqlSelectKeyword.DISTINCT)
        {
            return false;
        }
        if (call.operandCount() > 1)
        {
            refuse(call, "COUNT(DISTINCT …) of several columns");
            return true;
        }
        return false;
    }

    private boolean isFunctionRefused(final SqlCall call)
    {
        final String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
        if (!(call.getOperator() instanceof SqlFunction) || operators.has(name) || name.equals("$TUMBLE"))
        {
            return false;
        }
        if (FlinkFunctions.isKnown(name))
        {
            refuse(call, "the function " + name);
        }
        else
        {
            unknownFunction(call, name);
        }
        return true;
    }

    private void unknownFunction(final SqlCall call, final String name)
    {
        final String instead = FlinkFunctions.insteadOf(name);
        wrong(call, DiagnosticCode.UNKNOWN_FUNCTION, "there is no function " + name,
            instead != null ? "it is " + instead : Suggestion.hint(name, operators.functionNames()));
    }
}
