package io.millrace.node.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.codecs.Memory;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * One process's connection to a {@link ModelInput}: a table that can be read again from any place, or a publisher that
 * goes on where the job says, and at least behind what was acknowledged.
 *
 * <p><b>Threading:</b> one thread.
 */
final class ModelSource implements Source
{
    private static final int MAX_LENGTH = 1024;
    private static final int MAX_AT_ONCE = 6;

    private final ModelInput input;
    private final SplittableRandom random;
    private final LongSupplier nanoClock;
    private final FaultCounts counts;
    private final boolean mayForget;
    private final List<ModelPartition> partitions = new ArrayList<>();
    private final long buffer = Memory.allocate(MAX_LENGTH);
    private boolean isClosed;

    /**
     * @param mayForget whether the job may have forgotten rows that it had acknowledged: publishers go on behind them.
     */
    ModelSource(
        final ModelInput input, final SplittableRandom random, final LongSupplier nanoClock, final FaultCounts counts,
        final boolean mayForget)
    {
        this.mayForget = mayForget;
        this.input = input;
        this.random = random;
        this.nanoClock = nanoClock;
        this.counts = counts;
        for (int i = 0; i < input.partitions().size(); i++)
        {
            partitions.add(new ModelPartition(i));
        }
    }

    @Override
    public List<? extends Partition> partitions()
    {
        return partitions;
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            Memory.free(buffer);
        }
    }

    private final class ModelPartition implements Partition
    {
        private final int partition;
        private final List<ModelRow> rows;
        private int next;
        private boolean hasBegun;
        private boolean isAtEnd;
        /** Of an input that can be read again: the place that a checkpoint named, which is to be gone on from. */
        private String expected = "";

        private ModelPartition(final int partition)
        {
            this.partition = partition;
            rows = input.partitions().get(partition);
            next = input.isRereadable() ? 0 : input.acknowledged[partition];
        }

        @Override
        public int poll(final RecordHandler handler, final int limit)
        {
            if (nanoClock.getAsLong() < input.quietUntilNs[partition])
            {
                return 0;
            }
            if (!hasBegun)
            {
                hasBegun = true;
                if (!input.isRereadable() && next < input.handedOver[partition])
                {
                    counts.add(Fault.SOURCE_SENT_AGAIN);
                }
            }
            final int most = Math.min(limit, random.nextInt(1, MAX_AT_ONCE + 1));
            int count = 0;
            while (count < most && next < rows.size())
            {
                if (input.pausesBefore(partition, next, nanoClock.getAsLong()))
                {
                    counts.add(Fault.SOURCE_PAUSED);
                    return count;
                }
                final byte[] bytes = rows.get(next).text().getBytes(UTF_8);
                Memory.copy(bytes, 0, buffer, bytes.length);
                if (!handler.onRecord(buffer, bytes.length, ModelInput.low(next)))
                {
                    return count;
                }
                next++;
                count++;
                input.handedOver[partition] = Math.max(input.handedOver[partition], next);
            }
            isAtEnd = next == rows.size() && !input.pausesBefore(partition, next, nanoClock.getAsLong());
            return count;
        }

        @Override
        public boolean isEnded()
        {
            return isAtEnd && next == rows.size() && nanoClock.getAsLong() >= input.quietUntilNs[partition];
        }

        @Override
        public long positionHigh()
        {
            return ModelInput.high(Math.min(next, rows.size() - 1));
        }

        @Override
        public boolean isRereadable()
        {
            return input.isRereadable();
        }

        @Override
        public String identify(final long high, final long low)
        {
            return describe(high, low);
        }

        @Override
        public void expect(final long high, final long low, final String identity)
        {
            if (!identity.equals(describe(high, low)))
            {
                throw new Violation(describe(high, low) + " was kept as " + identity);
            }
            expected = identity;
        }

        @Override
        public void resumeAfter(final long high, final long low)
        {
            if (input.isRereadable() && !expected.equals(describe(high, low)))
            {
                throw new Violation(describe(high, low) + " is gone on from without a look at what lies there");
            }
            next = indexOf(high, low) + 1;
            if (!input.isRereadable() && next < input.acknowledged[partition] && mayForget)
            {
                next = input.acknowledged[partition];
            }
            if (!input.isRereadable() && next < input.acknowledged[partition])
            {
                throw new Violation(input.table() + "-" + partition + ": rows from " + next + " on are asked for, " +
                    input.acknowledged[partition] + " were acknowledged");
            }
        }

        @Override
        public void readAgain(final long high, final long low, final byte[] bytes, final int length)
        {
            final byte[] row = rows.get(indexOf(high, low)).text().getBytes(UTF_8);
            System.arraycopy(row, 0, bytes, 0, Math.min(length, row.length));
        }

        @Override
        public String describe(final long high, final long low)
        {
            return input.table() + "-" + partition + ":" + high + ":" + low;
        }

        @Override
        public long bytesRead()
        {
            return 0;
        }

        private int indexOf(final long high, final long low)
        {
            final int index = input.index(partition, high, low);
            if (index < 0)
            {
                throw new Violation("there is no row at " + describe(high, low));
            }
            return index;
        }
    }
}
