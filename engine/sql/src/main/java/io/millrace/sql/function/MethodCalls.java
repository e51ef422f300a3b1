package io.millrace.sql.function;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Emitter;
import io.millrace.sql.codegen.Numbers;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Emits functions that are one call of a method of the runtime, and NULL where an operand is. A method is given strings
 * as address and length, integers and times as they are, other numbers as it asks for.
 */
final class MethodCalls
{
    private MethodCalls()
    {
    }

    /** What stands before a call's arguments. */
    @FunctionalInterface
    interface Callee
    {
        String name(Code code);
    }

    /** A method of an object that each kernel has one of. */
    static Callee of(final Class<?> type, final String method)
    {
        return code -> code.instance(type.getSimpleName().toLowerCase(Locale.ROOT), type) + "." + method + "(";
    }

    /** A method that takes the scratch. */
    static Callee scratch(final String method)
    {
        return code -> method + "(scratch, ";
    }

    /** A number or BOOLEAN that the method returns. */
    static Emitter value(final String method)
    {
        return value(code -> method + "(", false);
    }

    /** A number, time or BOOLEAN. */
    static Emitter value(final Callee callee, final boolean mayFail)
    {
        return (code, call) ->
        {
            final List<Value> operands = operands(code, call);
            final String method = callee.name(code);
            return code.strict(call.type(), operands, false, result ->
            {
                code.line(result.first() + " = " + method + arguments(operands) + ");");
                if (mayFail)
                {
                    code.checkFailure(call);
                }
            });
        };
    }

    /** A DOUBLE of operands that are taken as DOUBLEs. */
    static Emitter real(final String method)
    {
        return (code, call) ->
        {
            final List<Value> operands = new ArrayList<>();
            for (final Expr operand : call.operands())
            {
                operands.add(Numbers.as(code, code.emit(operand), SqlType.of(Kind.DOUBLE)));
            }
            return code.strict(call.type(), operands, false,
                result -> code.line(result.first() + " = " + method + "(" + arguments(operands) + ");"));
        };
    }

    /** A string by a method that takes the scratch. */
    static Emitter text(final String method)
    {
        return text(scratch(method), false, false);
    }

    /** A string by a method that takes the scratch and may say that it is NULL. */
    static Emitter nullableText(final String method)
    {
        return text(scratch(method), true, false);
    }

    static Emitter text(final Callee callee, final boolean returnsNull, final boolean mayFail)
    {
        return (code, call) ->
        {
            final List<Value> operands = operands(code, call);
            final String method = callee.name(code);
            return code.strict(call.type(), operands, returnsNull, result ->
            {
                code.assignString(result, method + arguments(operands) + ")", call);
                if (returnsNull)
                {
                    code.line(result.isNull() + " = scratch.isNull;");
                }
                if (mayFail)
                {
                    code.checkFailure(call);
                }
            });
        };
    }

    static List<Value> operands(final Code code, final Expr.Call call)
    {
        final List<Value> values = new ArrayList<>();
        call.operands().forEach(operand -> values.add(code.emit(operand)));
        return values;
    }

    static String arguments(final List<Value> operands)
    {
        final StringBuilder text = new StringBuilder();
        for (final Value operand : operands)
        {
            text.append(text.isEmpty() ? "" : ", ").append(operand.first());
            if (operand.isPair())
            {
                text.append(", ").append(operand.second());
            }
        }
        return text.toString();
    }
}
