package io.millrace.sql.function;

import io.millrace.codecs.SqlType;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.runtime.TimePattern;
import io.millrace.sql.runtime.TimePatterns;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Emits TO_TIMESTAMP and DATE_FORMAT: a constant pattern is compiled once, when the kernel is made. */
final class PatternEmitter
{
    private PatternEmitter()
    {
    }

    static Value parse(final Code code, final Expr.Call call)
    {
        final List<Value> operands = operands(code, call);
        final Value text = operands.get(0);
        final String arguments = "scratch, " + text.first() + ", " + text.second();
        return code.strict(call.type(), operands, true, result ->
        {
            if (operands.size() == 1)
            {
                code.line(result.first() + " = TimePatterns.parse(" + arguments + ");");
            }
            else
            {
                parseBy(code, call, operands.get(1), result, arguments);
            }
            code.line(result.isNull() + " = scratch.isNull;");
        });
    }

    /** A pattern that is not valid makes the result NULL, as in Flink. */
    private static void parseBy(
        final Code code, final Expr.Call call, final Value pattern, final Value result, final String arguments)
    {
        final TimePattern constant = constant(call.operands().get(1));
        if (constant != null)
        {
            code.line(result.first() + " = " + code.constant(constant, TimePattern.class) + ".parse(" + arguments +
                ");");
            return;
        }
        final String compiled = code.fresh("t");
        code.line("final TimePattern " + compiled + " = " + code.instance("patterns", TimePatterns.class) + ".get(" +
            pattern.first() + ", " + pattern.second() + ");");
        code.line(result.first() + " = " + compiled + ".parse(" + arguments + ");");
        code.line("scratch.isNull |= scratch.failure != 0;");
        code.line("scratch.failure = 0;");
    }

    private static List<Value> operands(final Code code, final Expr.Call call)
    {
        final List<Value> operands = new ArrayList<>();
        call.operands().forEach(operand -> operands.add(code.emit(operand)));
        return operands;
    }

    private static String pattern(final Code code, final Expr.Call call, final Value value)
    {
        final TimePattern constant = constant(call.operands().get(1));
        if (constant != null)
        {
            return code.constant(constant, TimePattern.class);
        }
        final String patterns = code.instance("patterns", TimePatterns.class);
        final String pattern = code.fresh("t");
        code.line("final TimePattern " + pattern + " = " + patterns + ".get(" + value.first() + ", " +
            value.second() + ");");
        code.checkFailure(call);
        return pattern;
    }

    private static @Nullable TimePattern constant(final Expr pattern)
    {
        if (pattern instanceof Expr.Literal literal && literal.value() instanceof String text)
        {
            try
            {
                return TimePattern.of(text);
            }
            catch (final IllegalArgumentException e)
            {
                // Each row fails, as in Flink, when it comes to the pattern.
                return null;
            }
        }
        return null;
    }

    static Value format(final Code code, final Expr.Call call)
    {
        final List<Value> operands = operands(code, call);
        final Value time = operands.get(0);
        return code.strict(call.type(), operands, true, result ->
        {
            String ms = time.type().kind() == SqlType.Kind.DATE ? time.first() + " * 86400000L" : time.first();
            if (time.type().isString())
            {
                ms = code.fresh("t");
                code.line("final long " + ms + " = TimePatterns.parseLoosely(scratch, " + time.first() + ", " +
                    time.second() + ");");
                code.line(result.isNull() + " = scratch.isNull;");
                code.open("if (!scratch.isNull)");
            }
            final String nanos = time.isPair() && !time.type().isString() ? time.second() : "0";
            code.assignString(result, pattern(code, call, operands.get(1)) + ".format(scratch, " + ms + ", " + nanos +
                ")", call);
            code.checkFailure(call);
            if (time.type().isString())
            {
                code.close();
            }
        });
    }
}
