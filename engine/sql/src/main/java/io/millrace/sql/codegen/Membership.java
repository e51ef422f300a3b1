package io.millrace.sql.codegen;

import io.millrace.codecs.SqlType;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.runtime.LongSet;
import io.millrace.sql.runtime.StringSet;
import io.millrace.sql.runtime.Words;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Emits IN over constants, and equality of a string with a constant: lengths first, then eight bytes at a time. */
final class Membership
{
    private static final int MAX_INLINE = 16;
    private static final int MAX_INLINE_LENGTH = 32;
    private static final int MAX_MIXED = 4;

    private Membership()
    {
    }

    static Value emit(final Code code, final Expr.In in)
    {
        final Value operand = code.emit(in.operand());
        if (operand.isAlwaysNull())
        {
            return Code.nullOf(in.type());
        }
        final Set<Object> values = new LinkedHashSet<>();
        for (final Expr.Literal literal : in.values())
        {
            values.add(Objects.requireNonNull(literal.value()));
        }
        if (operand.type().isString())
        {
            return strings(code, in, operand, values);
        }
        if (isLong(operand.type()))
        {
            return longs(code, in, operand);
        }
        final StringBuilder any = new StringBuilder();
        for (final Expr.Literal literal : in.values())
        {
            any.append(any.isEmpty() ? "" : " || ")
                .append(Comparisons.test(code, "=", operand, code.emit(literal)));
        }
        return code.define(in.type(), operand.isNull(), guard(operand, any.toString()));
    }

    private static boolean isLong(final SqlType type)
    {
        final String first = Value.firstType(type);
        return !Value.isPair(type) && ("int".equals(first) || "long".equals(first));
    }

    private static String guard(final Value operand, final String test)
    {
        return operand.isNullable() ? "!" + operand.isNull() + " && (" + test + ")" : test;
    }

    private static Value longs(final Code code, final Expr.In in, final Value operand)
    {
        final long[] values = new long[in.values().size()];
        for (int i = 0; i < values.length; i++)
        {
            values[i] = Expressions.compact(operand.type(), Objects.requireNonNull(in.values().get(i).value()));
        }
        if (values.length <= MAX_INLINE)
        {
            final boolean isInt = "int".equals(Value.firstType(operand.type()));
            final StringBuilder any = new StringBuilder();
            for (final long value : values)
            {
                any.append(any.isEmpty() ? "" : " || ").append(operand.first()).append(" == ")
                    .append(isInt ? Expressions.intLiteral((int)value) : Expressions.longLiteral(value));
            }
            return code.define(in.type(), operand.isNull(), guard(operand, any.toString()));
        }
        final String set = code.constant(LongSet.of(values), LongSet.class);
        return code.define(
            in.type(), operand.isNull(), guard(operand, set + ".contains(" + operand.first() + ")"));
    }

    private static Value strings(final Code code, final Expr.In in, final Value operand, final Set<Object> values)
    {
        if (values.size() > MAX_INLINE)
        {
            final List<String> texts = new ArrayList<>();
            values.forEach(v -> texts.add((String)v));
            final String set = code.constant(StringSet.of(texts), StringSet.class);
            return code.define(in.type(), operand.isNull(),
                guard(operand, set + ".contains(" + operand.first() + ", " + operand.second() + ")"));
        }
        final Map<Integer, List<String>> byLength = new TreeMap<>();
        for (final Object value : values)
        {
            final String text = (String)value;
            byLength.computeIfAbsent(text.getBytes(StandardCharsets.UTF_8).length, n -> new ArrayList<>()).add(text);
        }
        if (isMixed(byLength))
        {
            return anyOfMixed(code, in, operand, byLength);
        }
        final Value result = code.declare(in.type(), false);
        code.open("switch (" + operand.second() + ")");
        byLength.forEach((length, texts) ->
        {
            final StringBuilder any = new StringBuilder();
            for (final String text : texts)
            {
                any.append(any.isEmpty() ? "" : " || ").append(bytesEqual(code, operand.first(), text));
            }
            final String test = length == 0 ? guard(operand, any.toString()) : any.toString();
            code.line("case " + length + ": " + result.first() + " = " + test + "; break;");
        });
        code.line("default: break;");
        code.close();
        return new Value(in.type(), result.first(), "", operand.isNull());
    }

