package io.millrace.sql.function;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.engine.kernel.Failure;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Numbers;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.runtime.Decimals;
import java.util.List;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeTransforms;

/** Arithmetic and functions of numbers. Those of time that share an operator are handed on. */
final class NumberFunctions
{
    private static final String DECIMAL_DIVISION = "a DECIMAL quotient or remainder is computed by BigDecimal";

    private NumberFunctions()
    {
    }

    static List<Declaration> declarations()
    {
        return List.of(
            Declaration.of("+", "Sum; integers wrap, a DECIMAL that overflows is NULL.", NumberFunctions::arithmetic,
                SqlStdOperatorTable.PLUS, SqlStdOperatorTable.DATETIME_PLUS),
            Declaration.of("-", "Difference.", NumberFunctions::arithmetic,
                SqlStdOperatorTable.MINUS, SqlStdOperatorTable.MINUS_DATE),
            Declaration.of("*", "Product.", NumberFunctions::arithmetic, SqlStdOperatorTable.MULTIPLY),
            Declaration.of("/", "Quotient; of integers an integer, and zero fails the row.",
                NumberFunctions::division, SqlStdOperatorTable.DIVIDE).allocating(DECIMAL_DIVISION),
            Declaration.of("MOD", "Remainder with the dividend's sign; zero fails the row.",
                NumberFunctions::division, SqlStdOperatorTable.MOD, SqlStdOperatorTable.PERCENT_REMAINDER)
                .allocating(DECIMAL_DIVISION),
            Declaration.of("NEGATE", "The value with the opposite sign.", NumberFunctions::negate,
                SqlStdOperatorTable.UNARY_MINUS),
            Declaration.of("ABS", "The value without its sign.", NumberFunctions::abs, SqlStdOperatorTable.ABS),
            Declaration.of("FLOOR", "The greatest integer not above; of a timestamp TO a unit, its beginning.",
                NumberFunctions::floor, SqlStdOperatorTable.FLOOR),
            Declaration.of("CEIL", "The least integer not below; of a timestamp TO a unit, the next beginning.",
                NumberFunctions::floor, SqlStdOperatorTable.CEIL),
            Declaration.of("ROUND", "Rounds half up to a number of fraction digits, 0 if not given.",
                NumberFunctions::round, Signatures.function("ROUND", SqlFunctionCategory.NUMERIC,
                    ((SqlReturnTypeInference)Signatures::roundType).andThen(SqlTypeTransforms.TO_NULLABLE),
                    OperandTypes.or(OperandTypes.NUMERIC_INTEGER, OperandTypes.NUMERIC)))
                .allocating("a FLOAT or DOUBLE is rounded through BigDecimal"));
    }

    private static boolean isTime(final SqlType type)
    {
        return switch (type.kind())
        {
            case DATE, TIMESTAMP, INTERVAL_DAY, INTERVAL_MONTH -> true;
            default -> false;
        };
    }

    private static Value arithmetic(final Code code, final Expr.Call call)
    {
        for (final Expr operand : call.operands())
        {
            if (isTime(operand.type()))
            {
                return TimeFunctions.arithmetic(code, call);
            }
        }
        final Value a = code.emit(call.operands().get(0));
        final Value b = code.emit(call.operands().get(1));
        if (call.type().kind() == Kind.DECIMAL)
        {
            return decimal(code, call, a, b);
        }
        final String nulls = code.anyNull(List.of(a, b));
        final String x = Numbers.as(code, a, call.type()).first();
        final String y = Numbers.as(code, b, call.type()).first();
        return code.define(
            call.type(), nulls, Numbers.narrow(call.type(), x + " " + call.function() + " " + y));
    }

