package io.millrace.sql.codegen;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.engine.kernel.Failure;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.runtime.Decimals;
import java.util.List;

/** Emits CAST and TRY_CAST: Flink's matrix among the types that the engine holds. */
final class Casts
{
    private Casts()
    {
    }

    static Value emit(final Code code, final Expr.Cast cast)
    {
        final Value value = code.emit(cast.operand());
        final SqlType to = cast.type();
        if (value.isAlwaysNull() || value.type().kind() == Kind.NULL)
        {
            return Code.nullOf(to);
        }
        final SqlType from = value.type();
        if (from.isString())
        {
            return to.isString() ? fit(code, cast, value) : parse(code, cast, value);
        }
        return switch (to.kind())
        {
            case CHAR, VARCHAR -> format(code, cast, value);
            case BOOLEAN -> bool(code, cast, value);
            case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE -> number(code, cast, value);
            case DECIMAL -> decimal(code, cast, value);
            case DATE -> from.kind() == Kind.TIMESTAMP ?
                code.define(to, value.isNull(), "(int)(" + value.first() + " / 86400000L)") : value.as(to);
            case TIMESTAMP -> timestamp(code, to, value);
            default -> value.as(to);
        };
    }

    /** A truncation or padding to the length of the type. */
    private static Value fit(final Code code, final Expr.Cast cast, final Value value)
    {
        final SqlType to = cast.type();
        final SqlType from = value.type();
        final boolean isPadded = to.kind() == Kind.CHAR;
        final boolean isSame = isPadded ? from.kind() == Kind.CHAR && from.precision() == to.precision() :
            from.precision() <= to.precision();
        if (isSame)
        {
            return value.as(to);
        }
        return code.strict(
            to, List.of(value), false, result -> fitted(code, cast, result, value.first(), value.second()));
    }

    private static void fitted(
        final Code code, final Expr.Cast cast, final Value result, final String address, final String length)
    {
        final SqlType to = cast.type();
        final String call = "Strings.fit(scratch, " + address + ", " + length + ", " + to.precision() + ", " +
            (to.kind() == Kind.CHAR) + ")";
        if (to.kind() == Kind.CHAR)
        {
            code.assignString(result, call, cast);
        }
        else
        {
            code.line(result.first() + " = " + call + ";");
            code.line(result.second() + " = scratch.length;");
        }
    }

    private static Value format(final Code code, final Expr.Cast cast, final Value value)
    {
        final SqlType to = cast.type();
        final SqlType from = value.type();
        final String decimals = from.kind() == Kind.DECIMAL ? Numbers.decimals(code) : "";
        return code.strict(to, List.of(value), false, result ->
        {
            final String first = value.first();
            code.assignString(result, switch (from.kind())
            {
                case BOOLEAN -> "Text.ofBoolean(scratch, " + first + ")";
                case FLOAT -> "Text.ofFloat(scratch, " + first + ")";
                case DOUBLE -> "Text.ofDouble(scratch, " + first + ")";
                case DECIMAL -> decimals + ".format(" + first + ", " + Numbers.high(value) + ", " + from.scale() + ")";
                case DATE -> "Text.ofDate(scratch, " + first + ")";
                case TIMESTAMP -> "Text.ofTimestamp(scratch, " + first + ", " +
                    (value.isPair() ? value.second() : "0") + ", " + from.precision() + ")";
                default -> "Text.ofLong(scratch, " + first + ")";
            }, cast);
            if (to.precision() != SqlType.UNBOUNDED)
            {
                fitted(code, cast, result, result.first(), result.second());
            }
        });
    }

    private static Value parse(final Code code, final Expr.Cast cast, final Value value)
    {
        final SqlType to = cast.type();
        final boolean isDecimal = to.kind() == Kind.DECIMAL;
        final String decimals = isDecimal ? Numbers.decimals(code) : "";
        final String text = value.first() + ", " + value.second();
        return code.strict(to, List.of(value), cast.isTry(), result ->
        {
            final String call = switch (to.kind())
            {
                case BOOLEAN -> "Parse.bool(scratch, " + text + ")";
                case TINYINT -> "(int)Parse.integer(scratch, " + text + ", -128L, 127L)";
                case SMALLINT -> "(int)Parse.integer(scratch, " + text + ", -32768L, 32767L)";
                case INT -> "(int)Parse.integer(scratch, " + text + ", -2147483648L, 2147483647L)";
                case BIGINT -> "Parse.integer(scratch, " + text + ", Long.MIN_VALUE, Long.MAX_VALUE)";
                case FLOAT -> "Parse.realFloat(scratch, " + text + ")";
                case DOUBLE -> "Parse.real(scratch, " + text + ")";
                case DECIMAL -> "Parse.decimal(scratch, " + decimals + ", " + text + ", " + to.precision() + ", " +
                    to.scale() + ")";
                case DATE -> "ParseTime.date(scratch, " + text + ")";
                case TIMESTAMP -> "ParseTime.timestamp(scratch, " + text + ")";
                default -> throw new IllegalArgumentException("no CAST from " + value.type() + " to " + to);
            };
            code.line(result.first() + " = " + call + ";");
            if (isDecimal)
            {
                code.open("if (scratch.isNull)");
                code.line("scratch.failure = " + Failure.CAST.ordinal() + ";");
                code.close();
            }
            if (cast.isTry())
            {
                code.open("if (scratch.failure != 0)");
                code.line(result.isNull() + " = true;");
                if (to.kind() == Kind.BOOLEAN)
                {
                    code.line(result.first() + " = false;");
                }
                code.line("scratch.failure = 0;");
                code.close();
            }
            else
            {
                code.checkFailure(cast);
            }
            if (result.isPair())
            {
                code.line(result.second() + " = " + (isDecimal ? "" : "(int)") + "scratch.high;");
            }
            if (to.kind() == Kind.TIMESTAMP)
            {
                truncate(code, result, 9, true);
            }
        });
    }

