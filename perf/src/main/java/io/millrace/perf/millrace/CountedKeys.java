package io.millrace.perf.millrace;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Field;
import io.millrace.engine.kernel.Accumulators;
import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.kernel.AggregateOutput;
import io.millrace.engine.kernel.Router;
import io.millrace.engine.kernel.TableKernel;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.plan.StatementPlan;
import io.millrace.engine.plan.TablePlan;
import java.util.List;
import java.util.Map;

/**
 * The state of the job that everything is judged by, without its SQL: COUNT(*) and COUNT(DISTINCT page) by user, an
 * entry of 64 bytes each, all in one window. Rows are {@code int64 user | int64 page | int64 time}.
 */
final class CountedKeys
{
    private static final int KEY_LENGTH = 12;

    private CountedKeys()
    {
    }

    static JobPlan plan()
    {
        final RowLayout layout = RowLayout.of(List.of(new Field("user", SqlType.string())));
        return new JobPlan("counted", Map.of(),
            List.of(new TablePlan(0, "events", layout, 1, Map.of(), true, Table::new)),
            List.of(new SinkPlan(0, "totals", layout, Map.of())),
            List.of(new StatementPlan(0, "INSERT INTO totals", 0, List.of())),
            List.of(new PipelinePlan(0, 0, 0, Route::new, null, 0, Input::new)),
            List.of(new AggregatePlan(0, 0, new AggregatePlan.TumblingWindow(3_600_000, 0),
                AggregatePlan.Grouping.KEYED, 16, 40, List.of(new AggregatePlan.DistinctSet(8, 32, true)), List.of(),
                Output::new)));
    }

    static void write(final int user, final int page, final long row)
    {
        Memory.putLong(row, user);
        Memory.putLong(row + 8, page);
        Memory.putLong(row + 16, 1000);
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
            return Memory.getLong(row + 16);
        }

        @Override
        public long watermark(final long row)
        {
            return NO_TIME;
        }
    }

    private static final class Route extends Router
    {
        @Override
        public int route(final long row)
        {
            return 0;
        }
    }

    private static final class Input extends AggregateInput
    {
        @Override
        public int key(final long row, final long out, final int capacity)
        {
            if (capacity < 16)
            {
                return FULL;
            }
            Memory.putLong(out, Memory.getLong(row));
            Memory.putLong(out + 8, 0);
            return KEY_LENGTH;
        }

        @Override
        public long windowTime(final long row)
        {
            return Memory.getLong(row + 16);
        }

        @Override
        public void accumulate(final long row, final long accumulators, final Accumulators state)
        {
            Memory.putLong(accumulators, Memory.getLong(accumulators) + 1);
            state.addDistinct(0, accumulators + 8, Memory.getLong(row + 8));
        }
    }

    private static final class Output extends AggregateOutput
    {
        @Override
        public int emit(
            final long key, final long accumulators, final long windowStart, final long windowEnd, final long out,
            final int capacity, final Accumulators state)
        {
            return FILTERED;
        }

        @Override
        public void merge(final long from, final long into, final Accumulators state)
        {
            Memory.putLong(into, Memory.getLong(into) + Memory.getLong(from));
        }
    }
}
