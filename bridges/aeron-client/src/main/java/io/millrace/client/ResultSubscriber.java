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
import org.jspecify.annotations.Nullable;

/**
 * Receives the results that a job writes to an Aeron table. A result that comes again, because the job went on after a
 * failure, is dropped; the connection comes back by itself.
 *
 * <p>Where the table has {@code 'results'='provisional'} results come ahead of the commit, each once, and
 * {@code Handler.onCommit} says how far they are committed. A job that starts again may make others of what was not:
 * {@code Handler.onRestart} says from which number on what was handed over is void; results from there on come anew.
 *
 * <p>With a schema results are rows. Where the job's columns are neither an older nor a newer version of it, none is
 * handed over and {@link #reason()} names both. Without one they are records as they lie in the stream, in whatever
 * format the table has.
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> a connection to a media driver. <b>Allocation:</b> none per
 * result. <b>Errors:</b> {@link #reason()} says why nothing comes; {@link #poll} throws {@link IllegalStateException}
 * where there is no schema, and nothing else.
 */
public final class ResultSubscriber implements AutoCloseable
{
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

    /** Takes results as they lie in the stream: a JSON object, or the message of {@code millrace schema}. */
    @FunctionalInterface
    public interface RecordHandler extends ResultNumbers.Handler
    {
        /** One result; the bytes must not be kept. The rest as in {@link Handler#onResult}. */
        void onRecord(
            DirectBuffer buffer, int offset, int length, int writer, long number, boolean isProvisional);
    }

    private final String channel;
    private final int streamId;
    private final DriverLink link;
    private final ResultIntake intake;
    private final FragmentAssembler assembler = new FragmentAssembler(this::onMessage);
    private final Consumer<Image> image = this::pollImage;
    private long generation = -1;
    private long subscriptionId;
    private boolean isAdding;
    private @Nullable Subscription subscription;
    private ResultNumbers.@Nullable Handler handler;
    private boolean takesRecords;
    private int fragments;
    private int fragmentLimit;
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
        this(aeronDirectory, channel, streamId, isInvoked, schema);
    }

    /** Of records, which {@link #pollRecords} hands over. */
    public ResultSubscriber(
        final String aeronDirectory, final String channel, final int streamId, final boolean isInvoked)
    {
        this(aeronDirectory, channel, streamId, isInvoked, null);
    }

    private ResultSubscriber(
        final String aeronDirectory, final String channel, final int streamId, final boolean isInvoked,
        final @Nullable RowSchema schema)
    {
        this.channel = channel;
        this.streamId = streamId;
        intake = new ResultIntake(schema, this::mayBring);
        link = new DriverLink(
            aeronDirectory, streamId, isInvoked, DriverLink.USUAL_TIMEOUT_MS, message -> lastMessage = message);
    }

    /**
     * Goes on behind a result that was taken before a restart: it and earlier ones of its writer are dropped. Of no
     * effect where the job has no state folder, since its numbers then begin again.
     */
    public void resumeAfter(final int writer, final long number)
    {
        intake.numbers().resumeAfter(writer, number);
    }

    /**
     * Hands over results that are there, at most {@code limit}: how many.
     *
     * @throws IllegalStateException without a schema: see {@link #pollRecords}.
     */
    public int poll(final Handler to, final int limit)
    {
        if (!intake.hasRows())
        {
            throw new IllegalStateException("a subscriber without a schema has no rows: pollRecords");
        }
        return pollTo(to, false, limit);
    }

    /** As {@link #poll}, as they lie in the stream. */
    public int pollRecords(final RecordHandler to, final int limit)
    {
        return pollTo(to, true, limit);
    }

    private int pollTo(final ResultNumbers.Handler to, final boolean asRecords, final int limit)
    {
        final Subscription from = subscribe();
        if (from == null)
        {
            return 0;
        }
        handler = to;
        takesRecords = asRecords;
        intake.settle(to);
        final long before = intake.results();
        fragments = 0;
        fragmentLimit = limit;
        from.forEachImage(image);
        return (int)(intake.results() - before);
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
        final ResultNumbers.Handler to = handler;
        if (to != null)
        {
            intake.take(to, takesRecords, header.sessionId(), buffer, offset, length);
        }
    }

    /** Whether more may come in a session. */
    private boolean mayBring(final int sessionId)
    {
        final Subscription from = subscription;
        final Image of = from == null ? null : from.imageBySessionId(sessionId);
        return of != null && !of.isClosed() && !of.isEndOfStream();
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
        return intake.results();
    }

    /** Results that came again and were dropped. */
    public long repeated()
    {
        return intake.numbers().repeated();
    }

    /** A writer's results below this number are committed, as far as it has been said. */
    public long committed(final int writer)
    {
        return intake.numbers().committed(writer);
    }

    /** How often a writer's results that were not committed became void. */
    public long voided()
    {
        return intake.numbers().voided();
    }

    /**
     * Results that the job dropped, since nobody took them for too long or nobody listened or no message of the stream
     * can hold them, and those that were sent and did not come, since the media driver died or this subscriber was
     * away; as far as the job has said. What was on its way when the job connected anew counts once it can come no
     * more, for which Aeron may wait for ten seconds.
     */
    public long missed()
    {
        return intake.missed();
    }

    /** Messages of the stream that are no results of this schema; {@link #reason()} says why results are none. */
    public long foreign()
    {
        return intake.foreign();
    }

    /** Connections to a media driver lost so far. */
    public long disconnects()
    {
        return link.losses();
    }

    /** Why the channel is refused, or results are not read, naming both layouts, or what Aeron said last; else null. */
    public @Nullable String reason()
    {
        final String unread = intake.refusal();
        return refusal != null ? refusal : unread != null ? unread : lastMessage;
    }

    @Override
    public void close()
    {
        link.close();
    }
}
