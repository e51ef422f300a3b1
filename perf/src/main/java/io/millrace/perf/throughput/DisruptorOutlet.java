package io.millrace.perf.throughput;

import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.YieldingWaitStrategy;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Into a Disruptor, within this process: the same bytes in a slot's place, and a thread that counts. */
final class DisruptorOutlet implements Outlet
{
    private static final int SLOTS = 1 << 14;
    private static final int SLOT_BYTES = 256;
    private static final int SEQUENCE_OFFSET = 0;
    private static final int RECORD_OFFSET = 16;

    /** A slot's number, by which its place is known. */
    private static final class Slot
    {
        private int length;
    }

    private final Records records;
    private final RingBuffer<Slot> ring = RingBuffer.createSingleProducer(Slot::new, SLOTS, new YieldingWaitStrategy());
    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(SLOTS * SLOT_BYTES));
    private final Sequence read = new Sequence();
    private final Thread counter = new Thread(this::count, "counter");
    private volatile boolean isEnding;
    private long rows;
    private long wrong;

    DisruptorOutlet(final Records records)
    {
        this.records = records;
        ring.addGatingSequences(read);
        counter.setDaemon(true);
        counter.start();
    }

    @Override
    public boolean trySend(final int row)
    {
        if (!ring.hasAvailableCapacity(1))
        {
            return false;
        }
        final long sequence = ring.next();
        final int at = (int)(sequence & SLOTS - 1) * SLOT_BYTES;
        final int length = records.length(row);
        memory.putLong(at + SEQUENCE_OFFSET, sequence);
        memory.putBytes(at + RECORD_OFFSET, records.memory(), records.offset(row), length);
        ring.get(sequence).length = length;
        ring.publish(sequence);
        return true;
    }

    private void count()
    {
        final SequenceBarrier barrier = ring.newBarrier();
        while (!isEnding || read.get() < ring.getCursor())
        {
            final long last = barrier.getCursor();
            if (last == read.get())
            {
                Thread.onSpinWait();
            }
            for (long sequence = read.get() + 1; sequence <= last; sequence++)
            {
                take(sequence);
            }
            read.set(last);
        }
    }

    private void take(final long sequence)
    {
        final boolean isRight = memory.getLong((int)(sequence & SLOTS - 1) * SLOT_BYTES) == sequence &&
            ring.get(sequence).length > 0;
        rows += isRight ? 1 : 0;
        wrong += isRight ? 0 : 1;
    }

    @Override
    public void finish(final long wanted)
    {
        isEnding = true;
        try
        {
            counter.join();
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
        }
        if (rows != wanted || wrong != 0)
        {
            throw new IllegalStateException(rows + " of " + wanted + ", " + wrong + " wrong");
        }
    }

    @Override
    public void close()
    {
        isEnding = true;
    }
}
