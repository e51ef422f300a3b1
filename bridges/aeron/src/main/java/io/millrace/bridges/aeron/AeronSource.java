package io.millrace.bridges.aeron;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.millrace.codecs.sbe.SbeLayout;
import io.millrace.engine.Counter;
import io.millrace.engine.connector.RestingPlace;
import io.millrace.engine.connector.Source;
import io.millrace.engine.live.Measure;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows that publishers send over one Aeron stream: keeps the connection to the media driver, and hands the stream's
 * images to the sessions of its publishers.
 *
 * <p>While the ring is full nothing is polled: Aeron's flow control hands that on to publishers as a return code.
 *
 * <p><b>Threading:</b> the source agent's thread; the counts are for all. <b>Ownership:</b> an Aeron client, a share of
 * the embedded driver. <b>Allocation:</b> none per row.
 */
public final class AeronSource implements Source, TableStream.Additions
{
    private final String channel;
    private final int streamId;
    private final LongSupplier nanoClock;
    private final boolean isJournaled;
    private final Notices notices;
    private final TableStream stream;
    private final AnswerStream answers;
    private final PublisherSessions sessions;
    private long subscriptionId;
    private boolean isAdding;
    private @Nullable Subscription subscription;
    private final boolean isShared;
    private final Counter connected = new Counter();
    private long bytesStirred;
    private boolean isClosed;

    /**
     * @param wire what rows look like in the format sbe; null for another format.
     */
    AeronSource(
        final AeronOptions options, final @Nullable SbeLayout wire, final int maxRecordBytes,
        final LongSupplier nanoClock)
    {
        this.nanoClock = nanoClock;
        isJournaled = options.isJournaled();
        channel = options.channel();
        isShared = channel.startsWith("aeron:ipc");
        streamId = options.streamId();
        notices = new Notices(options.table());
        answers = new AnswerStream(options.controlChannel(), options.controlStreamId());
        sessions = new PublisherSessions(new PublisherSessions.Terms(options.table(), channel, streamId,
            options.publishers(), isJournaled, wire, maxRecordBytes), answers, notices);
        stream = new TableStream(options, notices, nanoClock, true, this);
        stream.open(this::close);
    }

    @Override
    public List<? extends Partition> partitions()
    {
        return sessions.partitions();
    }

    @Override
    public boolean wantsAcknowledgement()
    {
        return isJournaled;
    }

    /** What is counted. */
    public AeronCounts counts()
    {
        return sessions.counts();
    }

    @Override
    public void show(final BiConsumer<Measure, Counter> counters)
    {
        final AeronCounts counts = sessions.counts();
        counters.accept(Measure.STREAM_CONNECTED, connected);
        counters.accept(Measure.STREAM_MISSED, counts.missed());
        counters.accept(Measure.STREAM_REPEATED, counts.repeated());
        counters.accept(Measure.STREAM_PASSED_OVER, counts.passedOver());
        counters.accept(Measure.STREAM_FOREIGN, counts.foreign());
        counters.accept(Measure.STREAM_REFUSED, counts.refused());
        counters.accept(Measure.STREAM_RECONNECTS, counts.reconnects());
    }

    @Override
    public void tell(final Consumer<String> errors)
    {
        notices.tell(errors);
    }

    @Override
    public @Nullable RestingPlace restingPlace()
    {
        return stream.restingPlace();
    }

    @Override
    public boolean wakeBy(final Runnable wake)
    {
        return stream.wakeBy(wake);
    }

    /** Packets do wake it; who shares memory with it must say that it does, as {@code RowPublisher} can. */
    @Override
    public boolean isListening()
    {
        return stream.isListening() && (!isShared || sessions.allRing());
    }

    /** Packets come in by the driver's duties: where this thread does them, it does a whole cycle. */
    @Override
    public boolean hasCome()
    {
        return subscription == null || !isShared && stream.restingPlace() != null || sessions.hasMore();
    }

    @Override
    public int work()
    {
        final long nowNs = nanoClock.getAsLong();
        int work = stream.work(nowNs);
        final Subscription from = subscription;
        if (from == null)
        {
            return work;
        }
        if (from.imageCount() != sessions.count() || sessions.hasClosed())
        {
            work += takeImages(from);
        }
        if (sessions.bytesRead() != bytesStirred)
        {
            bytesStirred = sessions.bytesRead();
            stream.stir();
        }
        return work + sessions.work(nowNs);
    }

    @Override
    public boolean isComplete()
    {
        return subscription != null && answers.isOpen();
    }

    @Override
    public void add(final Aeron aeron)
    {
        if (!isAdding)
        {
            subscriptionId = aeron.asyncAddSubscription(channel, streamId);
            isAdding = true;
        }
        if (subscription == null)
        {
            subscription = aeron.getSubscription(subscriptionId);
        }
        answers.work(aeron);
    }

    @Override
    public void refused()
    {
        if (subscription == null)
        {
            isAdding = false;
        }
        else
        {
            answers.leave();
        }
    }

    @Override
    public String channel()
    {
        return subscription == null ? channel : answers.channel();
    }

    @Override
    public void leave()
    {
        sessions.counts().reconnects().set(stream.losses());
        subscription = null;
        isAdding = false;
        sessions.leave();
        connected.set(0);
        answers.leave();
    }

    /** Brings the sessions in line with the stream's images. Rarely called: it may allocate. */
    private int takeImages(final Subscription from)
    {
        sessions.removeClosed();
        for (final Image image : from.images())
        {
            if (!sessions.has(image.correlationId()))
            {
                sessions.add(new ImageStream(image));
            }
        }
        connected.set(sessions.count());
        return 1;
    }

    @Override
    public void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        stream.close();
        sessions.close();
    }
}
