package io.millrace.client;

import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.RegistrationException;
import io.aeron.logbuffer.Header;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Receives the results that a job writes to an Aeron table. A result that comes again, because the job went on after a
 * failure, is dropped; the connection comes back by itself.
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> a connection to a media driver. <b>Allocation:</b> none per
 * result. <b>Errors:</b> nothing is thrown by {@link #poll}; {@link #reason()} says why nothing comes.
 */
public final class ResultSubscriber implements AutoCloseable
{
    private static final int MOST_WRITERS = 4096;

    /** Takes results. */
    @FunctionalInterface
    public interface Handler
    {
        /**
         * One result; the row must not be kept.
         *
         * @param writer        part of the job that made it.
         * @param number        among the writer's: together they name it for good.
         * @param isProvisional whether it is ahead of the commit: after a failure it may come again otherwise.
         */
        void onResult(RowReader row, int writer, long number, boolean isProvisional);
    }

    private final String channel;
    private final int streamId;
    private final DriverLink link;
    private final RowReader row;
    private final FragmentAssembler assembler = new FragmentAssembler(this::onMessage);
    private long generation = -1;
    private long subscriptionId;
    private boolean isAdding;
    private @Nullable Subscription subscription;
    private @Nullable Handler handler;
    /** Number of each writer's last result. */
    private long[] last = new long[16];
    private int taken;
    private long results;
    private long repeated;
    private long foreign;
    private @Nullable String refusal;
    /** Written by Aeron's thread too. */
    private volatile @Nullable String lastMessage;

    /**
     * @param schema         of the table that the job writes.
     * @param aeronDirectory folder of the media driver, {@link DriverFolders#FOUND} for that of the stream's job.
     * @param isInvoked      whether {@link #poll}, called at least every second, does Aeron's duties; else a thread.
     */
    public ResultSubscriber(
        final RowSchema schema, final String aeronDirectory, final String channel, final int streamId,
        final boolean isInvoked)
    {
        this.channel = channel;
        this.streamId = streamId;
        row = new RowReader(schema, new UnsafeBuffer(0, 0));
        Arrays.fill(last, FrameDescriptor.UNKNOWN);
        link = new DriverLink(
            aeronDirectory, streamId, isInvoked, DriverLink.USUAL_TIMEOUT_MS, message -> lastMessage = message);
    }

    /** Goes on behind a result that was taken before a restart: it and earlier ones of its writer are dropped. */
    public void resumeAfter(final int writer, final long number)
    {
        place(writer);
        last[writer] = number;
    }

    /** Hands over results that are there, at most {@code limit}: how many. */
    public int poll(final Handler to, final int limit)
    {
        final Subscription from = subscribe();
        if (from == null)
        {
            return 0;
        }
        handler = to;
        taken = 0;
        from.poll(assembler, limit);
        return taken;
    }

    /** Keeps the connection; null while there is none. */
    private @Nullable Subscription subscribe()
    {
        link.work(System.nanoTime());
        final Aeron aeron = link.aeron();
        if (generation != link.generation() || aeron == null)
        {
            generation = link.generation();
            subscription = null;
            isAdding = false;
        }
        if (aeron != null && subscription == null)
        {
            add(aeron);
        }
        return subscription;
    }

    private void add(final Aeron aeron)
    {
        if (refusal != null)
        {
            return;
        }
        try
        {
            if (!isAdding)
            {
                subscriptionId = aeron.asyncAddSubscription(channel, streamId);
                isAdding = true;
            }
            subscription = aeron.getSubscription(subscriptionId);
        }
        catch (final RegistrationException e)
        {
            refusal = "media driver in " + link.folder() + " refuses the channel: " + e.getMessage();
        }
        catch (final AeronException e)
        {
            // The client is ending: the link sees to it.
            lastMessage = e.getMessage();
        }
    }

    private void onMessage(final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        final Handler to = handler;
        if (to == null || FrameDescriptor.template(buffer, offset, length) != FrameDescriptor.RESULT ||
            !row.wrap(buffer, offset + FrameDescriptor.RESULT_RECORD_OFFSET,
            length - FrameDescriptor.RESULT_RECORD_OFFSET))
        {
            foreign++;
            return;
        }
        final int writer = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_WRITER_OFFSET);
        final long number = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_NUMBER_OFFSET);
        if (writer < 0 || writer >= MOST_WRITERS)
        {
            foreign++;
            return;
        }
        place(writer);
        if (number <= last[writer])
        {
            repeated++;
            return;
        }
        last[writer] = number;
        results++;
        taken++;
        to.onResult(row, writer, number,
            (FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_FLAGS_OFFSET) &
            FrameDescriptor.FLAG_PROVISIONAL) != 0);
    }

    private void place(final int writer)
    {
        if (writer >= last.length)
        {
            final int before = last.length;
            last = Arrays.copyOf(last, Integer.highestOneBit(writer) * 2);
            Arrays.fill(last, before, last.length, FrameDescriptor.UNKNOWN);
        }
    }

    /** Polls until the job is there; false where it is not within {@code timeoutMs}. */
    public boolean awaitConnected(final long timeoutMs)
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (!isConnected() && System.nanoTime() - deadlineNs < 0)
        {
            subscribe();
            LockSupport.parkNanos(100_000);
        }
        return isConnected();
    }

    /** Whether a job sends to this stream now. */
    public boolean isConnected()
    {
        final Subscription from = subscription;
        return from != null && from.isConnected();
    }

    /** Results taken. */
    public long results()
    {
        return results;
    }

    /** Results that came again and were dropped. */
    public long repeated()
    {
        return repeated;
    }

    /** Messages of the stream that are no results of this schema. */
    public long foreign()
    {
        return foreign;
    }

    /** Connections to a media driver lost so far. */
    public long disconnects()
    {
        return link.losses();
    }

    /** Why the channel is refused, or what Aeron said last; null if nothing. */
    public @Nullable String reason()
    {
        return refusal != null ? refusal : lastMessage;
    }

    @Override
    public void close()
    {
        link.close();
    }
}
