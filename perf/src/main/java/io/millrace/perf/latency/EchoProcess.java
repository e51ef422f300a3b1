package io.millrace.perf.latency;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** Sends each message back: what Aeron alone takes. Its media driver has a thread of its own. */
public final class EchoProcess
{
    private EchoProcess()
    {
    }

    private static IdleStrategy idle(final boolean isSharing)
    {
        return isSharing ? new YieldingIdleStrategy() : new BusySpinIdleStrategy();
    }

    /** Runs until it is killed: the driver's folder, the channel in, the channel back, whether to let others run. */
    public static void main(final String[] args)
    {
        final boolean isSharing = Boolean.parseBoolean(args[3]);
        final MediaDriver.Context context = new MediaDriver.Context().aeronDirectoryName(args[0])
            .dirDeleteOnStart(true).dirDeleteOnShutdown(true).threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(idle(isSharing)).termBufferSparseFile(false);
        try (MediaDriver driver = MediaDriver.launch(context);
            Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
            Subscription in = aeron.addSubscription(args[1], EchoRoute.OUT);
            ExclusivePublication back = aeron.addExclusivePublication(args[2], EchoRoute.BACK))
        {
            final BufferClaim claim = new BufferClaim();
            final FragmentHandler echo = (buffer, offset, length, header) ->
            {
                while (back.tryClaim(length, claim) < 0)
                {
                    Thread.onSpinWait();
                }
                claim.buffer().putBytes(claim.offset(), buffer, offset, length);
                claim.commit();
            };
            final IdleStrategy idle = idle(isSharing);
            while (!Thread.currentThread().isInterrupted())
            {
                idle.idle(in.poll(echo, 64));
            }
        }
    }
}