    /** Whether constants are few and short, and of several lengths, so that a switch on the length is mispredicted. */
    private static boolean isMixed(final Map<Integer, List<String>> byLength)
    {
        return byLength.size() > 1 && byLength.values().stream().mapToInt(List::size).sum() <= MAX_MIXED &&
            byLength.keySet().stream().allMatch(length -> length > 0 && length <= Words.MAX_LENGTH);
    }

    /**
     * Compares with every constant, all of its bytes at once, without a branch on the length or between them. Where the
     * length is right, the bytes that count are known: the masks are constants.
     */
    private static Value anyOfMixed(
        final Code code, final Expr.In in, final Value operand, final Map<Integer, List<String>> byLength)
    {
        final Value result = code.declare(in.type(), false);
        final String address = operand.first();
        final String length = operand.second();
        final String first = code.fresh("w");
        final String second = code.fresh("w");
        code.open("if (Words.isShort(" + length + "))");
        code.line("final long " + first + " = Memory.getLong(" + address + ");");
        code.line("final long " + second + " = Memory.getLong(" + address + " + 8L);");
        final StringBuilder all = new StringBuilder();
        byLength.forEach((bytes, texts) -> texts.forEach(text ->
        {
            final ByteBuffer words = ByteBuffer.allocate(Words.MAX_LENGTH).order(ByteOrder.LITTLE_ENDIAN)
                .put(0, text.getBytes(StandardCharsets.UTF_8));
            all.append(all.isEmpty() ? "" : " & ").append("Words.differ(")
                .append(difference(first, words.getLong(0), Math.min(bytes, 8)));
            if (bytes > 8)
            {
                all.append(" | ").append(difference(second, words.getLong(8), bytes - 8));
            }
            all.append(" | ").append(length).append(" ^ ").append(bytes).append(')');
        }));
        code.line(result.first() + " = (" + all + ") >= 0L;");
        code.close();
        return new Value(in.type(), result.first(), "", operand.isNull());
    }

    /** Zero where the first {@code count} bytes of a word are those of a constant. */
    private static String difference(final String word, final long constant, final int count)
    {
        final String masked = count == 8 ? word : "(" + word + " & " +
            Expressions.longLiteral(-1L >>> 64 - 8 * count) + ")";
        return masked + " ^ " + Expressions.longLiteral(constant);
    }

    /** A test that a string whose length is known to be right equals a constant. */
    static String bytesEqual(final Code code, final String address, final String text)
    {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0)
        {
            return "true";
        }
        if (bytes.length > MAX_INLINE_LENGTH)
        {
            return "Memory.isEqual(" + address + ", " + code.stringConstant(SqlType.string(), text).first() + ", " +
                bytes.length + ")";
        }
        final StringBuilder test = new StringBuilder("(");
        for (int i = 0; i < bytes.length; i += 8)
        {
            final int count = Math.min(8, bytes.length - i);
            long word = 0;
            for (int j = 0; j < count; j++)
            {
                word |= (bytes[i + j] & 0xFFL) << (8 * j);
            }
            final String load = "Memory.getLong(" + address + (i == 0 ? "" : " + " + i + "L") + ")";
            test.append(i == 0 ? "" : " && ");
            if (count == 8)
            {
                test.append(load).append(" == ").append(Expressions.longLiteral(word));
            }
            else
            {
                test.append('(').append(load).append(" & 0x").append(Long.toHexString(-1L >>> (64 - 8 * count)))
                    .append("L) == ").append(Expressions.longLiteral(word));
            }
        }
        return test.append(')').toString();
    }
}
