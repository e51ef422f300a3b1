package io.millrace.engine.shard;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Field;
import io.millrace.engine.kernel.Accumulators;
import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.kernel.AggregateOutput;
import io.millrace.engine.kernel.Projector;
import io.millrace.engine.kernel.Router;
import io.millrace.engine.kernel.TableKernel;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.AggregatePlan.Grouping;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.plan.StatementPlan;
import io.millrace.engine.plan.TablePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A job that holds every kind of state: keys inline and apart, counts, two strings and two distinct sets, by key and of
 * all, and a pipeline without state. Rows are {@code int64 time | int64 amount | int32 page length | page to a multiple
 * of 8 | key: int32 length, bytes}.
 */
final class RichJob
{
    static final int ACCUMULATORS = 96;
    static final int MIN_PAGE = 64;
    static final int MAX_PAGE = 80;
    private static final RowLayout ANY = RowLayout.of(List.of(new Field("any", SqlType.string())));
    private static final List<AggregatePlan.DistinctSet> SETS = List.of(
        new AggregatePlan.DistinctSet(16, 16, false), new AggregatePlan.DistinctSet(32, 32, true));

    /** Shapes that distinct sets have had: 0 inline, 1 hashed, 2 bitmap. */
    final Set<Integer> shapes = new TreeSet<>();

    /**
     * One aggregation for each grouping, and a pipeline that only projects. One by key that is not the first has small
     * entries, of which nothing but keys lies apart.
     */
    JobPlan plan(final List<Grouping> groupings, final long windowMs)
    {
        final List<StatementPlan> statements = new ArrayList<>();
        final List<PipelinePlan> pipelines = new ArrayList<>();
        final List<AggregatePlan> aggregates = new ArrayList<>();
        for (int i = 0; i < groupings.size(); i++)
        {
            final Grouping grouping = groupings.get(i);
            statements.add(new StatementPlan(i, "s" + i, 0, List.of()));
            final boolean isSmall = i > 0 && grouping == Grouping.KEYED;
            pipelines.add(new PipelinePlan(i, i, 0, Route::new, null, i, () -> new Input(grouping, isSmall)));
            aggregates.add(new AggregatePlan(i, i, new AggregatePlan.TumblingWindow(windowMs + 300L * i, 0), grouping,
                isSmall ? 8 : 16, isSmall ? 16 : ACCUMULATORS, isSmall ? List.of() : SETS,
                isSmall ? List.of() : List.of(MIN_PAGE, MAX_PAGE), () -> new Output(grouping, isSmall)));
        }
        final int last = groupings.size();
        statements.add(new StatementPlan(last, "s" + last, 0, List.of()));
        pipelines.add(new PipelinePlan(last, last, 0, Route::new, Copy::new, -1, null));
        return new JobPlan("rich", Map.of(), List.of(new TablePlan(0, "t", ANY, 1, Map.of(), true, Table::new)),
            List.of(new SinkPlan(0, "o", ANY, Map.of())), statements, pipelines, aggregates);
    }

    static int write(final long ts, final long amount, final byte[] page, final byte[] key, final long row)
    {
        Memory.putLong(row, ts);
        Memory.putLong(row + 8, amount);
        Memory.putInt(row + 16, page.length);
        Memory.copy(page, 0, row + 20, page.length);
        final long at = key(row);
        Memory.putInt(at, key.length);
        Memory.copy(key, 0, at + 4, key.length);
        return (int)(at + 4 + key.length - row);
    }

    static long key(final long row)
    {
        return row + 20 + Memory.getInt(row + 16);
    }

    private static final class Table extends TableKernel
    {
        @Override
        public int complete(final long row, final int length, final int capacity)
        {
            return length;
        }

        @Override
        public long rowtime(final long row)
        {
            return Memory.getLong(row);
        }

        @Override
        public long watermark(final long row)
        {
            return Memory.getLong(row);
        }
    }

    private static final class Route extends Router
    {
        @Override
        public int route(final long row)
        {
            return ANY;
        }
    }

    private static final class Copy extends Projector
    {
        @Override
        public int project(final long row, final long out, final int capacity)
        {
            if (capacity < 16)
            {
                return FULL;
            }
            Memory.copy(row, out, 16);
            return 16;
        }
    }

    private final class Input extends AggregateInput
    {
        private final Grouping grouping;
        private final boolean isSmall;

