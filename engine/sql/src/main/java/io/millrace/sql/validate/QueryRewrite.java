package io.millrace.sql.validate;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlBetweenOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/**
 * What is written otherwise before Calcite sees it: properties of group windows are wrapped, so that they are found
 * again; IN becomes equalities and BETWEEN inequalities, whose sides are converted by the rules of comparisons.
 */
final class QueryRewrite extends SqlShuttle
{
    private QueryRewrite()
    {
    }

    static SqlNode of(final SqlNode query)
    {
        final SqlNode rewritten = query.accept(new QueryRewrite());
        return rewritten == null ? query : rewritten;
    }

    @Override
    public @Nullable SqlNode visit(final SqlCall call)
    {
        if (!(super.visit(call) instanceof SqlCall copy))
        {
            return call;
        }
        final SqlParserPos at = call.getParserPosition();
        for (int i = 0; copy.getOperator().getName().equalsIgnoreCase("TUMBLE") && i < copy.operandCount(); i++)
        {
            if (copy.operand(i).getKind() == SqlKind.UNION || copy.operand(i).getKind() == SqlKind.WITH)
            {
                copy.setOperand(i, selectAll(copy.operand(i)));
            }
        }
        final SqlFunction property = WindowOperators.property(copy.getOperator());
        if (property != null)
        {
            return property.createCall(at, SqlStdOperatorTable.TUMBLE_START.createCall(at, copy.getOperandList()));
        }
        if ((copy.getKind() == SqlKind.IN || copy.getKind() == SqlKind.NOT_IN) &&
            copy.operand(1) instanceof SqlNodeList values && !values.isEmpty())
        {
            return membership(copy, values, at);
        }
        return copy.getOperator() instanceof SqlBetweenOperator between ? range(copy, between, at) : copy;
    }

    /** Calcite knows the input of a table function as a SELECT only. */
    private static SqlNode selectAll(final SqlNode query)
    {
        final SqlParserPos at = query.getParserPosition();
        return new SqlSelect(at, null, SqlNodeList.of(SqlIdentifier.star(at)), query, null, null, null, null, null,
            null, null, null, null);
    }

    private static SqlNode range(final SqlCall call, final SqlBetweenOperator operator, final SqlParserPos at)
    {
        SqlNode inside = bounds(call.operand(0), call.operand(1), call.operand(2), at);
        if (operator.flag == SqlBetweenOperator.Flag.SYMMETRIC)
        {
            inside = SqlStdOperatorTable.OR.createCall(
                at, inside, bounds(call.operand(0), call.operand(2), call.operand(1), at));
        }
        return operator.isNegated() ? SqlStdOperatorTable.NOT.createCall(at, inside) : inside;
    }

    private static SqlNode bounds(final SqlNode value, final SqlNode low, final SqlNode high, final SqlParserPos at)
    {
        return SqlStdOperatorTable.AND.createCall(at,
            SqlStdOperatorTable.GREATER_THAN_OR_EQUAL.createCall(at, value, low),
            SqlStdOperatorTable.LESS_THAN_OR_EQUAL.createCall(at, value, high));
    }

    private static SqlNode membership(final SqlCall call, final SqlNodeList values, final SqlParserPos at)
    {
        final List<SqlNode> terms = new ArrayList<>();
        for (final SqlNode value : values)
        {
            terms.add(StructuralOperators.MEMBER.createCall(at, call.operand(0), value));
        }
        final SqlNode isIn = combined(SqlStdOperatorTable.OR, terms, at);
        return call.getKind() == SqlKind.IN ? isIn : SqlStdOperatorTable.NOT.createCall(at, isIn);
    }

    /** A balanced tree: a list of thousands must not nest as deep. */
    private static SqlNode combined(final SqlOperator operator, final List<SqlNode> terms, final SqlParserPos at)
    {
        if (terms.size() == 1)
        {
            return terms.get(0);
        }
        final int half = terms.size() / 2;
        return operator.createCall(at, combined(operator, terms.subList(0, half), at),
            combined(operator, terms.subList(half, terms.size()), at));
    }
}
