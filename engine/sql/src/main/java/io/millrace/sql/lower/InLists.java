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
        final List<Expr> rest = new ArrayList<>();
        for (final Expr operand : flat)
        {
            if (operand instanceof Expr.Call call && call.function().equals("=") &&
                call.operands().get(1) instanceof Expr.Literal literal && literal.value() != null &&
                !(call.operands().get(0) instanceof Expr.Literal))
            {
                points.computeIfAbsent(call.operands().get(0), key -> new LinkedHashSet<>()).add(literal);
            }
            else if (operand instanceof Expr.In in)
            {
                points.computeIfAbsent(in.operand(), key -> new LinkedHashSet<>()).addAll(in.values());
            }
            else
            {
                rest.add(operand);
            }
        }
        Expr result = null;
        for (final Map.Entry<Expr, Set<Expr.Literal>> point : points.entrySet())
        {
            result = or(result, point(point.getKey(), point.getValue()));
        }
        for (final Expr operand : rest)
        {
            result = or(result, operand);
        }
        return result == null ? new Expr.Literal(type, false) : result;
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
