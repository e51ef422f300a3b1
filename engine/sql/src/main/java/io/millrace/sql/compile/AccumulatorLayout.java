package io.millrace.sql.compile;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.engine.kernel.Accumulators;
import io.millrace.engine.plan.AggregatePlan.DistinctSet;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.logical.Statement.AggregateCall;
import io.millrace.sql.logical.Statement.AggregateCall.Function;
import java.util.ArrayList;
import java.util.List;

/**
 * Where each accumulator of an aggregation lies in its entry. Calls that mean the same share one.
 *
 * <pre>
 *   | presence bits, 8 bytes for each 64 | COUNT 8 | SUM 8 or 16 | AVG sum 8 or 16, count 8 | MIN, MAX 8 or 16 | sets |
 * </pre>
 * Presence bits say that a SUM, MIN or MAX has seen a value, and that an AVG has overflowed.
 */
final class AccumulatorLayout
{
    private static final int HEADER_LENGTH = 8;
    private static final int LINE_LENGTH = 64;
    private static final int LONG_SET_SLOT = 32;
    private static final int SHORT_SET_SLOT = 16;

    /**
     * One accumulator.
     *
     * @param argument index of its argument, or −1 for COUNT(*).
     * @param filter   index of its FILTER, or −1.
     * @param type     of its argument; BIGINT for COUNT(*).
     * @param offset   of its bytes.
     * @param flag     its presence bit, or −1.
     * @param set      index of its distinct set, or −1.
     * @param sums     of a set: the sums and averages that take the values which are new in it.
     */
    record Slot(Function function, int argument, int filter, SqlType type, int offset, int flag, int set,
        List<Slot> sums)
    {
    }

    /** What makes two calls the same. */
    private record Meaning(Function function, int argument, int filter, boolean isDistinct)
    {
        boolean isSet()
        {
            return isDistinct && function == Function.COUNT;
        }

        boolean isSumOfSet()
        {
            return isDistinct && !isSet();
        }

        /** The set whose values it adds up. */
        Meaning set()
        {
            return new Meaning(Function.COUNT, argument, filter, true);
        }
    }

    private final List<Slot> slots = new ArrayList<>();
    private final List<Slot> fedByRows = new ArrayList<>();
    private final List<Integer> slotOfCall = new ArrayList<>();
    private final List<DistinctSet> sets = new ArrayList<>();
    private final List<Integer> stringSlots = new ArrayList<>();
    private final boolean isOrdered;
    private final int length;

    /**
     * @param arguments       types of the arguments, nullable where any branch's is.
     * @param same            for each argument the first one that is the same expression in every branch.
     * @param keyInlineLength bytes of the key beside the accumulators.
     */
    AccumulatorLayout(final List<AggregateCall> calls, final List<SqlType> arguments, final int[] same,
        final int keyInlineLength)
    {
        final List<Meaning> unique = new ArrayList<>();
        for (final AggregateCall call : calls)
        {
            final Meaning meaning = meaning(call, arguments, same);
            slotOfCall.add(add(unique, meaning));
            if (meaning.isSumOfSet())
            {
                add(unique, meaning.set());
            }
        }
        final long flags = unique.stream().filter(meaning -> needsFlag(meaning, arguments)).count();
        final long setCount = unique.stream().filter(Meaning::isSet).count();
        isOrdered = unique.stream().anyMatch(meaning -> isOrdered(meaning, arguments));
        int offset = (int)((flags + 63) / 64 * 8);
        int flag = 0;
        for (final Meaning meaning : unique)
        {
            final SqlType type = meaning.argument() < 0 ? SqlType.of(Kind.BIGINT) : arguments.get(meaning.argument());
            final boolean hasFlag = needsFlag(meaning, arguments);
            slots.add(new Slot(meaning.function(), meaning.argument(), meaning.filter(), type, offset,
                hasFlag ? flag++ : -1, -1, List.of()));
            if (!meaning.isSet())
            {
                if (isString(meaning, type))
                {
                    stringSlots.add(offset);
                }
                offset += width(meaning.function(), type);
            }
        }
        final int room = LINE_LENGTH - HEADER_LENGTH - keyInlineLength - offset;
        final int slotLength = setCount == 1 && room >= LONG_SET_SLOT ? LONG_SET_SLOT : SHORT_SET_SLOT;
        for (int i = 0; i < unique.size(); i++)
        {
            if (unique.get(i).isSet())
            {
                final Slot slot = slots.get(i);
                slots.set(i, new Slot(slot.function(), slot.argument(), slot.filter(), slot.type(), offset, -1,
                    sets.size(), sums(unique, unique.get(i))));
                sets.add(new DistinctSet(offset, slotLength, !Value.isPair(slot.type())));
                offset += slotLength;
            }
        }
        length = offset;
        for (int i = 0; i < unique.size(); i++)
        {
            if (!unique.get(i).isSumOfSet())
            {
                fedByRows.add(slots.get(i));
            }
        }
    }