    private static Value bool(final Code code, final Expr.Cast cast, final Value value)
    {
        if (value.type().kind() == Kind.BOOLEAN)
        {
            return value.as(cast.type());
        }
        final String test = value.isPair() ? "(" + value.first() + " | " + value.second() + ") != 0L" :
            value.first() + " != 0";
        return code.define(
            cast.type(), value.isNull(), value.isNullable() ? "!" + value.isNull() + " && " + test : test);
    }

    private static Value number(final Code code, final Expr.Cast cast, final Value value)
    {
        final SqlType to = cast.type();
        final SqlType from = value.type();
        if (from.kind() == to.kind())
        {
            return value.as(to);
        }
        if (from.kind() == Kind.BOOLEAN)
        {
            return code.define(to, value.isNull(), value.first() + " ? 1 : 0");
        }
        if (from.kind() == Kind.DECIMAL && to.isInteger())
        {
            final String whole = from.scale() == 0 ? value.first() : !value.isPair() ?
                value.first() + " / " + Decimals.power10(from.scale()) + "L" :
                Numbers.decimals(code) + ".truncate(" + value.first() + ", " + value.second() + ", " + from.scale() +
                    ")";
            return code.define(to, value.isNull(), Numbers.narrow(to, whole));
        }
        return code.define(to, value.isNull(), Numbers.as(code, value, to).first());
    }

    private static Value decimal(final Code code, final Expr.Cast cast, final Value value)
    {
        final SqlType to = cast.type();
        final SqlType from = value.type();
        final String decimals = Numbers.decimals(code);
        if (from.isApproximate())
        {
            return code.strict(to, List.of(value), true, result ->
            {
                code.line(result.first() + " = Reals.toDecimal(scratch, " + decimals + ", " + value.first() + ", " +
                    to.precision() + ", " + to.scale() + ");");
                if (cast.isTry())
                {
                    code.line("scratch.isNull |= scratch.failure != 0;");
                    code.line("scratch.failure = 0;");
                }
                else
                {
                    code.checkFailure(cast);
                }
                take(code, result);
            });
        }
        final Value exact = from.kind() == Kind.BOOLEAN ? new Value(SqlType.decimal(1, 0),
            "(" + value.first() + " ? 1L : 0L)", "", value.isNull()) : Numbers.asDecimal(value);
        final int up = to.scale() - exact.type().scale();
        final boolean fits = up >= 0 && exact.type().precision() - exact.type().scale() <= to.precision() - to.scale();
        if (fits && !exact.isPair() && !Value.isPair(to))
        {
            return code.define(to, value.isNull(), up == 0 ? "(long)" + exact.first() :
                "(long)" + exact.first() + " * " + Decimals.power10(up) + "L");
        }
        if (fits && up == 0 && Value.isPair(to))
        {
            return new Value(to, exact.first(), Numbers.high(exact), value.isNull());
        }
        return code.strict(to, List.of(value), true, result ->
        {
            code.line(result.first() + " = " + decimals + ".rescale(" + exact.first() + ", " + Numbers.high(exact) +
                ", " + exact.type().scale() + ", " + to.precision() + ", " + to.scale() + ");");
            take(code, result);
        });
    }

    private static void take(final Code code, final Value result)
    {
        if (result.isPair())
        {
            code.line(result.second() + " = scratch.high;");
        }
        code.line(result.isNull() + " = scratch.isNull;");
    }

    private static Value timestamp(final Code code, final SqlType to, final Value value)
    {
        if (value.type().kind() == Kind.DATE)
        {
            final Value ms = code.define(to, value.isNull(), value.first() + " * 86400000L");
            return new Value(to, ms.first(), Value.isPair(to) ? "0" : "", value.isNull());
        }
        if (value.type().precision() <= to.precision())
        {
            return new Value(
                to, value.first(), Value.isPair(to) ? value.isPair() ? value.second() : "0" : "", value.isNull());
        }
        final Value result = code.declare(to, value.isNullable(), value.isNull());
        code.line(result.first() + " = " + value.first() + ";");
        if (result.isPair())
        {
            code.line(result.second() + " = " + value.second() + ";");
        }
        truncate(code, result, value.type().precision(), false);
        return result;
    }

    /**
     * Drops fraction digits beyond the type's: of a time before 1970 towards 1970, as Flink does, but for one that was
     * just read from text ({@code isFloored}).
     */
    private static void truncate(
        final Code code, final Value result, final int fromPrecision, final boolean isFloored)
    {
        final int precision = result.type().precision();
        if (precision >= fromPrecision)
        {
            return;
        }
        if (precision < 3)
        {
            final long unit = Decimals.power10(3 - precision);
            code.line(result.first() + " -= " + (isFloored ?
                "Math.floorMod(" + result.first() + ", " + unit + "L);" : result.first() + " % " + unit + "L;"));
        }
        else if (precision > 3)
        {
            final long unit = Decimals.power10(9 - precision);
            code.line(result.second() + " -= " + result.second() + " % " + unit + ";");
        }
    }
}
