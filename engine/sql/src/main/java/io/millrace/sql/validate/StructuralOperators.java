package io.millrace.sql.validate;

import java.util.List;
import org.apache.calcite.sql.SqlBinaryOperator;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;

/** What belongs to queries rather than to values: syntax, windows, aggregates, and what is rewritten to CASE. */
final class StructuralOperators
{
    /** TRY_CAST: NULL where CAST fails. */
    static final SqlFunction TRY_CAST = new FlinkCast("TRY_CAST", SqlKind.SAFE_CAST);

    /** CAST behind validation: Calcite would drop one to the same type, which takes a time attribute away in Flink. */
    static final SqlFunction KEPT_CAST = new SqlFunction("CAST", SqlKind.OTHER_FUNCTION, ReturnTypes.ARG0, null,
        OperandTypes.ANY, SqlFunctionCategory.SYSTEM);

    /** TRY_CAST behind validation: Calcite makes a CAST of one whose operand it can simplify. */
    static final SqlFunction KEPT_TRY_CAST = new SqlFunction("TRY_CAST", SqlKind.OTHER_FUNCTION, ReturnTypes.ARG0,
        null, OperandTypes.ANY, SqlFunctionCategory.SYSTEM);

    /** One term of IN: the value on the right is first cast to the type on the left, as in Flink. */
    static final SqlBinaryOperator MEMBER = new SqlBinaryOperator("IN TERM", SqlKind.EQUALS, 30, true,
        ReturnTypes.BOOLEAN_NULLABLE, InferTypes.FIRST_KNOWN, OperandTypes.COMPARABLE_UNORDERED_COMPARABLE_UNORDERED);

    static final List<SqlOperator> LIST = List.of(
        SqlStdOperatorTable.AS, SqlStdOperatorTable.DOT, SqlStdOperatorTable.CASE, SqlStdOperatorTable.ROW,
        new FlinkCast("CAST", SqlKind.CAST), TRY_CAST,
        SqlStdOperatorTable.IN, SqlStdOperatorTable.NOT_IN, MEMBER, SqlStdOperatorTable.NULLIF,
        SqlStdOperatorTable.BETWEEN, SqlStdOperatorTable.NOT_BETWEEN, SqlStdOperatorTable.SYMMETRIC_BETWEEN,
        SqlStdOperatorTable.SYMMETRIC_NOT_BETWEEN, SqlStdOperatorTable.NOT_LIKE,
        SqlStdOperatorTable.UNARY_PLUS,
        SqlStdOperatorTable.IS_UNKNOWN, SqlStdOperatorTable.IS_NOT_UNKNOWN,
        SqlStdOperatorTable.FILTER, SqlStdOperatorTable.UNION_ALL,
        SqlStdOperatorTable.EXPLICIT_TABLE, SqlStdOperatorTable.DESCRIPTOR, SqlStdOperatorTable.DEFAULT,
        SqlStdOperatorTable.ARGUMENT_ASSIGNMENT, new TumbleTableFunction(),
        SqlStdOperatorTable.TUMBLE_OLD, SqlStdOperatorTable.TUMBLE_START, SqlStdOperatorTable.TUMBLE_END,
        WindowOperators.START, WindowOperators.END, WindowOperators.TIME,
        SqlStdOperatorTable.COUNT, SqlStdOperatorTable.SUM, SqlStdOperatorTable.MIN, SqlStdOperatorTable.MAX,
        SqlStdOperatorTable.AVG,
        SqlStdOperatorTable.DATETIME_PLUS, SqlStdOperatorTable.MINUS_DATE);

    private StructuralOperators()
    {
    }
}
