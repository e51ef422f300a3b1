package io.millrace.sql.codegen;

import io.millrace.codecs.SqlType;
import io.millrace.sql.expr.Expr;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Emits comparisons. */
public final class Comparisons
{
    private Comparisons()
    {
    }

    /** {@code =}, {@code <>}, {@code <} and so on: NULL where an operand is. */
    public static Value emit(final Code code, final Expr.Call call)
    {
        final Value a = code.emit(call.operands().get(0));
        final Value b = code.emit(call.operands().get(1));
        if (a.isAlwaysNull() || b.isAlwaysNull())
        {
            return Code.nullOf(call.type());
        }
        final String constant = "=".equals(call.function()) || "<>".equals(call.function()) ? constant(call) : null;
        final String nulls = code.anyNull(List.of(a, b));
        final String test = constant == null ? test(code, call.function(), a, b) :
            constantTest(code, call.function(), call.operands().get(0) instanceof Expr.Literal ? b : a, constant);
        return code.define(
            call.type(), nulls, Value.NEVER.equals(nulls) ? test : "!" + nulls + " && (" + test + ")");
    }

    /** IS [NOT] DISTINCT FROM: never NULL. */
    public static Value distinct(final Code code, final Expr.Call call)
    {
        final Value a = code.emit(call.operands().get(0));
        final Value b = code.emit(call.operands().get(1));
        final boolean isNegated = "IS NOT DISTINCT FROM".equals(call.function());
        final String same = a.isAlwaysNull() || b.isAlwaysNull() ? a.isNull() + " & " + b.isNull() :
            a.isNull() + " & " + b.isNull() + " || !" + a.isNull() + " && !" + b.isNull() + " && (" +
                test(code, "=", a, b) + ")";
        return code.define(call.type(), Value.NEVER, isNegated ? same : "!(" + same + ")");
    }

    private static @Nullable String constant(final Expr.Call call)
    {
        for (final Expr operand : call.operands())
        {
            if (operand instanceof Expr.Literal literal && literal.value() instanceof String text)
            {
                return text;
            }
        }
        return null;
    }

    private static String constantTest(
        final Code code, final String operator, final Value value, final String constant)
    {
        final int length = constant.getBytes(StandardCharsets.UTF_8).length;
        final String test =
            value.second() + " == " + length + " && " + Membership.bytesEqual(code, value.first(), constant);
        return "=".equals(operator) ? test : "!(" + test + ")";
    }

    /** A Java expression that compares two values, neither of them NULL. */
    public static String test(final Code code, final String operator, final Value a, final Value b)
    {
        final String java = "=".equals(operator) ? "==" : "<>".equals(operator) ? "!=" : operator;
        final SqlType type = a.type();
        if (type.isString())
        {
            if ("==".equals(java) || "!=".equals(java))
            {
                final String same = a.second() + " == " + b.second() + " && Memory.isEqual(" + a.first() + ", " +
                    b.first() + ", " + a.second() + ")";
                return "==".equals(java) ? same : "!(" + same + ")";
            }
            return "Memory.compare(" + a.first() + ", " + a.second() + ", " + b.first() + ", " + b.second() + ") " +
                java + " 0";
        }
        if (type.kind() == SqlType.Kind.BOOLEAN && !"==".equals(java) && !"!=".equals(java))
        {
            return "(" + a.first() + " ? 1 : 0) " + java + " (" + b.first() + " ? 1 : 0)";
        }
        if (type.kind() == SqlType.Kind.DECIMAL || b.type().kind() == SqlType.Kind.DECIMAL)
        {
            return decimals(code, java, a, b);
        }
        if (type.kind() == SqlType.Kind.TIMESTAMP && (a.isPair() || b.isPair()))
        {
            return "Timestamps.compare(" + a.first() + ", " + nanos(a) + ", " + b.first() + ", " + nanos(b) + ") " +
                java + " 0";
        }
        return a.first() + " " + java + " " + b.first();
    }

    private static String nanos(final Value value)
    {
        return value.isPair() ? value.second() : "0";
    }

    private static String decimals(final Code code, final String java, final Value a, final Value b)
    {
        if (a.type().isApproximate() || b.type().isApproximate())
        {
            // As in Flink -0.0 is before 0.0 then, and NaN behind all.
            return "Double.compare(" + Numbers.as(code, a, SqlType.of(SqlType.Kind.DOUBLE)).first() + ", " +
                Numbers.as(code, b, SqlType.of(SqlType.Kind.DOUBLE)).first() + ") " + java + " 0";
        }
        final Value x = Numbers.asDecimal(a);
        final Value y = Numbers.asDecimal(b);
        if (!x.isPair() && !y.isPair() && x.type().scale() == y.type().scale())
        {
            return x.first() + " " + java + " " + y.first();
        }
        final String decimals = Numbers.decimals(code);
        return decimals + ".compare(" + x.first() + ", " + Numbers.high(x) + ", " + x.type().scale() + ", " +
            y.first() + ", " + Numbers.high(y) + ", " + y.type().scale() + ") " + java + " 0";
    }
}
