package io.millrace.client;

import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.RegistrationException;
import io.aeron.logbuffer.Header;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Receives the results that a job writes to an Aeron table. A result that comes again, because the job went on after a
 * failure, is dropped; the connection comes back by itself.
 *
 * <p>Where the table has {@code 'results'='provisional'} results come ahead of the commit, each once, and
 * {@code Handler.onCommit} says how far they are committed. A job that starts again may make others of what was not:
 * {@code Handler.onRestart} says from which number on what was handed over is void; results from there on come anew.
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> a connection to a media driver. <b>Allocation:</b> none per
 * result. <b>Errors:</b> nothing is thrown by {@link #poll}; {@link #reason()} says why nothing comes.
 */
public final class ResultSubscriber implements AutoCloseable
{
    private static final int MOST_WRITERS = 4096;

    /** Takes results. */
    @FunctionalInterface
    public interface Handler extends ResultNumbers.Handler
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
    private final Consumer<Image> image = this::pollImage;
    private long generation = -1;
    private long subscriptionId;
    private boolean isAdding;
    private @Nullable Subscription subscription;
    private @Nullable Handler handler;
    private final ResultNumbers numbers = new ResultNumbers();
    private int taken;
    private int fragments;
    private int fragmentLimit;
    private long results;
    private long foreign;
    private long missed;
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
        link = new DriverLink(
            aeronDirectory, streamId, isInvoked, DriverLink.USUAL_TIMEOUT_MS, message -> lastMessage = message);
    }

    /**
     * Goes on behind a result that was taken before a restart: it and earlier ones of its writer are dropped. Of no
     * effect where the job has no state folder, since its numbers then begin again.
     */
    public void resumeAfter(final int writer, final long number)
    {
        numbers.resumeAfter(writer, number);
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
        fragments = 0;
        fragmentLimit = limit;
        from.forEachImage(image);
        return taken;
    }

    /** What an earlier run of the job has sent is read to its end before what the next one sends. */
    private void pollImage(final Image from)
    {
        if (fragments == 0)
        {
            fragments = from.poll(assembler, fragmentLimit);
        }
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
        if (to == null)
        {
            return;
        }
        switch (FrameDescriptor.template(buffer, offset, length))
        {
            case FrameDescriptor.RESULT -> onResult(to, buffer, offset, length);
            case FrameDescriptor.COMMIT -> onCommit(to, buffer, offset);
            case FrameDescriptor.MISSED ->
            {
                final long dropped = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_NUMBER_OFFSET);
                missed += dropped;
                to.onMissed(dropped);
            }
            default -> foreign++;
        }
    }

    private void onResult(final Handler to, final DirectBuffer buffer, final int offset, final int length)
    {
        final int writer = writer(buffer, offset);
        if (writer < 0 || !row.wrap(buffer,
            offset + FrameDescriptor.RESULT_RECORD_OFFSET, length - FrameDescriptor.RESULT_RECORD_OFFSET))
        {
            foreign++;
            return;
        }
        final long number = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_NUMBER_OFFSET);
        final int flags = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_FLAGS_OFFSET);
        if (numbers.isNew(writer, number, epoch(buffer, offset), base(buffer, offset), flags, to))
        {
            results++;
            taken++;
            to.onResult(row, writer, number, (flags & FrameDescriptor.FLAG_PROVISIONAL) != 0);
        }
    }

    private void onCommit(final Handler to, final DirectBuffer buffer, final int offset)
    {
        final int writer = writer(buffer, offset);
        if (writer < 0)
        {
            foreign++;
            return;
        }
        numbers.commit(writer, FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_NUMBER_OFFSET),
            epoch(buffer, offset), base(buffer, offset), to);
    }

    /** A frame's writer, negative for none that can be. */
    private static int writer(final DirectBuffer buffer, final int offset)
    {
        final int writer = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_WRITER_OFFSET);
        return writer < MOST_WRITERS ? writer : -1;
    }

    private static long epoch(final DirectBuffer buffer, final int offset)
    {
        return FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_EPOCH_OFFSET);
    }

    private static long base(final DirectBuffer buffer, final int offset)
    {
        return FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_BASE_OFFSET);
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
        return numbers.repeated();
    }

    /** A writer's results below this number are committed, as far as it has been said. */
    public long committed(final int writer)
    {
        return numbers.committed(writer);
    }

    /** How often a writer's results that were not committed became void. */
    public long voided()
    {
        return numbers.voided();
    }

    /** Results that the job dropped, since nobody took them for too long or nobody listened, as far as it has said. */
    public long missed()
    {
        return missed;
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
