package io.millrace.bridges.aeron;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.millrace.client.DriverLink;
import io.millrace.codecs.sbe.SbeLayout;
import io.millrace.engine.connector.Source;
import java.util.List;
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
public final class AeronSource implements Source
{
    private final AeronOptions options;
    private final String channel;
    private final int streamId;
    private final LongSupplier nanoClock;
    private final Notices notices;
    private final @Nullable EmbeddedDriver driver;
    private final DriverLink link;
    private final AnswerStream answers;
    private final PublisherSessions sessions;
    private long generation = -1;
    private long subscriptionId;
    private boolean isAdding;
    private boolean isOpened;
    private long addDueNs;
    private @Nullable Subscription subscription;
    private boolean isClosed;

    /**
     * @param wire what rows look like in the format sbe; null for another format.
     */
    AeronSource(
        final AeronOptions options, final @Nullable SbeLayout wire, final int maxRecordBytes,
        final LongSupplier nanoClock)
    {
        this.options = options;
        this.nanoClock = nanoClock;
        addDueNs = nanoClock.getAsLong();
        channel = options.channel();
        streamId = options.streamId();
        notices = new Notices(options.table());
        answers = new AnswerStream(options.controlChannel(), options.controlStreamId());
        sessions = new PublisherSessions(new PublisherSessions.Terms(options.table(), channel, streamId,
            options.publishers(), options.isJournaled(), wire, maxRecordBytes), answers, notices);
        final String external = options.externalFolder();
        driver = external == null ? EmbeddedDriver.acquire(options, notices) : null;
        if (driver != null)
        {
            driver.addReader();
        }
        link = new DriverLink(external != null ? external : options.embeddedFolder(), true, notices);
        boolean isOpen = false;
        try
        {
            Opening.await(options, link, driver, this, this::hasSubscription, this::work);
            isOpen = true;
            isOpened = true;
        }
        finally
        {
            if (!isOpen)
            {
                close();
            }
        }
    }

    private boolean hasSubscription()
    {
        return subscription != null && answers.isOpen();
    }

    @Override
    public List<? extends Partition> partitions()
    {
        return sessions.partitions();
    }

    @Override
    public boolean wantsAcknowledgement()
    {
        return options.isJournaled();
    }

    /** What is counted. */
    public AeronCounts counts()
    {
        return sessions.counts();
    }

    @Override
    public void tell(final Consumer<String> errors)
    {
        notices.tell(errors);
    }

    @Override
    public int work()
    {
        final long nowNs = nanoClock.getAsLong();
        // What driver and client do beside rows goes on each millisecond, and keeps no thread awake.
        if (driver != null)
        {
            driver.work(this);
        }
        link.work(nowNs);
        int work = 0;
        final Aeron aeron = link.aeron();
        if (generation != link.generation() || aeron == null)
        {
            leave();
        }
        if (aeron == null)
        {
            return work;
        }
        if ((subscription == null || !answers.isOpen()) && nowNs - addDueNs >= 0)
        {
            work += add(aeron, nowNs);
        }
        if (subscription == null)
        {
            return work;
        }
        if (subscription.imageCount() != sessions.count() || sessions.hasClosed())
        {
            work += takeImages(subscription);
        }
        return work + sessions.work(nowNs);
    }

    private void leave()
    {
        if (generation != link.generation())
        {
            generation = link.generation();
            sessions.counts().reconnects().set(link.losses());
        }
        subscription = null;
        isAdding = false;
        sessions.leave();
        answers.leave();
    }

    private int add(final Aeron aeron, final long nowNs)
    {
        String adding = channel;
        try
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
            adding = answers.channel();
            answers.work(aeron);
            return 1;
        }
        catch (final AeronException e)
        {
            if (subscription == null)
            {
                isAdding = false;
            }
            else
            {
                answers.leave();
            }
            addDueNs = Opening.failed(options, adding, e, isOpened, notices, nowNs);
            return 0;
        }
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
        link.close();
        if (driver != null)
        {
            driver.release(this);
        }
        sessions.close();
    }
}
