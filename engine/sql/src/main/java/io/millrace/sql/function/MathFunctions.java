package io.millrace.sql.function;

import io.millrace.codecs.SqlType.Kind;
import io.millrace.engine.kernel.Failure;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Comparisons;
import io.millrace.sql.codegen.Numbers;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeTransforms;

/** Functions of real numbers, the sign, digits cut off, and the greatest and least of values of any type. */
final class MathFunctions
{
    private static final SqlOperandTypeChecker LOGARITHM = OperandTypes.or(
        OperandTypes.NUMERIC, OperandTypes.family(SqlTypeFamily.NUMERIC, SqlTypeFamily.NUMERIC));
    /** Numbers, but no DECIMAL. */
    private static final SqlOperandTypeChecker POINT = OperandTypes.or(
        OperandTypes.family(SqlTypeFamily.INTEGER, SqlTypeFamily.INTEGER),
        OperandTypes.family(SqlTypeFamily.INTEGER, SqlTypeFamily.APPROXIMATE_NUMERIC),
        OperandTypes.family(SqlTypeFamily.APPROXIMATE_NUMERIC, SqlTypeFamily.INTEGER),
        OperandTypes.family(SqlTypeFamily.APPROXIMATE_NUMERIC, SqlTypeFamily.APPROXIMATE_NUMERIC));

    private MathFunctions()
    {
    }

    private static SqlOperator number(final String name, final SqlOperandTypeChecker operands)
    {
        return Signatures.function(name, SqlFunctionCategory.NUMERIC, ReturnTypes.DOUBLE_NULLABLE, operands);
    }

    private static SqlOperator constant(final String name)
    {
        return Signatures.function(name, SqlFunctionCategory.NUMERIC, ReturnTypes.DOUBLE, OperandTypes.NILADIC);
    }

    private static Declaration real(final String doc, final String method, final SqlOperator operator)
    {
        return Declaration.of(operator.getName(), doc, MethodCalls.real(method), operator);
    }

    static List<Declaration> declarations()
    {
        final List<Declaration> declarations = new ArrayList<>(List.of(
            real("The first number to the power of the second, a DOUBLE.", "Math.pow", SqlStdOperatorTable.POWER),
            real("The square root, a DOUBLE; NaN of a negative number.", "Mathematics.squareRoot",
                SqlStdOperatorTable.SQRT),
            real("e to a power, a DOUBLE.", "Math.exp", SqlStdOperatorTable.EXP),
            real("The natural logarithm; NaN of a negative number.", "Math.log", SqlStdOperatorTable.LN),
            real("The decimal logarithm.", "Math.log10", SqlStdOperatorTable.LOG10),
            real("The binary logarithm.", "Mathematics.log2", number("LOG2", OperandTypes.NUMERIC)),
            real("The natural logarithm, or LOG(base, number).", "Mathematics.log", number("LOG", LOGARITHM)),
            real("The sine.", "Math.sin", SqlStdOperatorTable.SIN),
            real("The cosine.", "Math.cos", SqlStdOperatorTable.COS),
            real("The tangent.", "Math.tan", SqlStdOperatorTable.TAN),
            real("The cotangent.", "Mathematics.cot", SqlStdOperatorTable.COT),
            real("The arc sine.", "Math.asin", SqlStdOperatorTable.ASIN),
            real("The arc cosine.", "Math.acos", SqlStdOperatorTable.ACOS),
            real("The arc tangent.", "Math.atan", SqlStdOperatorTable.ATAN),
            real("The angle of a point, ATAN2(y, x); not of a DECIMAL, as in Flink.", "Math.atan2",
                number("ATAN2", POINT)),
            real("The hyperbolic sine.", "StrictMath.sinh", number("SINH", OperandTypes.NUMERIC)),
            real("The hyperbolic cosine.", "StrictMath.cosh", number("COSH", OperandTypes.NUMERIC)),
            real("The hyperbolic tangent.", "StrictMath.tanh", number("TANH", OperandTypes.NUMERIC)),
            real("An angle in degrees.", "Math.toDegrees", SqlStdOperatorTable.DEGREES),
            real("An angle in radians.", "Math.toRadians", SqlStdOperatorTable.RADIANS)));
        declarations.add(Declaration.of("PI", "The number, as PI or PI().",
            (c, e) -> new Value(e.type(), "Math.PI", "", Value.NEVER), SqlStdOperatorTable.PI, constant("PI")));
        declarations.add(Declaration.of("E", "The number, as E().",
            (c, e) -> new Value(e.type(), "Math.E", "", Value.NEVER), constant("E")));
        declarations.add(Declaration.of("SIGN", "1, 0 or -1, of the number's type.", MathFunctions::sign,
            SqlStdOperatorTable.SIGN));
        declarations.add(Declaration.of("TRUNCATE", "Cuts off what is behind a number of fraction digits, 0 if not " +
            "given.", MathFunctions::truncate, Signatures.function("TRUNCATE", SqlFunctionCategory.NUMERIC,
                ((SqlReturnTypeInference)Signatures::roundType).andThen(SqlTypeTransforms.TO_NULLABLE),
                OperandTypes.or(OperandTypes.NUMERIC_INTEGER, OperandTypes.NUMERIC)))
            .allocating("a FLOAT or DOUBLE is cut through BigDecimal"));
        declarations.add(Declaration.of("GREATEST", "The greatest; NULL where one is.",
            (c, e) -> extreme(c, e, ">"), CommonType.strict("GREATEST")));
        declarations.add(Declaration.of("LEAST", "The least; NULL where one is.",
            (c, e) -> extreme(c, e, "<"), CommonType.strict("LEAST")));
        return declarations;
    }

