package io.millrace.sql.validate;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/**
 * What is written otherwise before Calcite sees it: properties of group windows are wrapped, so that they are found
 * again, and IN becomes equalities, which Calcite would convert to the left side's type whatever is lost.
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
        return copy;
    }

    private static SqlNode membership(final SqlCall call, final SqlNodeList values, final SqlParserPos at)
    {
        final boolean isIn = call.getKind() == SqlKind.IN;
        final SqlOperator compare = isIn ? SqlStdOperatorTable.EQUALS : SqlStdOperatorTable.NOT_EQUALS;
        final List<SqlNode> terms = new ArrayList<>();
        for (final SqlNode value : values)
        {
            terms.add(compare.createCall(at, call.operand(0), value));
        }
        return combined(isIn ? SqlStdOperatorTable.OR : SqlStdOperatorTable.AND, terms, at);
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
