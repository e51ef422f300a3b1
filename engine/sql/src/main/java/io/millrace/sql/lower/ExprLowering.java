package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.function.Functions;
import io.millrace.sql.lower.Value.Scalar;
import io.millrace.sql.lower.Value.Struct;
import io.millrace.sql.lower.Value.WindowColumn;
import io.millrace.sql.validate.FlinkTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.Sarg;
import org.jspecify.annotations.Nullable;

/** Row expressions to {@link Expr}, over the columns of one path; casts become explicit. */
final class ExprLowering
{
    private static final SqlType BOOLEAN = SqlType.of(Kind.BOOLEAN);

    private final FlinkTypes types;
    private final List<Value> columns;
    private final Span span;
    private final WindowColumns windows;

    /** @param span where to refuse what can't be lowered. */
    ExprLowering(final FlinkTypes types, final List<Value> columns, final Span span)
    {
        this.types = types;
        this.columns = columns;
        this.span = span;
        this.windows = new WindowColumns(span);
    }

    /** A column's worth: a scalar or a nested ROW. */
    Value value(final RexNode node)
    {
        if (node instanceof RexInputRef ref)
        {
            return columns.get(ref.getIndex());
        }
        if (node instanceof RexFieldAccess access)
        {
            if (value(access.getReferenceExpr()) instanceof Struct struct)
            {
                return struct.fields().get(access.getField().getIndex());
            }
            throw Unsupported.at(span, "a field of an expression", null);
        }
        if (node instanceof RexCall call && call.getKind() == SqlKind.TUMBLE)
        {
            return windows.group(call, this);
        }
        if (node instanceof RexCall call && windows.isProperty(call))
        {
            return windows.property(call, value(call.getOperands().get(0)));
        }
        if (node instanceof RexCall call && call.getKind() == SqlKind.ROW)
        {
            return new Struct(new Expr.Literal(BOOLEAN.withNullable(false), true), typeOf(call.getType()),
                call.getOperands().stream().map(this::value).toList());
        }
        if (node instanceof RexCall call && call.getType().isStruct() &&
            (call.getOperator().getName().equals("CAST") || call.getOperator().getName().equals("TRY_CAST")))
        {
            if (call.getOperator().getName().startsWith("TRY"))
            {
                throw Unsupported.at(span, "TRY_CAST to a ROW", "build it of fields that are cast one by one");
            }
            return Casts.row(value(call.getOperands().get(0)), typeOf(call.getType()), this::scalarOf);
        }
        return new Scalar(computed(node), false);
    }

    Expr scalar(final RexNode node)
    {
        return scalarOf(value(node));
    }

    private Expr scalarOf(final Value value)
    {
        if (value instanceof Scalar scalar)
        {
            return scalar.expr();
        }
        if (value instanceof Struct)
        {
            throw Unsupported.at(span, "a ROW in an expression", "take its fields one by one");
        }
        return windows.ofRow((WindowColumn)value);
    }

    SqlType typeOf(final RelDataType type)
    {
        final SqlType converted = FlinkTypes.toSqlType(type);
        if (converted == null)
        {
            throw Unsupported.at(span, "the type " + type.getSqlTypeName(), null);
        }
        return converted;
    }

    private Expr computed(final RexNode node)
    {
        if (node instanceof RexLiteral literal)
        {
            final Expr.Literal constant = Literals.of(literal, FlinkTypes.toSqlType(literal.getType()));
            if (constant != null)
            {
                return constant;
            }
            if (literal.isNull())
            {
                return new Expr.Literal(SqlType.of(Kind.NULL), null);
            }
        }
        if (node instanceof RexCall call)
        {
            return call(call);
        }
        throw Unsupported.at(span, "this expression", null);
    }

    private Expr call(final RexCall call)
    {
        return switch (call.getKind())
        {
            case AND, OR -> logical(call);
            case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL,
                IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM -> comparison(call);
            case SEARCH -> search(call);
            case IS_NULL, IS_NOT_NULL -> presence(call);
            case CASE -> cases(call);
            case CAST, SAFE_CAST -> cast(call);
            case REINTERPRET -> scalar(call.getOperands().get(0));
            case PLUS, MINUS, TIMES, DIVIDE, MOD -> arithmetic(call);
            case PLUS_PREFIX -> scalar(call.getOperands().get(0));
            case MINUS_PREFIX -> new Expr.Call("NEGATE", operands(call), typeOf(call.getType()));
            case LIKE -> like(call);
            default -> function(call);
        };
    }

