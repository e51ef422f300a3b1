package io.millrace.engine.live;

import io.millrace.codecs.Memory;
import java.util.function.LongSupplier;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.AtomicBuffer;

/**
 * Counts one agent's durations of one stage, in the file of a job's counters: who reads it makes percentiles of them.
 *
 * <p><b>Threading:</b> one thread records. <b>Allocation:</b> none. <b>Layout:</b> {@link LatencyDescriptor}.
 */
public final class LatencyCounts
{
    private final long counts;
    private final LongSupplier nanoClock;
    /** Keeps the memory mapped. */
    @SuppressWarnings("unused")
    private final AtomicBuffer keeper;

    LatencyCounts(final AtomicBuffer buffer, final int offset, final LongSupplier nanoClock)
    {
        this.nanoClock = nanoClock;
        keeper = buffer;
        counts = buffer.addressOffset() + offset + LatencyDescriptor.COUNTS_OFFSET;
    }

    /** The clock that all of a job's durations are taken by. */
    public long nowNs()
    {
        return nanoClock.getAsLong();
    }

    /** Counts one duration. */
    public void record(final long ns)
    {
        record(ns, 1);
    }

    /** Counts a duration {@code times} times. */
    public void record(final long ns, final long times)
    {
        final long at = counts + (long)Long.BYTES * LatencyDescriptor.bucket(ns);
        // Release: pairs with the acquire of a reader, in this process or another.
        UnsafeApi.putLongRelease(null, at, Memory.getLong(at) + times);
    }
}