    private static Value decimal(final Code code, final Expr.Call call, final Value a, final Value b)
    {
        final Value x = Numbers.asDecimal(a);
        final Value y = Numbers.asDecimal(b);
        final SqlType type = call.type();
        final boolean isProduct = "*".equals(call.function());
        if (!x.isPair() && !y.isPair() && !Value.isPair(type))
        {
            final int s1 = x.type().scale();
            final int s2 = y.type().scale();
            if (isProduct && s1 + s2 == type.scale() &&
                x.type().precision() + y.type().precision() <= type.precision())
            {
                return code.define(type, code.anyNull(List.of(a, b)), x.first() + " * " + y.first());
            }
            if (!isProduct && Math.max(s1, s2) == type.scale() && Math.max(x.type().precision() - s1,
                y.type().precision() - s2) + 1 + type.scale() <= type.precision())
            {
                return code.define(type, code.anyNull(List.of(a, b)),
                    scaled(x, type) + " " + call.function() + " " + scaled(y, type));
            }
        }
        final String method = isProduct ? "multiply" : "+".equals(call.function()) ? "add" : "subtract";
        return engine(code, call, method, x, y);
    }

    private static String scaled(final Value value, final SqlType type)
    {
        final int digits = type.scale() - value.type().scale();
        return digits == 0 ? value.first() : value.first() + " * " + Decimals.power10(digits) + "L";
    }

    private static Value engine(
        final Code code, final Expr.Call call, final String method, final Value x, final Value y)
    {
        final SqlType type = call.type();
        final String decimals = Numbers.decimals(code);
        return code.strict(type, List.of(x, y), true, result ->
        {
            code.line(result.first() + " = " + decimals + "." + method + "(" + x.first() + ", " + Numbers.high(x) +
                ", " + x.type().scale() + ", " + y.first() + ", " + Numbers.high(y) + ", " + y.type().scale() + ", " +
                type.precision() + ", " + type.scale() + ");");
            takeDecimal(code, result);
        });
    }

    /** Takes the high long and the NULL flag that the decimal engine left. */
    static void takeDecimal(final Code code, final Value result)
    {
        if (result.isPair())
        {
            code.line(result.second() + " = scratch.high;");
        }
        if (result.isNullable())
        {
            code.line(result.isNull() + " = scratch.isNull;");
        }
    }

    private static Value division(final Code code, final Expr.Call call)
    {
        final Value a = code.emit(call.operands().get(0));
        final Value b = code.emit(call.operands().get(1));
        final boolean isMod = "MOD".equals(call.function());
        final SqlType type = call.type();
        final boolean isDecimal =
            a.type().kind() == Kind.DECIMAL || b.type().kind() == Kind.DECIMAL || type.kind() == Kind.DECIMAL;
        if (a.type().isApproximate() || b.type().isApproximate() || type.isApproximate())
        {
            final SqlType wide = SqlType.of(type.isApproximate() ? type.kind() : Kind.DOUBLE);
            return code.define(type, code.anyNull(List.of(a, b)), Numbers.narrow(type,
                Numbers.as(code, a, wide).first() + (isMod ? " % " : " / ") + Numbers.as(code, b, wide).first()));
        }
        if (isDecimal)
        {
            return decimalDivision(code, call, Numbers.asDecimal(a), Numbers.asDecimal(b), isMod);
        }
        return code.strict(type, List.of(a, b), false, result ->
        {
            failOnZero(code, call, b.first() + " == 0");
            code.line(result.first() + " = " + Numbers.narrow(
                type, a.first() + (isMod ? " % " : " / ") + b.first()) + ";");
        });
    }

    private static Value decimalDivision(
        final Code code, final Expr.Call call, final Value x, final Value y, final boolean isMod)
    {
        final SqlType type = call.type();
        final boolean isInteger = type.kind() != Kind.DECIMAL;
        final int precision = isInteger ? Numbers.precision(type) : type.precision();
        final int scale = isInteger ? 0 : type.scale();
        final String decimals = Numbers.decimals(code);
        return code.strict(type, List.of(x, y), true, result ->
        {
            failOnZero(code, call, "(" + y.first() + " | " + Numbers.high(y) + ") == 0L");
            code.line(result.first() + " = " + (isInteger ? "(" + Value.firstType(type) + ")" : "") + decimals + "." +
                (isMod ? "remainder" : "divide") + "(" + x.first() + ", " + Numbers.high(x) + ", " +
                x.type().scale() + ", " + y.first() + ", " + Numbers.high(y) + ", " + y.type().scale() + ", " +
                precision + ", " + scale + ");");
            takeDecimal(code, result);
        });
    }