    private static int add(final List<Meaning> unique, final Meaning meaning)
    {
        if (!unique.contains(meaning))
        {
            unique.add(meaning);
        }
        return unique.indexOf(meaning);
    }

    private List<Slot> sums(final List<Meaning> unique, final Meaning set)
    {
        final List<Slot> sums = new ArrayList<>();
        for (int i = 0; i < unique.size(); i++)
        {
            if (unique.get(i).isSumOfSet() && unique.get(i).set().equals(set))
            {
                sums.add(slots.get(i));
            }
        }
        return sums;
    }

    private static Meaning meaning(final AggregateCall call, final List<SqlType> arguments, final int[] same)
    {
        final int argument = call.argument() < 0 ? -1 : same[call.argument()];
        final int filter = call.filter() < 0 ? -1 : same[call.filter()];
        final boolean isCount = call.function() == Function.COUNT;
        final boolean isEveryRow =
            isCount && !call.isDistinct() && argument >= 0 && !arguments.get(argument).isNullable();
        return new Meaning(call.function(), isEveryRow ? -1 : argument, filter, call.isDistinct());
    }

    private static boolean isOrdered(final Meaning meaning, final List<SqlType> arguments)
    {
        return switch (meaning.function())
        {
            // Sets of shards may overlap: their sums can't be added.
            case SUM, AVG -> meaning.isDistinct() || arguments.get(meaning.argument()).isApproximate();
            case COUNT, MIN, MAX -> false;
        };
    }

    private static boolean isString(final Meaning meaning, final SqlType type)
    {
        return (meaning.function() == Function.MIN || meaning.function() == Function.MAX) && type.isString();
    }

    private static boolean needsFlag(final Meaning meaning, final List<SqlType> arguments)
    {
        return switch (meaning.function())
        {
            case COUNT -> false;
            case SUM -> true;
            case MIN, MAX -> !arguments.get(meaning.argument()).isString();
            case AVG -> arguments.get(meaning.argument()).kind() == Kind.DECIMAL;
        };
    }

    private static int width(final Function function, final SqlType type)
    {
        return switch (function)
        {
            case COUNT -> 8;
            case SUM -> type.kind() == Kind.DECIMAL ? 16 : 8;
            case AVG -> type.kind() == Kind.DECIMAL ? 24 : 16;
            case MIN, MAX -> type.isString() ? Accumulators.STRING_SLOT_LENGTH : Value.isPair(type) ? 16 : 8;
        };
    }

    List<Slot> slots()
    {
        return slots;
    }

    /** The slots that take rows; the others take what is new in a set. */
    List<Slot> fedByRows()
    {
        return fedByRows;
    }

    Slot slotOf(final int call)
    {
        return slots.get(slotOfCall.get(call));
    }

    List<DistinctSet> sets()
    {
        return sets;
    }

    List<Integer> stringSlots()
    {
        return stringSlots;
    }

    /** Whether all rows must go to one place: a sum of FLOAT or DOUBLE, or of distinct values. */
    boolean isOrdered()
    {
        return isOrdered;
    }

    int length()
    {
        return length;
    }
}
