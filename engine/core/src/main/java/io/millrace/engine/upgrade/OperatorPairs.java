package io.millrace.engine.upgrade;

import io.millrace.engine.plan.AggregatePlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which operator of an earlier job goes on as which of the changed one: the one with its id; those that have none are
 * paired with those that are gone of the same sink, in order, so that a changed window or key is told from a new one.
 */
final class OperatorPairs
{
    private final List<DescribedPart> old;
    private final List<DescribedPart> now;
    private final int[] pairs;
    private final boolean[] isTaken;

    OperatorPairs(final List<DescribedPart> old, final List<DescribedPart> now)
    {
        this.old = old;
        this.now = now;
        pairs = new int[now.size()];
        Arrays.fill(pairs, -1);
        isTaken = new boolean[old.size()];
        for (final DescribedPart operator : now)
        {
            pairs[operator.index()] = take(earlier -> earlier.name().equals(operator.name()));
        }
        for (final DescribedPart operator : now)
        {
            if (pairs[operator.index()] < 0)
            {
                pairs[operator.index()] = take(earlier -> sinkOf(earlier).equals(sinkOf(operator)));
            }
        }
    }

    private int take(final Predicate<DescribedPart> isWanted)
    {
        for (final DescribedPart operator : old)
        {
            if (!isTaken[operator.index()] && isWanted.test(operator))
            {
                isTaken[operator.index()] = true;
                return operator.index();
            }
        }
        return -1;
    }

    private static String sinkOf(final DescribedPart operator)
    {
        final int colon = operator.name().indexOf(": ");
        return colon < 0 ? operator.name() : operator.name().substring(0, colon);
    }

    /** How many operators the changed job has. */
    int count()
    {
        return pairs.length;
    }

    /** Index of the earlier operator that goes on as one of the changed job, −1 where there is none. */
    int oldOf(final int operator)
    {
        return pairs[operator];
    }

    /** Index of the operator as which an earlier one goes on, or −1. */
    int newOf(final int earlier)
    {
        for (int i = 0; i < pairs.length; i++)
        {
            if (pairs[i] == earlier)
            {
                return i;
            }
        }
        return -1;
    }

    /** Whether the operators are as many as they were, each in its place. */
    boolean isSameList()
    {
        for (int i = 0; i < pairs.length; i++)
        {
            if (pairs[i] != i)
            {
                return false;
            }
        }
        return pairs.length == old.size();
    }

    /** Whether every operator of either job has a key. */
    boolean isKeyed()
    {
        final List<DescribedPart> all = new ArrayList<>(old);
        all.addAll(now);
        return all.stream().allMatch(each -> each.value("grouping").equals(AggregatePlan.Grouping.KEYED.name()));
    }
}