    private static void failOnZero(final Code code, final Expr.Call call, final String test)
    {
        code.open("if (" + test + ")");
        code.fail(Failure.DIVISION_BY_ZERO, call);
        code.close();
    }

    private static Value negate(final Code code, final Expr.Call call)
    {
        final Value a = code.emit(call.operands().get(0));
        if (a.isPair())
        {
            final String high = code.fresh("w");
            final Value low = code.define(call.type(), a.isNull(), "-" + a.first());
            code.line("final long " + high + " = ~" + a.second() + " + (" + a.first() + " == 0L ? 1L : 0L);");
            return new Value(call.type(), low.first(), high, a.isNull());
        }
        return code.define(call.type(), a.isNull(), Numbers.narrow(call.type(), "-" + a.first()));
    }

    private static Value abs(final Code code, final Expr.Call call)
    {
        final Value a = code.emit(call.operands().get(0));
        if (a.isPair())
        {
            final String high = code.fresh("w");
            final Value low =
                code.define(call.type(), a.isNull(), a.second() + " < 0L ? -" + a.first() + " : " + a.first());
            code.line("final long " + high + " = " + a.second() + " < 0L ? ~" + a.second() + " + (" + a.first() +
                " == 0L ? 1L : 0L) : " + a.second() + ";");
            return new Value(call.type(), low.first(), high, a.isNull());
        }
        return code.define(call.type(), a.isNull(), Numbers.narrow(call.type(), "Math.abs(" + a.first() + ")"));
    }

    private static Value floor(final Code code, final Expr.Call call)
    {
        if (call.operands().size() == 2 || isTime(call.operands().get(0).type()))
        {
            return TimeFunctions.floor(code, call);
        }
        final Value a = code.emit(call.operands().get(0));
        final boolean isUp = "CEIL".equals(call.function());
        if (a.type().isApproximate())
        {
            return code.define(call.type(), a.isNull(),
                Numbers.narrow(call.type(), (isUp ? "Math.ceil(" : "Math.floor(") + a.first() + ")"));
        }
        if (a.type().kind() != Kind.DECIMAL)
        {
            return a.as(call.type());
        }
        final String decimals = Numbers.decimals(code);
        return code.strict(call.type(), List.of(a), true, result ->
        {
            code.line(result.first() + " = " + decimals + ".floor(" + a.first() + ", " + Numbers.high(a) + ", " +
                a.type().scale() + ", " + isUp + ", " + call.type().precision() + ");");
            takeDecimal(code, result);
        });
    }

    private static Value round(final Code code, final Expr.Call call)
    {
        final Value a = code.emit(call.operands().get(0));
        final Value digits = call.operands().size() == 1 ?
            new Value(SqlType.of(Kind.INT), "0", "", Value.NEVER) : code.emit(call.operands().get(1));
        final SqlType type = call.type();
        final String count = "(int)" + digits.first();
        if (type.kind() == Kind.DECIMAL)
        {
            final String decimals = Numbers.decimals(code);
            return code.strict(type, List.of(a, digits), true, result ->
            {
                code.line(result.first() + " = " + decimals + ".round(" + a.first() + ", " + Numbers.high(a) + ", " +
                    a.type().scale() + ", " + count + ", " + type.precision() + ", " + type.scale() + ");");
                takeDecimal(code, result);
            });
        }
        return code.strict(type, List.of(a, digits), false, result ->
        {
            if (type.isApproximate())
            {
                code.open("if (Double.isNaN(" + a.first() + ") || Double.isInfinite(" + a.first() + "))");
                code.fail(Failure.ARGUMENT, call);
                code.close();
            }
            code.line(result.first() + " = " +
                Numbers.narrow(type, "Rounding.round(" + a.first() + ", " + count + ")") + ";");
        });
    }
}
