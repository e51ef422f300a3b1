package io.millrace.sql.validate;

import io.millrace.codecs.SqlType;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Flink's rules for precision and for the types of arithmetic and of aggregates, where they differ from Calcite's.
 *
 * <p><b>Source:</b> the behaviour of Flink 2.3's planner.
 */
public final class FlinkTypeSystem extends RelDataTypeSystemImpl
{
    private static final int LEAST_DIVISION_SCALE = 6;

    @Override
    public int getMaxNumericPrecision()
    {
        return SqlType.MAX_DECIMAL_PRECISION;
    }

    @Override
    public int getMaxNumericScale()
    {
        return SqlType.MAX_DECIMAL_PRECISION;
    }

    @Override
    public int getDefaultPrecision(final SqlTypeName type)
    {
        return switch (type)
        {
            case VARCHAR, VARBINARY -> SqlType.UNBOUNDED;
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> 6;
            case DECIMAL -> 10;
            default -> super.getDefaultPrecision(type);
        };
    }

    @Override
    public int getMaxPrecision(final SqlTypeName type)
    {
        return switch (type)
        {
            case VARCHAR, CHAR, VARBINARY, BINARY -> SqlType.UNBOUNDED;
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> 9;
            default -> super.getMaxPrecision(type);
        };
    }

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying()
    {
        return true;
    }

    @Override
    public RelDataType deriveSumType(final RelDataTypeFactory types, final RelDataType argument)
    {
        if (argument.getSqlTypeName() != SqlTypeName.DECIMAL)
        {
            return argument;
        }
        return nullableLike(types, SqlType.MAX_DECIMAL_PRECISION, argument.getScale(), argument);
    }

    @Override
    public RelDataType deriveAvgAggType(final RelDataTypeFactory types, final RelDataType argument)
    {
        if (argument.getSqlTypeName() != SqlTypeName.DECIMAL)
        {
            return argument;
        }
        return nullableLike(types, SqlType.MAX_DECIMAL_PRECISION,
            Math.max(LEAST_DIVISION_SCALE, argument.getScale()), argument);
    }

    private static RelDataType nullableLike(
        final RelDataTypeFactory types, final int precision, final int scale, final RelDataType like)
    {
        return types.createTypeWithNullability(
            types.createSqlType(SqlTypeName.DECIMAL, precision, scale), like.isNullable());
    }

    @Override
    public @Nullable RelDataType deriveDecimalPlusType(
        final RelDataTypeFactory types, final RelDataType left, final RelDataType right)
    {
        if (!isDecimalArithmetic(left, right))
        {
            return null;
        }
        final RelDataType a = types.decimalOf(left);
        final RelDataType b = types.decimalOf(right);
        final int scale = Math.max(a.getScale(), b.getScale());
        return adjusted(types, digits(a, b) + scale + 1, scale);
    }

    @Override
    public @Nullable RelDataType deriveDecimalMultiplyType(
        final RelDataTypeFactory types, final RelDataType left, final RelDataType right)
    {
        if (!isDecimalArithmetic(left, right))
        {
            return null;
        }
        final RelDataType a = types.decimalOf(left);
        final RelDataType b = types.decimalOf(right);
        return adjusted(types, a.getPrecision() + b.getPrecision() + 1, a.getScale() + b.getScale());
    }

    @Override
    public @Nullable RelDataType deriveDecimalDivideType(
        final RelDataTypeFactory types, final RelDataType left, final RelDataType right)
    {
        if (!isDecimalArithmetic(left, right))
        {
            return null;
        }
        final RelDataType a = types.decimalOf(left);
        final RelDataType b = types.decimalOf(right);
        final int scale = Math.max(LEAST_DIVISION_SCALE, a.getScale() + b.getPrecision() + 1);
        return adjusted(types, a.getPrecision() - a.getScale() + b.getScale() + scale, scale);
    }

    @Override
    public @Nullable RelDataType deriveDecimalModType(
        final RelDataTypeFactory types, final RelDataType left, final RelDataType right)
    {
        if (!isDecimalArithmetic(left, right))
        {
            return null;
        }
        final RelDataType a = types.decimalOf(left);
        final RelDataType b = types.decimalOf(right);
        if (a.getScale() == 0 && b.getScale() == 0)
        {
            return right;
        }
        final int scale = Math.max(a.getScale(), b.getScale());
        final int digits = Math.min(a.getPrecision() - a.getScale(), b.getPrecision() - b.getScale());
        return adjusted(types, digits + scale, scale);
    }

    private static int digits(final RelDataType a, final RelDataType b)
    {
        return Math.max(a.getPrecision() - a.getScale(), b.getPrecision() - b.getScale());
    }

    private static boolean isDecimalArithmetic(final RelDataType left, final RelDataType right)
    {
        return SqlTypeUtil.isExactNumeric(left) && SqlTypeUtil.isExactNumeric(right) &&
            (SqlTypeUtil.isDecimal(left) || SqlTypeUtil.isDecimal(right));
    }

    /** Beyond 38 digits, fraction digits are given up, down to six. */
    private static RelDataType adjusted(final RelDataTypeFactory types, final int precision, final int scale)
    {
        if (precision <= SqlType.MAX_DECIMAL_PRECISION)
        {
            return types.createSqlType(SqlTypeName.DECIMAL, Math.max(1, precision), scale);
        }
        final int least = Math.min(scale, LEAST_DIVISION_SCALE);
        final int kept = Math.max(SqlType.MAX_DECIMAL_PRECISION - (precision - scale), least);
        return types.createSqlType(SqlTypeName.DECIMAL, SqlType.MAX_DECIMAL_PRECISION, kept);
    }
}