    private Expr like(final RexCall call)
    {
        final List<Expr> operands = operands(call);
        if (operands.size() == 3 && operands.get(1) instanceof Expr.Literal pattern &&
            pattern.value() instanceof String text && operands.get(2) instanceof Expr.Literal escape &&
            escape.value() instanceof String mark)
        {
            for (int i = 0; mark.length() == 1 && i < text.length(); i++)
            {
                if (text.charAt(i) == mark.charAt(0) &&
                    (++i == text.length() || "%_".indexOf(text.charAt(i)) < 0 && text.charAt(i) != mark.charAt(0)))
                {
                    throw Unsupported.wrong(DiagnosticCode.INVALID, span, "the LIKE pattern '" + text +
                        "' has an escape that escapes nothing", "escape only %, _ and '" + mark + "'");
                }
            }
        }
        return new Expr.Call("LIKE", operands, typeOf(call.getType()));
    }

    private List<Expr> operands(final RexCall call)
    {
        final List<Expr> operands = new ArrayList<>();
        for (final RexNode operand : call.getOperands())
        {
            operands.add(scalar(operand));
        }
        return operands;
    }

    private Expr function(final RexCall call)
    {
        if (call.getOperator().isAggregator())
        {
            throw Unsupported.wrong(DiagnosticCode.INVALID, span,
                call.getOperator().getName() + " stands where no rows are aggregated", null);
        }
        final String known = Functions.nameOf(call.getOperator());
        final String name = known != null ? known : call.getOperator().getName().toUpperCase(Locale.ROOT);
        final SqlType type = typeOf(call.getType());
        final List<Expr> operands = operands(call);
        if (name.equals("TO_TIMESTAMP_LTZ"))
        {
            EpochTime.check(operands, span);
        }
        return switch (name)
        {
            case "IF" -> new Expr.Case(
                List.of(new Expr.When(Casts.to(operands.get(0), BOOLEAN), Casts.to(operands.get(1), type))),
                Casts.to(operands.get(2), type), type);
            case "COALESCE", "GREATEST", "LEAST" -> new Expr.Call(name, unified(operands, type), type);
            case "CAST" -> cast(operands.get(0), type, false);
            case "TRY_CAST" -> cast(operands.get(0), type.withNullable(true), true);
            default -> new Expr.Call(name, operands, type);
        };
    }

    private List<Expr> unified(final List<Expr> operands, final SqlType type)
    {
        return operands.stream().map(operand -> Casts.to(operand, type)).toList();
    }

    private Expr logical(final RexCall call)
    {
        final List<Expr> operands = new ArrayList<>();
        for (final RexNode operand : call.getOperands())
        {
            operands.add(Casts.to(scalar(operand), BOOLEAN));
        }
        if (call.getKind() == SqlKind.OR)
        {
            return InLists.merge(operands, typeOf(call.getType()));
        }
        Expr result = operands.get(0);
        for (int i = 1; i < operands.size(); i++)
        {
            result = and(result, operands.get(i));
        }
        return result;
    }

    /** Both hold; null stands for no condition. */
    static Expr and(final @Nullable Expr left, final Expr right)
    {
        if (left == null)
        {
            return right;
        }
        final boolean isNullable = left.type().isNullable() || right.type().isNullable();
        return new Expr.Call("AND", List.of(left, right), BOOLEAN.withNullable(isNullable));
    }

    private Expr comparison(final RexCall call)
    {
        final RexNode left = call.getOperands().get(0);
        final RexNode right = call.getOperands().get(1);
        Expr a = scalar(left);
        Expr b = scalar(right);
        SqlType common = common(left.getType(), right.getType());
        final boolean isEquality = call.getKind() == SqlKind.EQUALS || call.getKind() == SqlKind.NOT_EQUALS;
        if (!isEquality && a.type().isApproximate() && b.type().kind() == Kind.DOUBLE)
        {
            // Flink compares a FLOAT with a DOUBLE behind it for equality as FLOATs, for their order as DOUBLEs.
            common = b.type();
        }
        if (!isEquality && isRealBesideDecimal(a.type(), b.type()))
        {
            return new Expr.Call(call.getOperator().getName().toUpperCase(Locale.ROOT), List.of(a, b),
                typeOf(call.getType()));
        }
        if (common == null && isTime(a.type()) && b.type().isString())
        {
            common = a.type();
            b = Casts.cast(b, common.withNullable(true), true);
        }
        else if (common == null && isTime(b.type()) && a.type().isString())
        {
            common = b.type();
            a = Casts.cast(a, common.withNullable(true), true);
        }
        if (common == null)
        {
            throw Unsupported.wrong(DiagnosticCode.TYPE, span, "implicit type conversion between " + a.type() +
                " and " + b.type() + " is not supported", "write the conversion with CAST");
        }
        return new Expr.Call(call.getOperator().getName().toUpperCase(Locale.ROOT),
            List.of(Casts.to(a, common), Casts.to(b, common)), typeOf(call.getType()));
    }

