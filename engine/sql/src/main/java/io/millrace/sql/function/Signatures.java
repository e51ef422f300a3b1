package io.millrace.sql.function;

import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransforms;

/** Flink's typing where it differs from Calcite's. */
final class Signatures
{
    /** STRING, nullable where an operand is. */
    static final SqlReturnTypeInference STRING = ReturnTypes.explicit(
        factory -> factory.createSqlType(SqlTypeName.VARCHAR, Integer.MAX_VALUE))
        .andThen(SqlTypeTransforms.TO_NULLABLE);
    /** STRING, nullable where the first operand is. */
    static final SqlReturnTypeInference STRING_OF_FIRST = binding -> binding.getTypeFactory().createTypeWithNullability(
        binding.getTypeFactory().createSqlType(SqlTypeName.VARCHAR, Integer.MAX_VALUE),
        binding.getOperandType(0).isNullable());
    /** STRING that is always nullable. */
    static final SqlReturnTypeInference NULLABLE_STRING = STRING.andThen(SqlTypeTransforms.FORCE_NULLABLE);
    /** The first operand's type as VARCHAR, always nullable. */
    static final SqlReturnTypeInference NULLABLE_VARCHAR_OF_FIRST = ReturnTypes.ARG0
        .andThen(SqlTypeTransforms.TO_VARYING).andThen(SqlTypeTransforms.FORCE_NULLABLE);
    /** The first operand's type as VARCHAR. */
    static final SqlReturnTypeInference VARCHAR_OF_FIRST = ReturnTypes.ARG0
        .andThen(SqlTypeTransforms.TO_NULLABLE).andThen(SqlTypeTransforms.TO_VARYING);
    /** TIMESTAMP(3) that is always nullable. */
    static final SqlReturnTypeInference NULLABLE_TIMESTAMP = ReturnTypes.explicit(SqlTypeName.TIMESTAMP, 3)
        .andThen(SqlTypeTransforms.FORCE_NULLABLE);

    private Signatures()
    {
    }

    static SqlFunction function(final String name, final SqlFunctionCategory category,
        final SqlReturnTypeInference type, final SqlOperandTypeChecker operands)
    {
        return new SqlFunction(name, SqlKind.OTHER_FUNCTION, type, null, operands, category);
    }

    static SqlFunction string(
        final String name, final SqlReturnTypeInference type, final SqlOperandTypeChecker operands)
    {
        return function(name, SqlFunctionCategory.STRING, type, operands);
    }

    /** IF: the type that holds both branches; of times, the first one's. */
    static RelDataType ifType(final SqlOperatorBinding binding)
    {
        final RelDataType first = binding.getOperandType(1);
        if (first.getSqlTypeName() != SqlTypeName.NULL && first.getSqlTypeName() != SqlTypeName.TIMESTAMP)
        {
            final RelDataType widest = binding.getTypeFactory().leastRestrictive(
                List.of(first, binding.getOperandType(2)));
            if (widest != null)
            {
                return binding.getTypeFactory().createTypeWithNullability(widest, true);
            }
        }
        return binding.getTypeFactory().createTypeWithNullability(
            first.getSqlTypeName() == SqlTypeName.NULL ? binding.getOperandType(2) : first, true);
    }

    /** ROUND: a DECIMAL loses the digits that are rounded away and gains one for the carry. */
    static RelDataType roundType(final SqlOperatorBinding binding)
    {
        final RelDataType type = binding.getOperandType(0);
        if (type.getSqlTypeName() != SqlTypeName.DECIMAL)
        {
            return type;
        }
        BigDecimal digits = BigDecimal.ZERO;
        if (binding.getOperandCount() == 2)
        {
            if (!binding.isOperandLiteral(1, true))
            {
                return type;
            }
            final BigDecimal literal = binding.getOperandLiteralValue(1, BigDecimal.class);
            if (literal == null)
            {
                return type;
            }
            digits = literal;
        }
        final int precision = type.getPrecision();
        final int scale = type.getScale();
        final int round = digits.intValue();
        if (round >= scale)
        {
            return type;
        }
        final RelDataType rounded = round < 0 ?
            binding.getTypeFactory().createSqlType(SqlTypeName.DECIMAL, Math.min(38, 1 + precision - scale), 0) :
            binding.getTypeFactory().createSqlType(SqlTypeName.DECIMAL, 1 + precision - scale + round, round);
        return binding.getTypeFactory().createTypeWithNullability(rounded, type.isNullable());
    }

    static final SqlOperandTypeChecker IF_OPERANDS = OperandTypes.or(
        OperandTypes.family(SqlTypeFamily.BOOLEAN, SqlTypeFamily.NUMERIC, SqlTypeFamily.NUMERIC),
        OperandTypes.family(SqlTypeFamily.BOOLEAN, SqlTypeFamily.STRING, SqlTypeFamily.STRING),
        OperandTypes.family(SqlTypeFamily.BOOLEAN, SqlTypeFamily.BOOLEAN, SqlTypeFamily.BOOLEAN),
        OperandTypes.family(SqlTypeFamily.BOOLEAN, SqlTypeFamily.CHARACTER, SqlTypeFamily.CHARACTER),
        OperandTypes.family(SqlTypeFamily.BOOLEAN, SqlTypeFamily.DATE, SqlTypeFamily.DATE),
        OperandTypes.family(SqlTypeFamily.BOOLEAN, SqlTypeFamily.TIMESTAMP, SqlTypeFamily.TIMESTAMP));
}