        private Input(final Grouping grouping, final boolean isSmall)
        {
            this.grouping = grouping;
            this.isSmall = isSmall;
        }

        @Override
        public int key(final long row, final long out, final int capacity)
        {
            final long key = RichJob.key(row);
            final int length = grouping == Grouping.KEYED ? 4 + Memory.getInt(key) : 0;
            if (length + 8 > capacity)
            {
                return FULL;
            }
            Memory.putLong(out + (length & -8), 0);
            Memory.copy(key, out, length);
            return length;
        }

        @Override
        public long windowTime(final long row)
        {
            return Memory.getLong(row);
        }

        @Override
        public void accumulate(final long row, final long accumulators, final Accumulators state)
        {
            Memory.putLong(accumulators, Memory.getLong(accumulators) + 1);
            Memory.putLong(accumulators + 8, Memory.getLong(accumulators + 8) * 3 + Memory.getLong(row + 8));
            if (isSmall)
            {
                return;
            }
            final int page = Memory.getInt(row + 16);
            state.addDistinct(0, accumulators + 16, row + 20, page);
            state.addDistinct(1, accumulators + 32, Memory.getLong(row + 8));
            extreme(accumulators, row + 20, page, state);
            shapes.add(Memory.getInt(accumulators + 20) >> 8);
            shapes.add(Memory.getInt(accumulators + 36) >> 8);
        }
    }

    private static void extreme(
        final long accumulators, final long page, final int length, final Accumulators state)
    {
        final long min = accumulators + MIN_PAGE;
        if (!state.hasString(min) ||
            Memory.compare(page, length, state.stringAddress(min), state.stringLength(min)) < 0)
        {
            state.setString(min, page, length);
        }
        final long max = accumulators + MAX_PAGE;
        if (!state.hasString(max) ||
            Memory.compare(page, length, state.stringAddress(max), state.stringLength(max)) > 0)
        {
            state.setString(max, page, length);
        }
    }

    private static final class Output extends AggregateOutput
    {
        private final Grouping grouping;
        private final boolean isSmall;

        private Output(final Grouping grouping, final boolean isSmall)
        {
            this.grouping = grouping;
            this.isSmall = isSmall;
        }

        @Override
        public int emit(
            final long key, final long accumulators, final long windowStart, final long windowEnd, final long out,
            final int capacity, final Accumulators state)
        {
            final int keyLength = grouping == Grouping.KEYED ? 4 + Memory.getInt(key) : 0;
            if (isSmall)
            {
                if (16 + keyLength > capacity)
                {
                    return FULL;
                }
                Memory.copy(accumulators, out, 16);
                Memory.copy(key, out + 16, keyLength);
                return 16 + keyLength;
            }
            final int min = state.stringLength(accumulators + MIN_PAGE);
            final int max = state.stringLength(accumulators + MAX_PAGE);
            if (40 + keyLength + min + max > capacity)
            {
                return FULL;
            }
            if (Memory.getLong(accumulators) % 97 == 96)
            {
                fail(5, 1);
                return DEAD;
            }
            Memory.putLong(out, windowStart);
            Memory.putLong(out + 8, Memory.getLong(accumulators));
            Memory.putLong(out + 16, grouping == Grouping.GLOBAL ? 0 : Memory.getLong(accumulators + 8));
            Memory.putLong(out + 24, state.distinctCount(0, accumulators + 16));
            Memory.putLong(out + 32, state.distinctCount(1, accumulators + 32));
            Memory.copy(key, out + 40, keyLength);
            Memory.copy(state.stringAddress(accumulators + MIN_PAGE), out + 40 + keyLength, min);
            Memory.copy(state.stringAddress(accumulators + MAX_PAGE), out + 40 + keyLength + min, max);
            return 40 + keyLength + min + max;
        }

        @Override
        public void merge(final long from, final long into, final Accumulators state)
        {
            Memory.putLong(into, Memory.getLong(into) + Memory.getLong(from));
            Memory.putLong(into + 8, Memory.getLong(into + 8) + Memory.getLong(from + 8));
            extreme(into, state.stringAddress(from + MIN_PAGE), state.stringLength(from + MIN_PAGE), state);
            extreme(into, state.stringAddress(from + MAX_PAGE), state.stringLength(from + MAX_PAGE), state);
        }
    }
}
