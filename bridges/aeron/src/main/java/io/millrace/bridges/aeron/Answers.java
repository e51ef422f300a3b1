package io.millrace.bridges.aeron;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.client.FrameDescriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Tells publishers which row is expected next and what is safe: at once when they greet or lack something, soon when
 * more is safe, and now and then. An answer that can't be sent is left out; the next one holds more.
 *
 * <p><b>Threading:</b> the source agent's thread. <b>Allocation:</b> none but for refusals.
 */
final class Answers
{
    private static final long LEAST_INTERVAL_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long LACKING_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long PROGRESS_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long HEARTBEAT_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final boolean isJournaled;
    private final AeronCounts counts;
    private final Outlet outlet;
    private final UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(4096));

    /** Where answers go. */
    @FunctionalInterface
    interface Outlet
    {
        /** Whether it was sent. */
        boolean offer(UnsafeBuffer frame, int length);
    }

    Answers(final boolean isJournaled, final AeronCounts counts, final Outlet outlet)
    {
        this.isJournaled = isJournaled;
        this.counts = counts;
        this.outlet = outlet;
    }

    /** Answers those for whom it is time; how many of them were told something new. */
    int answer(final long nowNs, final PublisherPartition[] publishers, final List<Session> sessions)
    {
        int work = 0;
        for (final PublisherPartition publisher : publishers)
        {
            final Session session = publisher.session;
            if (session != null && isDue(publisher, nowNs) && send(publisher, session))
            {
                work += publisher.isAnswerWanted || publisher.answeredExpected != publisher.expected ? 1 : 0;
                publisher.answerDueNs = nowNs + LEAST_INTERVAL_NS;
                publisher.heartbeatDueNs = nowNs + HEARTBEAT_NS;
                publisher.answeredExpected = publisher.expected;
                publisher.isAnswerWanted = false;
            }
        }
        for (int i = 0; i < sessions.size(); i++)
        {
            final Session session = sessions.get(i);
            if (session.refusal != FrameDescriptor.TAKEN && nowNs - session.answerDueNs >= 0)
            {
                session.answerDueNs = nowNs + HEARTBEAT_NS;
                refuse(session);
            }
        }
        return work;
    }

    private static boolean isDue(final PublisherPartition publisher, final long nowNs)
    {
        final long sinceNs = nowNs - publisher.answerDueNs;
        return publisher.isAnswerWanted && sinceNs >= 0 || publisher.lacksRows && sinceNs >= LACKING_INTERVAL_NS ||
            publisher.answeredExpected != publisher.expected && sinceNs >= PROGRESS_INTERVAL_NS ||
            nowNs - publisher.heartbeatDueNs >= 0;
    }

    private boolean send(final PublisherPartition publisher, final Session session)
    {
        put(publisher.publisherId, session.stream.sessionId(),
            publisher.lacksRows ? FrameDescriptor.RESEND : FrameDescriptor.TAKEN, publisher.expected,
            isJournaled ? publisher.acknowledged : Math.max(0, publisher.expected));
        putLong(FrameDescriptor.ANSWER_MISSED_OFFSET, publisher.missed);
        putLong(FrameDescriptor.ANSWER_REPEATED_OFFSET, publisher.repeated);
        putLong(FrameDescriptor.ANSWER_DEAD_OFFSET, counts.foreign().get());
        putLong(FrameDescriptor.ANSWER_GREETING_OFFSET, session.greeting);
        return offer(FrameDescriptor.ANSWER_TEXT_OFFSET);
    }

    private void refuse(final Session session)
    {
        put(session.publisherId, session.stream.sessionId(), session.refusal, FrameDescriptor.UNKNOWN, 0);
        putLong(FrameDescriptor.ANSWER_MISSED_OFFSET, 0);
        putLong(FrameDescriptor.ANSWER_REPEATED_OFFSET, 0);
        putLong(FrameDescriptor.ANSWER_DEAD_OFFSET, 0);
        putLong(FrameDescriptor.ANSWER_GREETING_OFFSET, session.greeting);
        final byte[] reason = session.reason.getBytes(UTF_8);
        final int length = Math.min(reason.length, frame.capacity() - FrameDescriptor.ANSWER_TEXT_OFFSET);
        frame.putBytes(FrameDescriptor.ANSWER_TEXT_OFFSET, reason, 0, length);
        offer(FrameDescriptor.ANSWER_TEXT_OFFSET + length);
    }

    private void put(
        final long publisherId, final int sessionId, final int status, final long expected, final long acknowledged)
    {
        putLong(0, FrameDescriptor.header(FrameDescriptor.ANSWER));
        putLong(FrameDescriptor.PUBLISHER_OFFSET, publisherId);
        frame.putInt(FrameDescriptor.ANSWER_SESSION_OFFSET, sessionId, ByteOrder.LITTLE_ENDIAN);
        frame.putInt(FrameDescriptor.ANSWER_STATUS_OFFSET, status, ByteOrder.LITTLE_ENDIAN);
        putLong(FrameDescriptor.ANSWER_EXPECTED_OFFSET, expected);
        putLong(FrameDescriptor.ANSWER_ACKNOWLEDGED_OFFSET, acknowledged);
    }

    private void putLong(final int index, final long value)
    {
        frame.putLong(index, value, ByteOrder.LITTLE_ENDIAN);
    }

    private boolean offer(final int length)
    {
        return outlet.offer(frame, length);
    }
}
