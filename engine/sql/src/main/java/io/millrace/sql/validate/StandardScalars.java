package io.millrace.sql.validate;

import java.util.List;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransforms;

/** Scalar operators and functions with Flink's result types. */
public final class StandardScalars
{
    private static final SqlReturnTypeInference STRING =
        ReturnTypes.explicit(SqlTypeName.VARCHAR).andThen(SqlTypeTransforms.TO_NULLABLE);

    private StandardScalars()
    {
    }

    private static SqlFunction function(
        final String name, final SqlReturnTypeInference result, final SqlOperandTypeChecker operands)
    {
        return new SqlFunction(
            name, SqlKind.OTHER_FUNCTION, result, null, operands, SqlFunctionCategory.USER_DEFINED_FUNCTION);
    }

    /** Each of them. */
    public static List<SqlOperator> list()
    {
        return List.of(
            SqlStdOperatorTable.AND, SqlStdOperatorTable.OR, SqlStdOperatorTable.NOT,
            SqlStdOperatorTable.EQUALS, SqlStdOperatorTable.NOT_EQUALS, SqlStdOperatorTable.LESS_THAN,
            SqlStdOperatorTable.LESS_THAN_OR_EQUAL, SqlStdOperatorTable.GREATER_THAN,
            SqlStdOperatorTable.GREATER_THAN_OR_EQUAL, SqlStdOperatorTable.IS_NULL, SqlStdOperatorTable.IS_NOT_NULL,
            SqlStdOperatorTable.IS_TRUE, SqlStdOperatorTable.IS_NOT_TRUE, SqlStdOperatorTable.IS_FALSE,
            SqlStdOperatorTable.IS_NOT_FALSE, SqlStdOperatorTable.IS_DISTINCT_FROM,
            SqlStdOperatorTable.IS_NOT_DISTINCT_FROM, SqlStdOperatorTable.LIKE, SqlStdOperatorTable.NOT_LIKE,
            SqlStdOperatorTable.PLUS, SqlStdOperatorTable.MINUS, SqlStdOperatorTable.MULTIPLY,
            SqlStdOperatorTable.DIVIDE, SqlStdOperatorTable.PERCENT_REMAINDER, SqlStdOperatorTable.MOD,
            SqlStdOperatorTable.UNARY_MINUS, SqlStdOperatorTable.UNARY_PLUS, SqlStdOperatorTable.CONCAT,
            SqlStdOperatorTable.UPPER, SqlStdOperatorTable.LOWER, SqlStdOperatorTable.TRIM,
            SqlStdOperatorTable.SUBSTRING, SqlStdOperatorTable.CHAR_LENGTH, SqlStdOperatorTable.CHARACTER_LENGTH,
            SqlStdOperatorTable.POSITION, SqlStdOperatorTable.REPLACE, SqlStdOperatorTable.ABS,
            SqlStdOperatorTable.FLOOR, SqlStdOperatorTable.CEIL, SqlStdOperatorTable.EXTRACT,
            SqlStdOperatorTable.YEAR, SqlStdOperatorTable.MONTH, SqlStdOperatorTable.HOUR,
            SqlStdOperatorTable.MINUTE, SqlStdOperatorTable.SECOND,
            function("COALESCE", ReturnTypes.LEAST_RESTRICTIVE.andThen(SqlTypeTransforms.LEAST_NULLABLE),
                OperandTypes.SAME_VARIADIC),
            function("SPLIT_INDEX", STRING, OperandTypes.family(
                SqlTypeFamily.CHARACTER, SqlTypeFamily.CHARACTER, SqlTypeFamily.INTEGER)),
            function("DATE_FORMAT", STRING, OperandTypes.family(SqlTypeFamily.TIMESTAMP, SqlTypeFamily.CHARACTER)),
            function("TO_TIMESTAMP",
                ReturnTypes.explicit(SqlTypeName.TIMESTAMP, 3).andThen(SqlTypeTransforms.FORCE_NULLABLE),
                OperandTypes.family(List.of(SqlTypeFamily.CHARACTER, SqlTypeFamily.CHARACTER), i -> i == 1)));
    }
}
