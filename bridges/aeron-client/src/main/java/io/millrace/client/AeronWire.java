package io.millrace.client;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.RegistrationException;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** A publication for rows and a subscription for answers, added again whenever the media driver comes back. */
final class AeronWire implements PublisherWire
{
    private final String channel;
    private final int streamId;
    private final String controlChannel;
    private final int controlStreamId;
    private final DriverLink link;
    private long linkGeneration = -1;
    private long generation;
    private boolean isAdding;
    private long publicationId;
    private long subscriptionId;
    private @Nullable ExclusivePublication publication;
    private @Nullable Subscription subscription;
    private @Nullable Doorbell bell;
    private @Nullable String refusal;
    /** Written by Aeron's thread too. */
    private volatile @Nullable String message;

    AeronWire(
        final String channel, final int streamId, final String controlChannel, final int controlStreamId,
        final String folder, final boolean isInvoked, final long driverTimeoutMs)
    {
        this.channel = channel;
        this.streamId = streamId;
        this.controlChannel = controlChannel;
        this.controlStreamId = controlStreamId;
        link = new DriverLink(folder, streamId, isInvoked, driverTimeoutMs, said -> message = said);
    }

    @Override
    public long nowNs()
    {
        return System.nanoTime();
    }

    @Override
    public int work(final long nowNs)
    {
        final int work = link.work(nowNs);
        final Aeron aeron = link.aeron();
        if (linkGeneration != link.generation() || aeron == null)
        {
            linkGeneration = link.generation();
            forget();
        }
        if (aeron == null || refusal != null || publication != null && subscription != null)
        {
            return work;
        }
        final int added = isAdding ? added(aeron) : add(aeron);
        if (rings())
        {
            // The driver that is to answer may be one that rests.
            ring();
        }
        return work + added;
    }

    private void forget()
    {
        generation++;
        publication = null;
        subscription = null;
        isAdding = false;
        closeBell();
    }

    private void closeBell()
    {
        final Doorbell before = bell;
        bell = null;
        if (before != null)
        {
            before.close();
        }
    }

    @Override
    public boolean rings()
    {
        if (bell == null)
        {
            bell = Doorbell.open(link.folder());
        }
        return bell != null;
    }

    @Override
    public void ring()
    {
        final Doorbell there = bell;
        if (there != null)
        {
            there.ring();
        }
    }

    @Override
    public void reset()
    {
        CloseHelper.quietCloseAll(publication, subscription);
        forget();
    }

    private int add(final Aeron aeron)
    {
        try
        {
            publicationId = aeron.asyncAddExclusivePublication(channel, streamId);
            subscriptionId = aeron.asyncAddSubscription(controlChannel, controlStreamId);
            isAdding = true;
            return 1;
        }
        catch (final AeronException e)
        {
            return failed(e);
        }
    }

    private int added(final Aeron aeron)
    {
        try
        {
            if (publication == null)
            {
                publication = aeron.getExclusivePublication(publicationId);
            }
            if (subscription == null)
            {
                subscription = aeron.getSubscription(subscriptionId);
            }
            return publication != null && subscription != null ? 1 : 0;
        }
        catch (final AeronException e)
        {
            return failed(e);
        }
    }

    /**
     * A channel that the driver refuses stays refused: the caller has to change it. Else the client is ending, or the
     * driver does not answer: the link sees to it.
     */
    private int failed(final AeronException e)
    {
        if (e instanceof RegistrationException)
        {
            refusal = "media driver in " + link.folder() + " refuses the channel: " + e.getMessage();
        }
        else
        {
            message = e.getMessage();
        }
        return 0;
    }

    @Override
    public boolean isOpen()
    {
        return publication != null && subscription != null && link.aeron() != null;
    }

    @Override
    public long generation()
    {
        return generation;
    }

    @Override
    public @Nullable String refusal()
    {
        return refusal;
    }

    @Override
    public boolean isConnected()
    {
        final ExclusivePublication to = publication;
        return to != null && to.isConnected();
    }

    @Override
    public int sessionId()
    {
        final ExclusivePublication to = publication;
        return to == null ? 0 : to.sessionId();
    }

    @Override
    public int maxPayloadLength()
    {
        final ExclusivePublication to = publication;
        return to == null ? 0 : to.maxPayloadLength();
    }

    @Override
    public int maxMessageLength()
    {
        final ExclusivePublication to = publication;
        return to == null ? Integer.MAX_VALUE : to.maxMessageLength();
    }

    @Override
    public long tryClaim(final int length, final BufferClaim claim)
    {
        final ExclusivePublication to = publication;
        return to == null ? Publication.CLOSED : to.tryClaim(length, claim);
    }

    @Override
    public long offer(final DirectBuffer buffer, final int index, final int length)
    {
        final ExclusivePublication to = publication;
        final long position = to == null ? Publication.CLOSED : to.offer(buffer, index, length);
        if (position > 0)
        {
            ring();
        }
        return position;
    }

    @Override
    public int poll(final FragmentHandler handler, final int limit)
    {
        final Subscription from = subscription;
        return from == null ? 0 : from.poll(handler, limit);
    }

    @Override
    public long losses()
    {
        return link.losses();
    }

    @Override
    public @Nullable String message()
    {
        return message;
    }

    @Override
    public void close()
    {
        link.close();
        closeBell();
    }
}
