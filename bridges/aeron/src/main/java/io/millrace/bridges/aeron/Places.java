package io.millrace.bridges.aeron;

import io.millrace.client.FrameDescriptor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Which session has which publisher's partition: the place of each publisher, a later session that takes over, and who
 * is refused.
 *
 * <p><b>Threading:</b> the source agent's thread. <b>Allocation:</b> for what is refused alone.
 */
final class Places
{
    /** Longest time for which rows of an earlier session are read before its successor's. */
    private static final long TAKE_OVER_NS = TimeUnit.SECONDS.toNanos(1);
    /** Empty polls after which an earlier session counts as read. */
    private static final int DRAINED_POLLS = 2;
    /** How often a place is looked for: the farewell that frees one may still be unread. */
    private static final int LOOKS = 4;

    private final PublisherPartition[] publishers;
    private final String table;
    private final AeronCounts counts;
    private final Consumer<String> notices;

    Places(
        final PublisherPartition[] publishers, final String table, final AeronCounts counts,
        final Consumer<String> notices)
    {
        this.publishers = publishers;
        this.table = table;
        this.counts = counts;
        this.notices = notices;
    }

    /** All sessions are gone. */
    void leave()
    {
        for (final PublisherPartition publisher : publishers)
        {
            publisher.session = null;
            publisher.successor = null;
        }
    }

    /** A session is gone. */
    void forget(final Session session)
    {
        final PublisherPartition publisher = session.publisher;
        if (publisher == null)
        {
            return;
        }
        if (publisher.successor == session)
        {
            publisher.successor = null;
        }
        if (publisher.session == session)
        {
            publisher.session = null;
            promote(publisher);
        }
    }

    /** Lets later sessions take over: whether any did, as a work count. */
    int takeOver(final long nowNs)
    {
        int work = 0;
        for (final PublisherPartition publisher : publishers)
        {
            final Session successor = publisher.successor;
            final Session before = publisher.session;
            if (successor != null)
            {
                if (publisher.successorDueNs == 0)
                {
                    publisher.successorDueNs = nowNs + TAKE_OVER_NS;
                }
                if (before == null || before.stream.isClosed() || before.quietPolls >= DRAINED_POLLS ||
                    nowNs - publisher.successorDueNs >= 0)
                {
                    promote(publisher);
                    work++;
                }
            }
        }
        return work;
    }

    private static void promote(final PublisherPartition publisher)
    {
        final Session before = publisher.session;
        final Session successor = publisher.successor;
        if (before != null)
        {
            before.route = Session.Route.NOBODY;
            before.refusal = FrameDescriptor.SUPERSEDED;
            before.reason = "another session came with publisher id " + publisher.publisherId;
        }
        publisher.session = successor;
        publisher.successor = null;
        publisher.successorDueNs = 0;
        if (successor != null)
        {
            successor.route = Session.Route.PUBLISHER;
            publisher.isAnswerWanted = true;
            publisher.hasLeft = false;
        }
    }

    /** Finds the place of a session's publisher: its own, a free one, or that of one that has left. */
    void assign(final Session session, final long publisherId)
    {
        PublisherPartition place = null;
        for (final PublisherPartition publisher : publishers)
        {
            if (publisher.publisherId == publisherId)
            {
                place = publisher;
                break;
            }
            if (publisher.isFree() && (place == null || !place.isFree()) ||
                place == null && publisher.hasLeft && publisher.successor == null)
            {
                place = publisher;
            }
        }
        if (place == null && session.looks++ < LOOKS)
        {
            return;
        }
        if (place == null)
        {
            refuse(session, publisherId, FrameDescriptor.REFUSED_FULL, "no place for publisher " + publisherId +
                ": table " + table + " takes " + publishers.length + " publishers with ids from 0 on; " +
                "raise '" + AeronConnector.PUBLISHERS + "'");
            return;
        }
        if (place.publisherId != publisherId)
        {
            if (place.session != null)
            {
                place.session.route = Session.Route.NOBODY;
                place.session = null;
            }
            place.publisherId = publisherId;
            place.expected = FrameDescriptor.UNKNOWN;
            place.acknowledged = 0;
            place.missed = 0;
            place.repeated = 0;
        }
        final PublisherPartition before = session.publisher;
        if (before != null && before != place && before.session == session)
        {
            before.session = null;
        }
        session.publisherId = publisherId;
        session.publisher = place;
        session.route = Session.Route.PUBLISHER;
        if (place.session == null || place.session == session)
        {
            place.session = session;
            place.hasLeft = false;
        }
        else
        {
            place.successor = session;
            session.route = Session.Route.NOBODY;
        }
    }

    /** A session's rows are not taken from now on. */
    void refuse(final Session session, final long publisherId, final int status, final String reason)
    {
        session.publisherId = publisherId;
        session.route = Session.Route.NOBODY;
        session.refusal = status;
        session.reason = reason;
        session.answerDueNs = 0;
        counts.refused().add(1);
        notices.accept(reason);
    }
}
