package io.millrace.sql.codegen;

import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * Keeps generated methods small, since HotSpot never compiles one of more than 8,000 bytes: wide expressions are
 * nested in groups, and of heavy ones the heaviest operands move to methods of their own.
 */
public final class Shape
{
    /** Weight that one method may hold; a unit is about 40 bytes of bytecode. */
    public static final int MAX_WEIGHT = 90;

    private static final int MAX_OPERANDS = 12;
    private static final Set<String> ASSOCIATIVE = Set.of("AND", "OR", "CONCAT", "||", "COALESCE");

    private Shape()
    {
    }

    /** The same expression over renumbered inputs, with wide nodes nested. */
    public static Expr rewrite(final Expr expr, final IntUnaryOperator inputs)
    {
        if (expr instanceof Expr.Input input)
        {
            return new Expr.Input(inputs.applyAsInt(input.index()), input.type());
        }
        if (expr instanceof Expr.Cast cast)
        {
            return new Expr.Cast(rewrite(cast.operand(), inputs), cast.type(), cast.isTry());
        }
        if (expr instanceof Expr.In in)
        {
            return new Expr.In(rewrite(in.operand(), inputs), in.values(), in.type());
        }
        if (expr instanceof Expr.Case cases)
        {
            final List<Expr.When> whens = new ArrayList<>();
            for (final Expr.When when : cases.whens())
            {
                whens.add(new Expr.When(rewrite(when.condition(), inputs), rewrite(when.value(), inputs)));
            }
            Expr otherwise = rewrite(cases.otherwise(), inputs);
            int from = whens.size();
            while (from > MAX_OPERANDS)
            {
                otherwise = new Expr.Case(List.copyOf(whens.subList(from - MAX_OPERANDS, from)), otherwise,
                    cases.type());
                from -= MAX_OPERANDS;
            }
            return new Expr.Case(List.copyOf(whens.subList(0, from)), otherwise, cases.type());
        }
        if (expr instanceof Expr.Call call)
        {
            List<Expr> operands = new ArrayList<>();
            for (final Expr operand : call.operands())
            {
                operands.add(rewrite(operand, inputs));
            }
            while (operands.size() > MAX_OPERANDS && ASSOCIATIVE.contains(call.function()))
            {
                operands = group(call, operands);
            }
            return new Expr.Call(call.function(), List.copyOf(operands), call.type());
        }
        return expr;
    }

    private static List<Expr> group(final Expr.Call call, final List<Expr> operands)
    {
        final List<Expr> groups = new ArrayList<>();
        for (int i = 0; i < operands.size(); i += MAX_OPERANDS)
        {
            final List<Expr> part = List.copyOf(operands.subList(i, Math.min(i + MAX_OPERANDS, operands.size())));
            groups.add(part.size() == 1 ? part.get(0) : new Expr.Call(call.function(), part, call.type()));
        }
        return groups;
    }

    /** Operands of an expression. */
    public static List<Expr> children(final Expr expr)
    {
        if (expr instanceof Expr.Cast cast)
        {
            return List.of(cast.operand());
        }
        if (expr instanceof Expr.In in)
        {
            return List.of(in.operand());
        }
        if (expr instanceof Expr.Case cases)
        {
            final List<Expr> children = new ArrayList<>();
            for (final Expr.When when : cases.whens())
            {
                children.add(when.condition());
                children.add(when.value());
            }
            children.add(cases.otherwise());
            return children;
        }
        return expr instanceof Expr.Call call ? call.operands() : List.of();
    }

    /**
     * Weight of an expression after moving out what is too heavy, which is added to {@code cuts}.
     *
     * @param known weights found before, by identity.
     */
    static int weigh(final Expr expr, final Map<Expr, Integer> known, final Map<Expr, Boolean> cuts)
    {
        final Integer before = known.get(expr);
        if (before != null)
        {
            return before;
        }
        final List<Expr> children = children(expr);
        final Map<Expr, Integer> weights = new IdentityHashMap<>();
        int sum = own(expr);
        for (final Expr child : children)
        {
            final int weight = weigh(child, known, cuts);
            weights.put(child, weight);
            sum += weight;
        }
        final List<Expr> heaviest = new ArrayList<>(children);
        heaviest.sort((a, b) -> Integer.compare(weights.getOrDefault(b, 0), weights.getOrDefault(a, 0)));
        for (final Expr child : heaviest)
        {
            final int weight = weights.getOrDefault(child, 0);
            if (sum <= MAX_WEIGHT || weight <= 3)
            {
                break;
            }
            cuts.put(child, true);
            sum -= weight - 3;
        }
        known.put(expr, sum);
        return sum;
    }

    private static int own(final Expr expr)
    {
        if (expr instanceof Expr.In in)
        {
            return 2 + Math.min(in.values().size(), 16);
        }
        if (expr instanceof Expr.Cast)
        {
            return 3;
        }
        if (expr instanceof Expr.Call call)
        {
            return Value.isPair(call.type()) ? 2 + call.operands().size() : 2;
        }
        return 1;
    }
}
