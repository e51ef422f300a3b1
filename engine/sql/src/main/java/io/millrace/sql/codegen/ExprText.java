package io.millrace.sql.codegen;

import io.millrace.sql.expr.Expr;
import java.util.List;
import java.util.Set;

/** Expressions as a person reads them: in failure sites and plans. */
public final class ExprText
{
    private static final int MAX_LENGTH = 120;
    private static final Set<String> BINARY = Set.of(
        "AND", "OR", "=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "||", "IS DISTINCT FROM",
        "IS NOT DISTINCT FROM", "LIKE");

    private ExprText()
    {
    }

    /** SQL-like text, shortened where it is long; inputs appear as {@code $index}. */
    public static String of(final Expr expr)
    {
        final StringBuilder text = new StringBuilder();
        append(text, expr);
        return text.length() <= MAX_LENGTH ? text.toString() : text.substring(0, MAX_LENGTH - 1) + "…";
    }

    private static void append(final StringBuilder text, final Expr expr)
    {
        if (text.length() > MAX_LENGTH)
        {
            return;
        }
        if (expr instanceof Expr.Input input)
        {
            text.append('$').append(input.index());
        }
        else if (expr instanceof Expr.Literal literal)
        {
            text.append(literal.value() instanceof String s ? "'" + s.replace("'", "''") + "'" : literal.value());
        }
        else if (expr instanceof Expr.Cast cast)
        {
            text.append(cast.isTry() ? "TRY_CAST(" : "CAST(");
            append(text, cast.operand());
            text.append(" AS ").append(cast.type().withNullable(true)).append(')');
        }
        else if (expr instanceof Expr.In in)
        {
            append(text, in.operand());
            text.append(" IN (");
            list(text, in.values(), ", ");
            text.append(')');
        }
        else if (expr instanceof Expr.Case cases)
        {
            text.append("CASE");
            for (final Expr.When when : cases.whens())
            {
                text.append(" WHEN ");
                append(text, when.condition());
                text.append(" THEN ");
                append(text, when.value());
            }
            text.append(" ELSE ");
            append(text, cases.otherwise());
            text.append(" END");
        }
        else if (expr instanceof Expr.Call call)
        {
            call(text, call);
        }
    }

    private static void call(final StringBuilder text, final Expr.Call call)
    {
        if (BINARY.contains(call.function()) && call.operands().size() > 1)
        {
            text.append('(');
            list(text, call.operands(), " " + call.function() + " ");
        }
        else if (call.function().startsWith("IS "))
        {
            text.append('(');
            append(text, call.operands().get(0));
            text.append(' ').append(call.function());
        }
        else
        {
            text.append(call.function()).append('(');
            list(text, call.operands(), ", ");
        }
        text.append(')');
    }

    private static void list(final StringBuilder text, final List<? extends Expr> items, final String separator)
    {
        String before = "";
        for (final Expr item : items)
        {
            text.append(before);
            append(text, item);
            before = separator;
        }
    }
}
