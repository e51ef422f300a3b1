package io.millrace.sql.function;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransform;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Functions whose result is one of their operands, by Flink's rules for functions, which are not those of CASE: a
 * FLOAT behind exact numbers stays a FLOAT, a date beside a time makes a date, and NULL has any type.
 */
final class CommonType implements SqlOperandTypeChecker
{
    private final SqlOperandCountRange count;
    private final boolean takesNull;

    private CommonType(final SqlOperandCountRange count, final boolean takesNull)
    {
        this.count = count;
        this.takesNull = takesNull;
    }

    /** @param most operands; -1 without a limit. */
    static SqlFunction function(final String name, final int least, final int most)
    {
        return function(name, SqlTypeTransforms.LEAST_NULLABLE, new CommonType(
            most < 0 ? SqlOperandCountRanges.from(least) : SqlOperandCountRanges.between(least, most), true));
    }

    /** One of any number of operands, which is NULL where one of them is; a bare NULL is refused. */
    static SqlFunction strict(final String name)
    {
        return function(name, SqlTypeTransforms.TO_NULLABLE, new CommonType(SqlOperandCountRanges.from(1), false));
    }

    private static SqlFunction function(
        final String name, final SqlTypeTransform transform, final CommonType operandTypes)
    {
        final SqlReturnTypeInference type = CommonType::require;
        return new SqlFunction(name, SqlKind.OTHER_FUNCTION, type.andThen(transform),
            (binding, returned, operands) -> Arrays.fill(operands, require(binding)), operandTypes,
            SqlFunctionCategory.SYSTEM);
    }

    private static RelDataType require(final SqlOperatorBinding binding)
    {
        final RelDataType type = of(binding);
        return type != null ? type : binding.getTypeFactory().createUnknownType();
    }

    private static @Nullable RelDataType of(final SqlOperatorBinding binding)
    {
        final List<RelDataType> types = binding.collectOperandTypes().stream()
            .filter(type -> type.getSqlTypeName() != SqlTypeName.NULL).toList();
        if (types.isEmpty())
        {
            return null;
        }
        final RelDataTypeFactory factory = binding.getTypeFactory();
        final Set<SqlTypeName> names = new HashSet<>();
        types.forEach(type -> names.add(type.getSqlTypeName()));
        if (names.equals(Set.of(SqlTypeName.DATE, SqlTypeName.TIMESTAMP)))
        {
            return factory.createSqlType(SqlTypeName.DATE);
        }
        return names.contains(SqlTypeName.FLOAT) && types.stream().allMatch(SqlTypeUtil::isNumeric) ?
            factory.createSqlType(approximate(types)) : factory.leastRestrictive(types);
    }

    /** Of numbers with a FLOAT among them: a DECIMAL behind it and a DOUBLE anywhere make a DOUBLE. */
    private static SqlTypeName approximate(final List<RelDataType> types)
    {
        SqlTypeName result = SqlTypeName.DECIMAL;
        for (final RelDataType type : types)
        {
            final SqlTypeName name = type.getSqlTypeName();
            if (name == SqlTypeName.DOUBLE || name == SqlTypeName.DECIMAL && result == SqlTypeName.FLOAT)
            {
                return SqlTypeName.DOUBLE;
            }
            result = name == SqlTypeName.FLOAT ? name : result;
        }
        return result;
    }

    @Override
    public boolean checkOperandTypes(final SqlCallBinding binding, final boolean throwOnFailure)
    {
        final boolean isFound = of(binding) != null && (takesNull || binding.operands().stream()
            .noneMatch(operand -> SqlUtil.isNullLiteral(operand, false)));
        if (!isFound && throwOnFailure)
        {
            throw binding.newValidationSignatureError();
        }
        return isFound;
    }

    @Override
    public SqlOperandCountRange getOperandCountRange()
    {
        return count;
    }

    @Override
    public String getAllowedSignatures(final SqlOperator operator, final String name)
    {
        return name + "(<COMMON>, <COMMON>...)";
    }
}
