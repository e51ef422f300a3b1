package io.millrace.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Field;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.Source;
import io.millrace.engine.kernel.Accumulators;
import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.kernel.AggregateOutput;
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

/**
 * A job with kernels written by hand: COUNT(*), SUM(amount) and COUNT(DISTINCT page) of rows with amount ≥ 0 in windows
 * of one second, by user or of all, with a watermark 200 ms behind.
 */
final class CountJob
{
    static final long WINDOW_MS = 1000;
    static final long DELAY_MS = 200;
    static final RowLayout IN = RowLayout.of(List.of(new Field("user", SqlType.string()),
        new Field("page", SqlType.string()), new Field("ts", SqlType.timestamp(3)),
        new Field("amount", SqlType.of(Kind.BIGINT))));
    static final RowLayout OUT = RowLayout.of(List.of(new Field("user", SqlType.string()),
        new Field("start", SqlType.timestamp(3)), new Field("count", SqlType.of(Kind.BIGINT)),
        new Field("sum", SqlType.of(Kind.BIGINT)), new Field("pages", SqlType.of(Kind.BIGINT))));

    private static final int TS = IN.column("ts").fixedOffset();
    private static final int AMOUNT = IN.column("amount").fixedOffset();

    private CountJob()
    {
    }

    /** A row of the input; a {@code ts} of Long.MIN_VALUE is NULL. */
    record Event(String user, String page, long ts, long amount)
    {
    }

    static JobPlan plan(final Grouping grouping)
    {
        return new JobPlan("count", Map.of(),
            List.of(new TablePlan(0, "events", IN, 4, Map.of(), true, Table::new)),
            List.of(new SinkPlan(0, "totals", OUT, Map.of())),
            List.of(new StatementPlan(0, "INSERT INTO totals", 0, List.of())),
            List.of(new PipelinePlan(0, 0, 0, () -> new Route(grouping), null, 0, Input::new)),
            List.of(new AggregatePlan(0, 0, new AggregatePlan.TumblingWindow(WINDOW_MS, 0), grouping, 16, 48,
                List.of(new AggregatePlan.DistinctSet(16, 32, false)), List.of(), () -> new Output(grouping))));
    }

    /** Writes an event as a row, {@link Memory#SLACK} behind it: its length. */
    static int write(final Event event, final long row)
    {
        Memory.fill(row, IN.blockLength(), (byte)0);
        if (event.ts() == Long.MIN_VALUE)
        {
            RowLayout.setNull(row, IN.column("ts"));
        }
        else
        {
            Memory.putLong(row + TS, event.ts());
        }
        Memory.putLong(row + AMOUNT, event.amount());
        long at = row + IN.blockLength();
        for (final String text : List.of(event.user(), event.page()))
        {
            final byte[] bytes = text.getBytes(UTF_8);
            Memory.putInt(at, bytes.length);
            Memory.copy(bytes, 0, at + 4, bytes.length);
            at += 4 + bytes.length;
        }
        return (int)(at - row);
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
            return RowLayout.isNull(row, IN.column("ts")) ? NO_TIME : Memory.getLong(row + TS);
        }

