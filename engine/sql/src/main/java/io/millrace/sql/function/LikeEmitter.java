package io.millrace.sql.function;

import io.millrace.codecs.SqlType;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.runtime.Like;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Emits LIKE: constant patterns of the usual shapes become comparisons, all others are matched by {@link Like}. */
final class LikeEmitter
{
    private LikeEmitter()
    {
    }

    static Value emit(final Code code, final Expr.Call call)
    {
        final Value text = code.emit(call.operands().get(0));
        final Value pattern = code.emit(call.operands().get(1));
        final List<Value> operands = new ArrayList<>(List.of(text, pattern));
        String escape = Integer.toString(Like.NO_ESCAPE);
        if (call.operands().size() > 2)
        {
            final Value value = code.emit(call.operands().get(2));
            operands.add(value);
            escape = "(" + value.second() + " == 0 ? -1 : (int)Memory.getByte(" + value.first() + "))";
        }
        final String simple = simple(code, call, text);
        final String match = escape;
        return code.strict(call.type(), operands, false, result ->
        {
            if (simple != null)
            {
                code.line(result.first() + " = " + simple + ";");
                return;
            }
            code.line(result.first() + " = Like.matches(scratch, " + text.first() + ", " + text.second() + ", " +
                pattern.first() + ", " + pattern.second() + ", " + match + ");");
            if (call.operands().size() > 2 && !isKnownValid(call))
            {
                code.checkFailure(call);
            }
        });
    }

    private static @Nullable String constant(final Expr expr)
    {
        return expr instanceof Expr.Literal literal && literal.value() instanceof String text ? text : null;
    }

    private static boolean isKnownValid(final Expr.Call call)
    {
        final String pattern = constant(call.operands().get(1));
        final String escape = constant(call.operands().get(2));
        if (pattern == null || escape == null || escape.isEmpty())
        {
            return false;
        }
        final char c = escape.charAt(0);
        for (int i = 0; i < pattern.length(); i++)
        {
            if (pattern.charAt(i) == c)
            {
                i++;
                if (i >= pattern.length() || "%_".indexOf(pattern.charAt(i)) < 0 && pattern.charAt(i) != c)
                {
                    return false;
                }
            }
        }
        return true;
    }

    /** A test for {@code abc}, {@code abc%}, {@code %abc} and {@code %abc%}, or null for other patterns. */
    private static @Nullable String simple(final Code code, final Expr.Call call, final Value text)
    {
        final String pattern = constant(call.operands().get(1));
        if (pattern == null || call.operands().size() > 2 && !isKnownValid(call))
        {
            return null;
        }
        final String escape = call.operands().size() > 2 ? constant(call.operands().get(2)) : null;
        final int escapeChar = escape == null ? -1 : escape.charAt(0);
        final StringBuilder middle = new StringBuilder();
        boolean isOpenStart = false;
        boolean isOpenEnd = false;
        for (int i = 0; i < pattern.length(); i++)
        {
            final char c = pattern.charAt(i);
            if (c == escapeChar)
            {
                middle.append(pattern.charAt(++i));
            }
            else if (c == '_' || isOpenEnd && c != '%')
            {
                return null;
            }
            else if (c == '%')
            {
                isOpenEnd |= !middle.isEmpty() || i > 0 && i == pattern.length() - 1;
                isOpenStart |= middle.isEmpty();
            }
            else
            {
                middle.append(c);
            }
            if (isOpenEnd && c != '%')
            {
                return null;
            }
        }
        return test(code, text, middle.toString(), isOpenStart, isOpenEnd);
    }

    private static String test(
        final Code code, final Value text, final String middle, final boolean isOpenStart, final boolean isOpenEnd)
    {
        final int length = middle.getBytes(StandardCharsets.UTF_8).length;
        final String address = text.first();
        final String size = text.second();
        if (isOpenStart && (isOpenEnd || length == 0))
        {
            return length == 0 ? "true" : "Utf8.indexOf(" + address + ", " + size + ", " +
                code.stringConstant(SqlType.string(), middle).first() + ", " + length + ", 0) >= 0";
        }
        if (isOpenStart)
        {
            return size + " >= " + length + " && " +
                code.bytesEqual("(" + address + " + " + size + " - " + length + "L)", middle);
        }
        return size + (isOpenEnd ? " >= " : " == ") + length + " && " + code.bytesEqual(address, middle);
    }
}
