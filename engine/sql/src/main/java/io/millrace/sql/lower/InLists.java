package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code x = 'a' OR x = 'b'} as {@code x IN ('a', 'b')}, which code can answer by one look. */
final class InLists
{
    private InLists()
    {
    }

    /** The disjunction of {@code operands}; equalities with constants of one operand become one IN. */
    static Expr merge(final List<Expr> operands, final SqlType type)
    {
        final Map<Expr, Set<Expr.Literal>> points = new LinkedHashMap<>();
        final List<Expr> flat = new ArrayList<>();
        operands.forEach(operand -> flatten(operand, flat));
        final List<Expr> order = new ArrayList<>();
        for (final Expr operand : flat)
        {
            final Expr subject = subject(operand);
            if (subject == null)
            {
                order.add(operand);
            }
            else
            {
                if (!points.containsKey(subject))
                {
                    order.add(operand);
                }
                points.computeIfAbsent(subject, key -> new LinkedHashSet<>()).addAll(values(operand));
            }
        }
        Expr result = null;
        for (final Expr operand : order)
        {
            final Expr subject = subject(operand);
            final Set<Expr.Literal> values = subject == null ? null : points.get(subject);
            result = or(result, subject == null || values == null ? operand : point(subject, values));
        }
        return result == null ? new Expr.Literal(type, false) : result;
    }

    /** What is compared with constants; null where the expression is something else. */
    private static @Nullable Expr subject(final Expr expr)
    {
        if (expr instanceof Expr.In in)
        {
            return in.operand();
        }
        return expr instanceof Expr.Call call && call.function().equals("=") &&
            call.operands().get(1) instanceof Expr.Literal literal && literal.value() != null &&
            !(call.operands().get(0) instanceof Expr.Literal) ? call.operands().get(0) : null;
    }

    private static List<Expr.Literal> values(final Expr expr)
    {
        return expr instanceof Expr.In in ? in.values() : List.of((Expr.Literal)((Expr.Call)expr).operands().get(1));
    }

    private static void flatten(final Expr expr, final List<Expr> flat)
    {
        if (expr instanceof Expr.Call call && call.function().equals("OR"))
        {
            call.operands().forEach(operand -> flatten(operand, flat));
        }
        else
        {
            flat.add(expr);
        }
    }

    private static Expr point(final Expr operand, final Set<Expr.Literal> values)
    {
        final SqlType type = SqlType.of(Kind.BOOLEAN).withNullable(operand.type().isNullable());
        if (values.size() == 1)
        {
            return new Expr.Call("=", List.of(operand, values.iterator().next()), type);
        }
        return new Expr.In(operand, List.copyOf(values), type);
    }

    private static Expr or(final @Nullable Expr left, final Expr right)
    {
        if (left == null)
        {
            return right;
        }
        final boolean isNullable = left.type().isNullable() || right.type().isNullable();
        return new Expr.Call("OR", List.of(left, right), SqlType.of(Kind.BOOLEAN).withNullable(isNullable));
    }
}