    /** A FLOAT or DOUBLE and a DECIMAL: Flink orders them with -0.0 before 0.0 and NaN behind all. */
    private static boolean isRealBesideDecimal(final SqlType a, final SqlType b)
    {
        return a.isApproximate() && b.kind() == Kind.DECIMAL || b.isApproximate() && a.kind() == Kind.DECIMAL;
    }

    private static boolean isTime(final SqlType type)
    {
        return type.kind() == Kind.DATE || type.kind() == Kind.TIMESTAMP;
    }

    private @Nullable SqlType common(final RelDataType left, final RelDataType right)
    {
        final SqlType a = typeOf(left);
        final SqlType b = typeOf(right);
        if (a.kind() == Kind.NULL)
        {
            return b;
        }
        if (b.kind() == Kind.NULL)
        {
            return a;
        }
        if (a.isString() && b.isString())
        {
            return SqlType.string();
        }
        if (a.isNumeric() != b.isNumeric() || a.isString() != b.isString())
        {
            return null;
        }
        final RelDataType common = types.leastRestrictive(List.of(left, right));
        return common == null ? null : FlinkTypes.toSqlType(common);
    }

    private Expr search(final RexCall call)
    {
        if (call.getOperands().get(1) instanceof RexLiteral literal && literal.getValue() instanceof Sarg<?> sarg)
        {
            final RexNode operand = call.getOperands().get(0);
            final Expr value = scalar(operand);
            final SqlType constants = typeOf(literal.getType());
            final boolean isOrdered = isRealBesideDecimal(value.type(), constants);
            final SqlType type = isOrdered ? constants : common(operand.getType(), literal.getType());
            final Expr expanded = type == null ? null :
                SearchExpansion.expand(isOrdered ? value : Casts.to(value, type), sarg, type);
            if (expanded != null)
            {
                return expanded;
            }
        }
        throw Unsupported.at(span, "this comparison with constants", null);
    }

    private Expr presence(final RexCall call)
    {
        final SqlType type = typeOf(call.getType());
        final Value operand = value(call.getOperands().get(0));
        final boolean isNull = call.getKind() == SqlKind.IS_NULL;
        if (operand instanceof Struct struct)
        {
            return isNull ? new Expr.Call("NOT", List.of(struct.presence()), type) : struct.presence();
        }
        return new Expr.Call(isNull ? "IS NULL" : "IS NOT NULL", List.of(scalar(call.getOperands().get(0))), type);
    }

    private Expr cases(final RexCall call)
    {
        final SqlType type = typeOf(call.getType());
        final List<RexNode> operands = call.getOperands();
        final List<Expr.When> whens = new ArrayList<>();
        for (int i = 0; i + 1 < operands.size(); i += 2)
        {
            whens.add(new Expr.When(
                Casts.to(scalar(operands.get(i)), BOOLEAN), Casts.to(scalar(operands.get(i + 1)), type)));
        }
        return new Expr.Case(
            whens, Casts.to(scalar(operands.get(operands.size() - 1)), type.withNullable(true)), type);
    }

    private Expr cast(final RexCall call)
    {
        final boolean isTry = call.getKind() == SqlKind.SAFE_CAST;
        final Expr operand = scalar(call.getOperands().get(0));
        final SqlType type = typeOf(call.getType());
        return cast(operand, isTry ? type.withNullable(true) : type, isTry);
    }

    private Expr cast(final Expr operand, final SqlType type, final boolean isTry)
    {
        if (operand.type().isString() && (type.kind() == Kind.INTERVAL_DAY || type.kind() == Kind.INTERVAL_MONTH))
        {
            throw Unsupported.at(span, "a cast of text to an INTERVAL", "write it as INTERVAL '…' with its unit");
        }
        return Casts.cast(operand, type, isTry);
    }

    private Expr arithmetic(final RexCall call)
    {
        final SqlType type = typeOf(call.getType());
        final List<Expr> operands = operands(call);
        final String name = switch (call.getKind())
        {
            case PLUS -> "+";
            case MINUS -> "-";
            case TIMES -> "*";
            case DIVIDE -> "/";
            default -> "MOD";
        };
        if (!type.isNumeric() || !operands.get(0).type().isNumeric() || !operands.get(1).type().isNumeric())
        {
            return new Expr.Call(name, operands, type);
        }
        final List<Expr> cast = new ArrayList<>();
        final SqlType common = common(call.getOperands().get(0).getType(), call.getOperands().get(1).getType());
        for (int i = 0; i < operands.size(); i++)
        {
            final Expr operand = operands.get(i);
            if (common != null && common.kind() == Kind.DECIMAL)
            {
                cast.add(operand.type().kind() == Kind.DECIMAL ? operand : Casts.to(operand,
                    typeOf(types.decimalOf(call.getOperands().get(i).getType())).withNullable(
                        operand.type().isNullable())));
            }
            else
            {
                cast.add(common == null ? operand : Casts.to(operand, common));
            }
        }
        return new Expr.Call(name, cast, type);
    }
}
