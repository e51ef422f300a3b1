package io.millrace.sql.codegen;

import io.millrace.codecs.SqlType;
import io.millrace.sql.expr.Expr;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Emits expressions: literals, inputs, CASE and calls; casts and IN have their own types. */
public final class Expressions
{
    private Expressions()
    {
    }

    static Value emit(final Code code, final Expr expr)
    {
        if (expr instanceof Expr.Literal literal)
        {
            return literal(code, literal);
        }
        if (expr instanceof Expr.Input input)
        {
            return code.owner().inputs().load(code, input);
        }
        if (code.owner().isCut(expr) && !code.isRoot(expr))
        {
            return outline(code, expr);
        }
        return emitHere(code, expr);
    }

    private static Value emitHere(final Code code, final Expr expr)
    {
        if (expr instanceof Expr.Cast cast)
        {
            return Casts.emit(code, cast);
        }
        if (expr instanceof Expr.Case cases)
        {
            return cases(code, cases);
        }
        if (expr instanceof Expr.In in)
        {
            return Membership.emit(code, in);
        }
        final Expr.Call call = (Expr.Call)expr;
        return code.owner().emitter(call.function()).emit(code, call);
    }

    /** Moves an expression into a method of its own that leaves its value in fields. */
    private static Value outline(final Code code, final Expr expr)
    {
        final KernelClass owner = code.owner();
        final SqlType type = expr.type();
        final Code body = new Code(owner, code.isFailureThrown() ? code.onDead() : "return Kernel.DEAD;");
        body.setRoot(expr);
        final Value value = body.emit(expr);
        final String first = owner.field(Value.firstType(type));
        final String second = Value.isPair(type) ? owner.field(Value.secondType(type)) : "";
        final String isNull = value.isNullable() ? owner.field("boolean") : Value.NEVER;
        final Value fields = new Value(type, first, second, isNull);
        if (value.isAlwaysNull())
        {
            body.line(first + " = " + Value.zero(type) + ";");
        }
        body.assign(fields, value);
        body.line("return 0;");
        final String name = owner.fresh("m");
        owner.method(
            "    private int " + name + "(" + owner.inputs().parameters() + ")\n    {\n" + body.text() + "    }\n");
        final String call = name + "(" + owner.inputs().arguments() + ")";
        if (body.mayFail())
        {
            code.open("if (" + call + " != 0)");
            code.noteFailure();
            code.line(code.onDead());
            code.close();
        }
        else
        {
            code.line(call + ";");
        }
        final Value result = code.declare(type, value.isNullable());
        code.assign(result, fields);
        return result;
    }

    private static Value cases(final Code code, final Expr.Case cases)
    {
        final Value result = code.declare(cases.type(), true);
        int depth = 0;
        for (final Expr.When when : cases.whens())
        {
            final Value condition = code.emit(when.condition());
            code.open("if (" + condition.first() + ")");
            code.assign(result, code.emit(when.value()));
            code.close();
            code.open("else");
            depth++;
        }
        code.assign(result, code.emit(cases.otherwise()));
        for (int i = 0; i < depth; i++)
        {
            code.close();
        }
        return result;
    }

    private static Value literal(final Code code, final Expr.Literal literal)
    {
        final SqlType type = literal.type();
        final Object value = literal.value();
        if (value == null)
        {
            return Code.nullOf(type);
        }
        return switch (type.kind())
        {
            case BOOLEAN -> new Value(type, value.toString(), "", Value.NEVER);
            case TINYINT, SMALLINT, INT, DATE, INTERVAL_MONTH ->
                new Value(type, intLiteral((int)number(value)), "", Value.NEVER);
            case BIGINT, INTERVAL_DAY -> new Value(type, longLiteral(number(value)), "", Value.NEVER);
            case FLOAT -> new Value(type, floatLiteral(((Number)value).floatValue()), "", Value.NEVER);
            case DOUBLE -> new Value(type, doubleLiteral(((Number)value).doubleValue()), "", Value.NEVER);
            case DECIMAL -> decimal(type, value instanceof BigDecimal d ? d : BigDecimal.valueOf(number(value)));
            case TIMESTAMP -> timestamp(type, value);
            case CHAR, VARCHAR -> code.stringConstant(type, (String)value);
            case ROW, NULL -> throw new IllegalArgumentException("no literal of type " + type);
        };
    }

    private static long number(final Object value)
    {
        return ((Number)value).longValue();
    }

    /** A constant of a type whose values are one int or long. */
    static long compact(final SqlType type, final Object value)
    {
        if (type.kind() == SqlType.Kind.DECIMAL)
        {
            final BigDecimal decimal = value instanceof BigDecimal d ? d : BigDecimal.valueOf(number(value));
            return decimal.setScale(type.scale()).unscaledValue().longValueExact();
        }
        return value instanceof LocalDateTime time ? time.toInstant(ZoneOffset.UTC).toEpochMilli() : number(value);
    }

    static String intLiteral(final int value)
    {
        return value == Integer.MIN_VALUE ? "Integer.MIN_VALUE" : value < 0 ? "(" + value + ")" : "" + value;
    }

    public static String longLiteral(final long value)
    {
        return value == Long.MIN_VALUE ? "Long.MIN_VALUE" : value < 0 ? "(" + value + "L)" : value + "L";
    }

    private static String floatLiteral(final float value)
    {
        return "Float.intBitsToFloat(" + intLiteral(Float.floatToRawIntBits(value)) + ")";
    }

    private static String doubleLiteral(final double value)
    {
        return "Double.longBitsToDouble(" + longLiteral(Double.doubleToRawLongBits(value)) + ")";
    }

    static Value decimal(final SqlType type, final BigDecimal value)
    {
        final BigInteger unscaled = value.setScale(type.scale()).unscaledValue();
        return new Value(type, longLiteral(unscaled.longValue()),
            Value.isPair(type) ? longLiteral(unscaled.shiftRight(64).longValue()) : "", Value.NEVER);
    }

    private static Value timestamp(final SqlType type, final Object value)
    {
        long ms;
        int nanos = 0;
        if (value instanceof LocalDateTime time)
        {
            ms = time.toInstant(ZoneOffset.UTC).toEpochMilli();
            nanos = time.getNano() % 1_000_000;
        }
        else
        {
            ms = number(value);
        }
        return new Value(type, longLiteral(ms), Value.isPair(type) ? intLiteral(nanos) : "", Value.NEVER);
    }

    /** Emits all operands, in order. */
    static List<Value> operands(final Code code, final Expr.Call call)
    {
        final List<Value> values = new ArrayList<>();
        for (final Expr operand : call.operands())
        {
            values.add(code.emit(operand));
        }
        return values;
    }
}
