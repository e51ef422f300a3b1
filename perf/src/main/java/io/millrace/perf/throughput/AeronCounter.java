package io.millrace.perf.throughput;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import io.millrace.client.FrameDescriptor;
import org.agrona.DirectBuffer;

/** Counts what comes over Aeron; its thread does the media driver's duties, as the engine's does when it is fused. */
public final class AeronCounter
{
    static final long END = -1;
    private static final int LIMIT = 256;

    private long rows;
    private long wrong;
    private long wanted = END;

    private AeronCounter()
    {
    }

    /** Runs until the last row has come: the driver's folder, the channel. */
    public static void main(final String[] args)
    {
        System.exit(new AeronCounter().run(args[0], args[1]) ? 0 : 1);
    }

    private boolean run(final String folder, final String channel)
    {
        final MediaDriver.Context context = new MediaDriver.Context().aeronDirectoryName(folder)
            .dirDeleteOnStart(true).dirDeleteOnShutdown(true).threadingMode(ThreadingMode.INVOKER)
            .termBufferSparseFile(false);
        try (MediaDriver driver = MediaDriver.launch(context);
            Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName())
                .useConductorAgentInvoker(true).driverAgentInvoker(driver.sharedAgentInvoker()));
            Subscription in = aeron.addSubscription(channel, EngineOutlet.STREAM))
        {
            final FragmentHandler handler = (buffer, offset, length, header) -> take(buffer, offset);
            while (wanted == END)
            {
                driver.sharedAgentInvoker().invoke();
                aeron.conductorAgentInvoker().invoke();
                if (in.imageCount() > 0)
                {
                    poll(in.imageAtIndex(0), handler);
                }
            }
        }
        if (rows != wanted || wrong > 0)
        {
            System.out.println(rows + " rows of " + wanted + " came, " + wrong + " out of turn");
            return false;
        }
        return true;
    }

    private static void poll(final Image image, final FragmentHandler handler)
    {
        for (int i = 0; i < LIMIT && image.poll(handler, LIMIT) > 0; i++)
        {
            Thread.onSpinWait();
        }
    }

    private void take(final DirectBuffer buffer, final int offset)
    {
        final long sequence = buffer.getLong(offset + FrameDescriptor.SEQUENCE_OFFSET);
        if (sequence == END)
        {
            wanted = buffer.getLong(offset + FrameDescriptor.PUBLISHER_OFFSET);
        }
        else if (sequence == rows)
        {
            rows++;
        }
        else
        {
            wrong++;
        }
    }
}
