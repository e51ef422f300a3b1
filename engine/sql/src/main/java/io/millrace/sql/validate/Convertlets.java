package io.millrace.sql.validate;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlTableFunction;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql2rel.SqlRexContext;
import org.apache.calcite.sql2rel.SqlRexConvertlet;
import org.apache.calcite.sql2rel.SqlRexConvertletTable;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.jspecify.annotations.Nullable;

/**
 * How calls become row expressions: functions stay as they were written (Calcite would spell EXTRACT and FLOOR of
 * times out as arithmetic, and fold casts of constants by its own rules).
 */
final class Convertlets implements SqlRexConvertletTable
{
    @Override
    public @Nullable SqlRexConvertlet get(final SqlCall call)
    {
        if (call.getOperator().getKind() == SqlKind.CAST || call.getOperator() == StructuralOperators.TRY_CAST)
        {
            return Convertlets::cast;
        }
        if (call.getOperator() == StructuralOperators.MEMBER)
        {
            return Convertlets::member;
        }
        if (call.getKind() == SqlKind.IS_DISTINCT_FROM || call.getKind() == SqlKind.IS_NOT_DISTINCT_FROM ||
            (call.getOperator() instanceof SqlFunction && !(call.getOperator() instanceof SqlTableFunction) &&
            isKept(call)))
        {
            return Convertlets::plain;
        }
        return StandardConvertletTable.INSTANCE.get(call);
    }

    private static boolean isKept(final SqlCall call)
    {
        return switch (call.getKind())
        {
            case EXTRACT, FLOOR, CEIL, OTHER_FUNCTION, MOD, COALESCE, POSITION, TRIM, OTHER -> true;
            default -> call.getOperator() != SqlStdOperatorTable.TUMBLE_START && !call.getOperator().isGroup() &&
                !call.getOperator().isAggregator() && call.getKind() != SqlKind.TUMBLE_START &&
                call.getKind() != SqlKind.TUMBLE_END && call.getKind() != SqlKind.DESCRIPTOR;
        };
    }

    private static RexNode cast(final SqlRexContext context, final SqlCall call)
    {
        final RelDataType type = context.getValidator().getValidatedNodeType(call);
        final RexNode operand = context.convertExpression(call.operand(0));
        return context.getRexBuilder().makeCall(type, call.getOperator() == StructuralOperators.TRY_CAST ?
            StructuralOperators.KEPT_TRY_CAST : StructuralOperators.KEPT_CAST, List.of(operand));
    }

    private static RexNode member(final SqlRexContext context, final SqlCall call)
    {
        final RexBuilder builder = context.getRexBuilder();
        final RexNode left = context.convertExpression(call.operand(0));
        final RexNode right = context.convertExpression(call.operand(1));
        return builder.makeCall(SqlStdOperatorTable.EQUALS, left, isCastInList(left.getType(), right.getType()) ?
            builder.makeCall(builder.getTypeFactory().createTypeWithNullability(
                left.getType(), right.getType().isNullable()), StructuralOperators.KEPT_CAST, List.of(right)) : right);
    }

    private static boolean isCastInList(final RelDataType left, final RelDataType right)
    {
        return left.getSqlTypeName() != right.getSqlTypeName() && left.getSqlTypeName() != SqlTypeName.NULL &&
            right.getSqlTypeName() != SqlTypeName.NULL &&
            !(left.getSqlTypeName() == SqlTypeName.VARCHAR && right.getSqlTypeName() == SqlTypeName.CHAR);
    }

    private static RexNode plain(final SqlRexContext context, final SqlCall call)
    {
        final RexBuilder builder = context.getRexBuilder();
        final List<RexNode> operands = new ArrayList<>();
        for (final SqlNode operand : call.getOperandList())
        {
            if (operand instanceof SqlIntervalQualifier qualifier)
            {
                operands.add(builder.makeFlag(TimeUnits.of(qualifier)));
            }
            else
            {
                operands.add(context.convertExpression(operand));
            }
        }
        final RelDataType type = context.getValidator().getValidatedNodeType(call);
        return builder.makeCall(type, call.getOperator(), operands);
    }
}
