package io.millrace.perf.throughput;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.BufferClaim;
import io.millrace.client.FrameDescriptor;
import java.util.concurrent.locks.LockSupport;

/** Into Aeron alone: the same bytes, the publisher's frame included. */
final class AeronOutlet implements Outlet
{
    private static final long CONNECT_NS = 30_000_000_000L;
    private static final int DUTY_INTERVAL = 1 << 16;

    private final Records records;
    private final Aeron aeron;
    private final ExclusivePublication publication;
    private final BufferClaim claim = new BufferClaim();
    private long sent;
    private int sinceDuty;

    AeronOutlet(final String driver, final String channel, final Records records)
    {
        this.records = records;
        final long deadlineNs = System.nanoTime() + CONNECT_NS;
        aeron = connect(driver, deadlineNs);
        publication = aeron.addExclusivePublication(channel, EngineOutlet.STREAM);
        while (!publication.isConnected())
        {
            requireBefore(deadlineNs);
            aeron.conductorAgentInvoker().invoke();
        }
    }

    private static Aeron connect(final String driver, final long deadlineNs)
    {
        while (true)
        {
            try
            {
                return Aeron.connect(new Aeron.Context().aeronDirectoryName(driver).useConductorAgentInvoker(true)
                    .driverTimeoutMs(30_000));
            }
            catch (final AeronException e)
            {
                requireBefore(deadlineNs);
            }
        }
    }

    private static void requireBefore(final long deadlineNs)
    {
        if (System.nanoTime() - deadlineNs > 0)
        {
            throw new IllegalStateException("no connection to the counter");
        }
        LockSupport.parkNanos(1_000_000);
    }

    @Override
    public boolean trySend(final int row)
    {
        if (++sinceDuty == DUTY_INTERVAL)
        {
            sinceDuty = 0;
            aeron.conductorAgentInvoker().invoke();
        }
        final int length = records.length(row);
        if (publication.tryClaim(FrameDescriptor.RECORD_OFFSET + length, claim) < 0)
        {
            return false;
        }
        final int at = claim.offset();
        claim.buffer().putLong(at, FrameDescriptor.header(FrameDescriptor.ROW));
        claim.buffer().putLong(at + FrameDescriptor.PUBLISHER_OFFSET, 1);
        claim.buffer().putLong(at + FrameDescriptor.SEQUENCE_OFFSET, sent++);
        claim.buffer().putBytes(at + FrameDescriptor.RECORD_OFFSET, records.memory(), records.offset(row), length);
        claim.commit();
        return true;
    }

    /** The counter ends by itself once it has had the row with the sequence −1, and looks at what came. */
    @Override
    public void finish(final long rows)
    {
        while (publication.tryClaim(FrameDescriptor.RECORD_OFFSET, claim) < 0)
        {
            Thread.onSpinWait();
        }
        claim.buffer().putLong(claim.offset() + FrameDescriptor.SEQUENCE_OFFSET, AeronCounter.END);
        claim.buffer().putLong(claim.offset() + FrameDescriptor.PUBLISHER_OFFSET, rows);
        claim.commit();
    }

    @Override
    public void close()
    {
        aeron.close();
    }
}
