package io.millrace.engine.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.AggregatePlan.Grouping;
import io.millrace.engine.shard.MergeAgent;
import io.millrace.engine.shard.ShardCounters;
import io.millrace.engine.state.StateMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The merge agent behind an output that takes no more for a while. */
final class MergeAgentTest
{
    private static final short PARTIAL = 16;
    private static final short PROGRESS = 18;
    private static final int ACCUMULATORS = 48;

    /** Refuses two appends of three. */
    private static final class HesitantLog implements Log
    {
        private final MemoryLog log = new MemoryLog(1 << 20);
        private int asked;
        private long windows;

        @Override
        public int maxRecordLength()
        {
            return log.maxRecordLength();
        }

        @Override
        public long tryAppend(final long address, final int length)
        {
            return ++asked % 3 == 0 ? log.tryAppend(address, length) : BACK_PRESSURE;
        }

        @Override
        public long commitPosition()
        {
            return log.commitPosition();
        }

        @Override
        public long endPosition()
        {
            return log.endPosition();
        }

        @Override
        public long beginPosition()
        {
            return log.beginPosition();
        }

        @Override
        public Reader newReader(final long position)
        {
            return log.newReader(position);
        }

        @Override
        public void retainFrom(final long position)
        {
            log.retainFrom(position);
        }

        @Override
        public void sync(final long position)
        {
            log.sync(position);
        }

        @Override
        public int doWork()
        {
            return log.doWork();
        }

        @Override
        public void close()
        {
            log.close();
        }
    }

    /** Hands over {@code windows} windows from {@code first} on, each with one row. */
    private static void handOver(final RecordWriter writer, final long first, final int windows)
    {
        for (int i = 0; i < windows; i++)
        {
            assertTrue(writer.hasRoom(8 + ACCUMULATORS));
            Memory.fill(writer.payload(), 8 + ACCUMULATORS, (byte)0);
            Memory.putLong(writer.payload(), (first + i) * CountJob.WINDOW_MS);
            Memory.putLong(writer.payload() + 8, 1);
            writer.commit(PARTIAL, 0, 8 + ACCUMULATORS);
        }
        assertTrue(writer.hasRoom(16));
        Memory.putLong(writer.payload(), (first + windows) * CountJob.WINDOW_MS);
        Memory.putLong(writer.payload() + 8, first);
        writer.commit(PROGRESS, 0, 16);
        assertTrue(writer.flush());
    }

    @Test
    void shouldNotBeSettledWhileCompleteWindowsWait()
    {
        final int windows = 3000;
        try (HesitantLog output = new HesitantLog(); MemoryLog exchange = new MemoryLog(1 << 20);
            RecordWriter writer = new RecordWriter(exchange, 0, 1 << 18))
        {
            final MergeAgent merge = new MergeAgent(CountJob.plan(Grouping.GLOBAL), new Log[]{exchange},
                List.of(output), null, new StateMemory(64L << 20, length -> 0), ShardCounters.of(1, 1, 1));
            handOver(writer, 0, windows);
            for (int i = 0; i < 1000 && !merge.isSettled(); i++)
            {
                merge.doWork();
            }
            assertTrue(merge.isSettled());
            output.newReader(0).poll((address, length) ->
            {
                for (long at = RecordDescriptor.firstRecord(address); at < address + length;
                    at = RecordDescriptor.nextRecord(at))
                {
                    output.windows++;
                }
                return true;
            }, Integer.MAX_VALUE);
            assertEquals(windows, output.windows);
            merge.onClose();
        }
    }

    @Test
    void shouldUseTheMemoryOfEmittedWindowsAgain()
    {
        try (MemoryLog output = new MemoryLog(1 << 20); MemoryLog exchange = new MemoryLog(1 << 20);
            RecordWriter writer = new RecordWriter(exchange, 0, 1 << 18))
        {
            final StateMemory memory = new StateMemory(1L << 20, length -> 0);
            final Log.Reader reader = output.newReader(0);
            final MergeAgent merge = new MergeAgent(CountJob.plan(Grouping.GLOBAL), new Log[]{exchange},
                List.of(output), null, memory, ShardCounters.of(1, 1, 1));
            for (int window = 0; window < 20_000; window++)
            {
                handOver(writer, window, 1);
                while (!merge.isSettled())
                {
                    merge.doWork();
                }
                reader.release(output.commitPosition());
            }
            assertTrue(memory.usedBytes() < 64 * 1024, memory.usedBytes() + " bytes");
            merge.onClose();
        }
    }

    @Test
    void shouldHandOnAtOnceWhenEachDutyCycleBringsMore()
    {
        try (MemoryLog output = new MemoryLog(1 << 20); MemoryLog exchange = new MemoryLog(1 << 20);
            RecordWriter writer = new RecordWriter(exchange, 0, 1 << 18))
        {
            final MergeAgent merge = new MergeAgent(CountJob.plan(Grouping.GLOBAL), new Log[]{exchange},
                List.of(output), null, new StateMemory(1L << 20, length -> 0), ShardCounters.of(1, 1, 1));
            for (int window = 0; window < 10; window++)
            {
                final long before = output.commitPosition();
                handOver(writer, window, 1);
                merge.doWork();
                assertTrue(output.commitPosition() > before, "window " + window);
            }
            merge.onClose();
        }
    }
}