    private static Value sign(final Code code, final Expr.Call call)
    {
        final Value a = code.emit(call.operands().get(0));
        if (call.type().isApproximate())
        {
            return code.define(call.type(), a.isNull(), "Math.signum(" + a.first() + ")");
        }
        if (call.type().kind() != Kind.DECIMAL)
        {
            return code.define(call.type(), a.isNull(), "Long.signum(" + a.first() + ")");
        }
        final String decimals = Numbers.decimals(code);
        return code.strict(call.type(), List.of(a), true, result ->
        {
            final String sign = code.fresh("t");
            code.line("final long " + sign + " = " + Numbers.high(a) + " < 0L ? -1L : (" + a.first() + " | " +
                Numbers.high(a) + ") == 0L ? 0L : 1L;");
            code.line(result.first() + " = " + decimals + ".rescale(" + sign + ", " + sign + " >> 63, 0, " +
                call.type().precision() + ", " + call.type().scale() + ");");
            NumberFunctions.takeDecimal(code, result);
        });
    }

    private static Value truncate(final Code code, final Expr.Call call)
    {
        final Value a = code.emit(call.operands().get(0));
        final List<Value> operands = new ArrayList<>(List.of(a));
        if (call.operands().size() > 1)
        {
            operands.add(code.emit(call.operands().get(1)));
        }
        final String digits = operands.size() > 1 ? "(int)" + operands.get(1).first() : "0";
        if (call.type().kind() == Kind.DECIMAL)
        {
            final String decimals = Numbers.decimals(code);
            return code.strict(call.type(), operands, true, result ->
            {
                code.line(result.first() + " = " + decimals + ".truncate(" + a.first() + ", " + Numbers.high(a) +
                    ", " + a.type().scale() + ", " + digits + ", " + call.type().precision() + ", " +
                    call.type().scale() + ");");
                NumberFunctions.takeDecimal(code, result);
            });
        }
        return code.strict(call.type(), operands, false, result ->
        {
            if (call.type().isApproximate())
            {
                code.open("if (Double.isNaN(" + a.first() + ") || Double.isInfinite(" + a.first() + "))");
                code.fail(Failure.ARGUMENT, call);
                code.close();
            }
            code.line(result.first() + " = " + Numbers.narrow(
                call.type(), "Rounding.truncate(" + a.first() + ", " + digits + ")") + ";");
        });
    }

    /** @param order how the next value must compare with the best so far. */
    private static Value extreme(final Code code, final Expr.Call call, final String order)
    {
        final List<Value> operands = MethodCalls.operands(code, call);
        return code.strict(call.type(), operands, false, result ->
        {
            take(code, result, operands.get(0));
            for (final Value next : operands.subList(1, operands.size()))
            {
                code.open("if (" + Comparisons.test(code, order, next, result) + ")");
                take(code, result, next);
                code.close();
            }
        });
    }

    private static void take(final Code code, final Value result, final Value value)
    {
        code.line(result.first() + " = " + value.first() + ";");
        if (result.isPair())
        {
            code.line(result.second() + " = " + value.second() + ";");
        }
    }
}