        @Override
        public long watermark(final long row)
        {
            return Memory.getLong(row + TS) - DELAY_MS;
        }
    }

    private static final class Route extends Router
    {
        private final Grouping grouping;

        private Route(final Grouping grouping)
        {
            this.grouping = grouping;
        }

        @Override
        public int route(final long row)
        {
            if (Memory.getLong(row + AMOUNT) < 0)
            {
                return FILTERED;
            }
            final long user = row + IN.blockLength();
            return switch (grouping)
            {
                case KEYED -> (int)(Memory.hash(user + 4, Memory.getInt(user)) >>> 56);
                case GLOBAL -> ANY;
                case GLOBAL_IN_ORDER -> 0;
            };
        }
    }

    private static final class Input extends AggregateInput
    {
        @Override
        public int key(final long row, final long out, final int capacity)
        {
            final long user = row + IN.blockLength();
            final int length = Memory.getInt(user);
            if (length + 8 > capacity)
            {
                return FULL;
            }
            Memory.putLong(out + (length & -8), 0);
            Memory.copy(user + 4, out, length);
            return length;
        }

        @Override
        public long windowTime(final long row)
        {
            return Memory.getLong(row + TS);
        }

        @Override
        public void accumulate(final long row, final long accumulators, final Accumulators state)
        {
            Memory.putLong(accumulators, Memory.getLong(accumulators) + 1);
            Memory.putLong(accumulators + 8, Memory.getLong(accumulators + 8) + Memory.getLong(row + AMOUNT));
            final long page = IN.varAddress(row, 1);
            state.addDistinct(0, accumulators + 16, page + 4, Memory.getInt(page));
        }
    }

    private static final class Output extends AggregateOutput
    {
        private final Grouping grouping;

        private Output(final Grouping grouping)
        {
            this.grouping = grouping;
        }

        @Override
        public int emit(
            final long key, final long accumulators, final long windowStart, final long windowEnd, final long out,
            final int capacity, final Accumulators state)
        {
            // The key's length is in the entry, 4 bytes before the key area or 12 before one that lives apart: tests
            // keep users within 16 bytes.
            final int length = grouping == Grouping.KEYED ? Memory.getInt(key - 4) : 0;
            if (OUT.blockLength() + 4 + length > capacity)
            {
                return FULL;
            }
            Memory.fill(out, OUT.blockLength(), (byte)0);
            Memory.putLong(out + OUT.column("start").fixedOffset(), windowStart);
            Memory.putLong(out + OUT.column("count").fixedOffset(), Memory.getLong(accumulators));
            Memory.putLong(out + OUT.column("sum").fixedOffset(), Memory.getLong(accumulators + 8));
            Memory.putLong(out + OUT.column("pages").fixedOffset(), state.distinctCount(0, accumulators + 16));
            Memory.putInt(out + OUT.blockLength(), length);
            Memory.copy(key, out + OUT.blockLength() + 4, length);
            return OUT.blockLength() + 4 + length;
        }

        @Override
        public void merge(final long from, final long into, final Accumulators state)
        {
            Memory.putLong(into, Memory.getLong(into) + Memory.getLong(from));
            Memory.putLong(into + 8, Memory.getLong(into + 8) + Memory.getLong(from + 8));
        }
    }

    /** Partitions in memory; a partition may stay open, quiet, after its last event. */
    static final class Events implements Source
    {
        private final List<Events.Part> parts = new ArrayList<>();

        Events(final List<List<Event>> partitions, final boolean isLastQuiet)
        {
            for (int i = 0; i < partitions.size(); i++)
            {
                parts.add(new Part(partitions.get(i), isLastQuiet && i == partitions.size() - 1));
            }
        }

        @Override
        public List<? extends Partition> partitions()
        {
            return parts;
        }

        /** Ends the partition that stayed quiet. */
        void endQuiet()
        {
            parts.forEach(part -> part.isQuiet = false);
        }

        @Override
        public void close()
        {
            parts.forEach(part -> Memory.free(part.row));
        }

        private static final class Part implements Partition
        {
            private final long row = Memory.allocate(1 << 20);
            private final List<Event> events;
            private volatile boolean isQuiet;
            private int next;

            private Part(final List<Event> events, final boolean isQuiet)
            {
                this.events = events;
                this.isQuiet = isQuiet;
            }

            @Override
            public int poll(final RecordHandler handler, final int limit)
            {
                int taken = 0;
                while (taken < limit && next < events.size() &&
                    handler.onRow(row, write(events.get(next), row), next))
                {
                    next++;
                    taken++;
                }
                return taken;
            }

            @Override
            public boolean isEnded()
            {
                return next == events.size() && !isQuiet;
            }

            @Override
            public long positionHigh()
            {
                return 0;
            }

            @Override
            public String describe(final long high, final long low)
            {
                return "event " + low;
            }

            @Override
            public long bytesRead()
            {
                return 0;
            }
        }
    }

    /** Keeps results as text, {@code user start count sum pages}. */
    static class Results implements Sink
    {
        final List<String> rows = new ArrayList<>();
        boolean isCommitted;

        @Override
        public void write(final long row, final int length)
        {
            final long user = row + OUT.blockLength();
            final byte[] name = new byte[Memory.getInt(user)];
            Memory.copy(user + 4, name, 0, name.length);
            rows.add(new String(name, UTF_8) + " " + Memory.getLong(row + OUT.column("start").fixedOffset()) + " " +
                Memory.getLong(row + OUT.column("count").fixedOffset()) + " " +
                Memory.getLong(row + OUT.column("sum").fixedOffset()) + " " +
                Memory.getLong(row + OUT.column("pages").fixedOffset()));
        }

        @Override
        public void flush()
        {
            // Rows are there as soon as they are written.
        }

        @Override
        public void end()
        {
            isCommitted = true;
        }

        @Override
        public void close()
        {
            // Nothing is held.
        }
    }
}
