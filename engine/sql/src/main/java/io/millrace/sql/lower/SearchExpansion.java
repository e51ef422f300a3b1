package io.millrace.sql.lower;

import com.google.common.collect.BoundType;
import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rex.RexUnknownAs;
import org.apache.calcite.util.Sarg;
import org.jspecify.annotations.Nullable;

/**
 * Calcite's search arguments (BETWEEN of constants comes as one) as comparisons and IN. What NULL counts as is kept.
 */
final class SearchExpansion
{
    private SearchExpansion()
    {
    }

    /** @param type of the constants; the operand is in it already. Null where a constant has no form of ours. */
    static @Nullable Expr expand(final Expr operand, final Sarg<?> sarg, final SqlType type)
    {
        final boolean isInverse = sarg.isComplementedPoints();
        final Expr matches = isInverse ? ranges(operand, sarg.rangeSet.complement(), type) :
            ranges(operand, sarg.rangeSet, type);
        if (matches == null)
        {
            return null;
        }
        final SqlType bool = matches.type();
        final Expr result = isInverse ? new Expr.Call("NOT", List.of(matches), bool) : matches;
        final SqlType known = SqlType.of(Kind.BOOLEAN).withNullable(false);
        if (sarg.nullAs == RexUnknownAs.TRUE)
        {
            return new Expr.Call("OR", List.of(new Expr.Call("IS NULL", List.of(operand), known), result), bool);
        }
        if (sarg.nullAs == RexUnknownAs.FALSE)
        {
            return new Expr.Call("AND", List.of(new Expr.Call("IS NOT NULL", List.of(operand), known), result), bool);
        }
        return result;
    }

    private static @Nullable Expr ranges(final Expr operand, final RangeSet<?> ranges, final SqlType type)
    {
        final SqlType bool = SqlType.of(Kind.BOOLEAN).withNullable(operand.type().isNullable());
        final List<Expr> alternatives = new ArrayList<>();
        for (final Range<?> range : ranges.asRanges())
        {
            final Expr one = range(operand, range, type, bool);
            if (one == null)
            {
                return null;
            }
            alternatives.add(one);
        }
        return alternatives.isEmpty() ? new Expr.Literal(bool, false) : InLists.merge(alternatives, bool);
    }

    private static @Nullable Expr range(
        final Expr operand, final Range<?> range, final SqlType type, final SqlType bool)
    {
        if (range.hasLowerBound() && range.hasUpperBound() && range.lowerEndpoint().equals(range.upperEndpoint()))
        {
            return compare(operand, "=", range.lowerEndpoint(), type, bool);
        }
        Expr result = null;
        if (range.hasLowerBound())
        {
            result = compare(
                operand, range.lowerBoundType() == BoundType.CLOSED ? ">=" : ">", range.lowerEndpoint(), type, bool);
            if (result == null)
            {
                return null;
            }
        }
        if (range.hasUpperBound())
        {
            final Expr upper = compare(
                operand, range.upperBoundType() == BoundType.CLOSED ? "<=" : "<", range.upperEndpoint(), type, bool);
            return upper == null ? null : ExprLowering.and(result, upper);
        }
        return result == null ? new Expr.Call("IS NOT NULL", List.of(operand), bool.withNullable(false)) : result;
    }

    private static @Nullable Expr compare(
        final Expr operand, final String operator, final Object value, final SqlType type, final SqlType bool)
    {
        final Expr.Literal literal = Literals.of(value, type.withNullable(false));
        return literal == null ? null : new Expr.Call(operator, List.of(operand, literal), bool);
    }
}
