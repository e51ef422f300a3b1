package io.millrace.sql.validate;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.parse.FlinkValidator;
import io.millrace.sql.parse.Positions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SqlValidatorCatalogReader;
import org.apache.calcite.sql.validate.SqlValidatorScope;

/** Refuses, at their place, the comparisons that Calcite lets pass and Flink refuses: text with anything else. */
final class TypingValidator extends FlinkValidator
{
    private static final Set<SqlKind> COMPARISONS = Set.of(SqlKind.EQUALS, SqlKind.NOT_EQUALS, SqlKind.LESS_THAN,
        SqlKind.LESS_THAN_OR_EQUAL, SqlKind.GREATER_THAN, SqlKind.GREATER_THAN_OR_EQUAL, SqlKind.BETWEEN,
        SqlKind.IS_DISTINCT_FROM, SqlKind.IS_NOT_DISTINCT_FROM);

    private static final Set<SqlKind> ORDERS = Set.of(SqlKind.LESS_THAN, SqlKind.LESS_THAN_OR_EQUAL,
        SqlKind.GREATER_THAN, SqlKind.GREATER_THAN_OR_EQUAL);

    private final List<Diagnostic> findings = new ArrayList<>();

    TypingValidator(
        final SqlOperatorTable operators, final SqlValidatorCatalogReader catalogue, final RelDataTypeFactory types)
    {
        super(operators, catalogue, types);
    }

    /** What was found beside the first error of the validator itself. */
    List<Diagnostic> findings()
    {
        return findings;
    }

    @Override
    public void validateCall(final SqlCall call, final SqlValidatorScope scope)
    {
        for (final SqlNode operand : COMPARISONS.contains(call.getKind()) ? call.getOperandList() : List.<SqlNode>of())
        {
            if (deriveType(scope, operand).isStruct())
            {
                findings.add(Diagnostic.unsupported(
                    Positions.of(call), "a comparison of ROWs", "compare their fields one by one"));
                return;
            }
        }
        super.validateCall(call, scope);
        if (COMPARISONS.contains(call.getKind()))
        {
            compare(call, call.operand(0), call.getOperandList().subList(1, call.operandCount()), scope);
        }
    }

    private void compare(
        final SqlCall call, final SqlNode left, final List<SqlNode> others, final SqlValidatorScope scope)
    {
        final RelDataType leftType = deriveType(scope, left);
        for (final SqlNode other : others)
        {
            if (other.getKind() == SqlKind.LITERAL && SqlTypeUtil.isNull(deriveType(scope, other)))
            {
                continue;
            }
            final RelDataType rightType = deriveType(scope, other);
            if (!isComparable(leftType, rightType) && !isConverted(call, leftType, rightType))
            {
                findings.add(Diagnostic.error(DiagnosticCode.TYPE, Positions.of(call),
                    "implicit type conversion between " + name(leftType) + " and " + name(rightType) +
                    " is not supported", "write the conversion: CAST(… AS " + name(leftType) + ")"));
                return;
            }
        }
    }

    private static String name(final RelDataType type)
    {
        return switch (type.getSqlTypeName())
        {
            case INTEGER -> "INT";
            case VARCHAR -> "STRING";
            default -> type.getSqlTypeName().getName();
        };
    }

    /** Text that is ordered beside a number or a BOOLEAN, or stands in a list with one, is cast to it in Flink. */
    private static boolean isConverted(final SqlCall call, final RelDataType left, final RelDataType right)
    {
        if (left.isStruct() || right.isStruct())
        {
            return false;
        }
        return call.getOperator() == StructuralOperators.MEMBER ?
            SqlTypeUtil.inCharFamily(left) || SqlTypeUtil.inCharFamily(right) :
            ORDERS.contains(call.getKind()) && (SqlTypeUtil.inCharFamily(left) || SqlTypeUtil.inCharFamily(right));
    }

    private static boolean isComparable(final RelDataType a, final RelDataType b)
    {
        if (a.isStruct() || b.isStruct() || SqlTypeUtil.isNull(a) || SqlTypeUtil.isNull(b))
        {
            return a.isStruct() == b.isStruct() || SqlTypeUtil.isNull(a) || SqlTypeUtil.isNull(b);
        }
        return family(a) == family(b) || isTextOfTime(a, b) || isTextOfTime(b, a);
    }

    /** Flink reads text that is compared with a time; what is no time is NULL then. */
    private static boolean isTextOfTime(final RelDataType text, final RelDataType time)
    {
        return SqlTypeUtil.inCharFamily(text) &&
            (time.getSqlTypeName() == SqlTypeName.DATE || time.getSqlTypeName() == SqlTypeName.TIMESTAMP);
    }

    private static Object family(final RelDataType type)
    {
        final SqlTypeName name = type.getSqlTypeName();
        if (SqlTypeUtil.isNumeric(type))
        {
            return SqlTypeFamily.NUMERIC;
        }
        if (SqlTypeUtil.inCharFamily(type))
        {
            return SqlTypeFamily.CHARACTER;
        }
        return name.getFamily() == null ? name : name.getFamily();
    }
}
