package io.millrace.node.simulation;

import io.millrace.bridges.aeron.SessionsOver;
import io.millrace.client.FrameDescriptor;
import io.millrace.client.PublisherOver;
import io.millrace.engine.connector.RecordHandler;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Counts for itself what a node takes from publishers, and what it does not, and compares that with what the node's
 * sessions count and with what they tell.
 *
 * <p><b>Threading:</b> one thread.
 */
final class LineCounts
{
    private static final long UNKNOWN = FrameDescriptor.UNKNOWN;

    private final ModelInput input;
    private final FaultCounts fired;
    private final SessionsOver sessions;
    /** By publisher: the row from which this node had to take them; UNKNOWN before the first. */
    private final long[] base;
    private final long[] taken;
    private final long[] repeated;
    private final long[] missed;
    private long passedOver;
    private boolean isTaken;

    LineCounts(final ModelInput input, final FaultCounts fired, final SessionsOver sessions)
    {
        this.input = input;
        this.fired = fired;
        this.sessions = sessions;
        base = new long[input.partitions().size()];
        taken = new long[base.length];
        repeated = new long[base.length];
        missed = new long[base.length];
        java.util.Arrays.fill(base, UNKNOWN);
    }

    /** Rows of a publisher up to one are known from before. */
    void resumeAfter(final long publisher, final long sequence)
    {
        base[(int)publisher] = sequence + 1;
    }

    /** Rows go on to {@code to}, watched. */
    RecordHandler watching(final long publisher, final RecordHandler to)
    {
        return new RecordHandler()
        {
            @Override
            public boolean onRecord(final long address, final int length, final long position)
            {
                return saw(publisher, position, to.onRecord(address, length, position));
            }

            @Override
            public boolean onOversized(
                final long address, final int length, final long fullLength, final long position)
            {
                return saw(publisher, position, to.onOversized(address, length, fullLength, position));
            }

            @Override
            public boolean onMalformed(final long address, final int length, final long position)
            {
                return to.onMalformed(address, length, position);
            }

            @Override
            public boolean onRow(final long row, final int length, final long position)
            {
                throw new Violation("a publisher's message comes as a row");
            }
        };
    }

    private boolean saw(final long publisher, final long sequence, final boolean isAccepted)
    {
        if (isAccepted)
        {
            isTaken = true;
            base[(int)publisher] = base[(int)publisher] == UNKNOWN ? sequence : base[(int)publisher];
            taken[(int)publisher]++;
        }
        return isAccepted;
    }

    /** The node is done with a message. */
    void onMessage(final byte[] message)
    {
        final UnsafeBuffer frame = PublisherOver.frame(message);
        if (FrameDescriptor.template(frame, 0, frame.capacity()) != FrameDescriptor.ROW)
        {
            return;
        }
        if (!isTaken)
        {
            final long publisher = frame.getLong(FrameDescriptor.PUBLISHER_OFFSET);
            if (frame.getLong(FrameDescriptor.SEQUENCE_OFFSET) < sessions.expected(publisher))
            {
                repeated[(int)publisher]++;
                fired.add(Fault.ROWS_REPEATED);
            }
            else
            {
                passedOver++;
                fired.add(Fault.ROWS_PASSED_OVER);
            }
        }
        isTaken = false;
    }

    /** What a node says to a publisher must be what it has seen of it. */
    void onAnswer(final byte[] answer)
    {
        final UnsafeBuffer frame = new UnsafeBuffer(answer);
        final int status = frame.getInt(FrameDescriptor.ANSWER_STATUS_OFFSET);
        final long publisher = frame.getLong(FrameDescriptor.PUBLISHER_OFFSET);
        if (status == FrameDescriptor.TAKEN || status == FrameDescriptor.RESEND)
        {
            compare(publisher, "told of missing rows", frame.getLong(FrameDescriptor.ANSWER_MISSED_OFFSET),
                gaps(publisher));
            compare(publisher, "told of repeated rows", frame.getLong(FrameDescriptor.ANSWER_REPEATED_OFFSET),
                repeated[(int)publisher]);
        }
    }

    /** Rows of a publisher that are neither taken nor due. */
    private long gaps(final long publisher)
    {
        final int at = (int)publisher;
        return base[at] == UNKNOWN ? 0 : sessions.expected(publisher) - base[at] - taken[at];
    }

    /** Compares what is counted by now. */
    void check()
    {
        long allMissed = 0;
        long allRepeated = 0;
        for (int publisher = 0; publisher < base.length; publisher++)
        {
            final long gaps = gaps(publisher);
            compare(publisher, "missing rows", sessions.missed(publisher), gaps);
            if (gaps > 0 && !input.mayMiss())
            {
                throw new Violation(gaps + " rows are counted as missed, though publisher " + publisher + " has them");
            }
            for (; missed[publisher] < gaps; missed[publisher]++)
            {
                fired.add(Fault.ROWS_MISSED);
            }
            allMissed += gaps;
            allRepeated += repeated[publisher];
        }
        compare(UNKNOWN, "missing rows of all", sessions.counts().missed().get(), allMissed);
        compare(UNKNOWN, "repeated rows of all", sessions.counts().repeated().get(), allRepeated);
        compare(UNKNOWN, "rows passed over", sessions.counts().passedOver().get(), passedOver);
    }

    private void compare(final long publisher, final String what, final long counted, final long seen)
    {
        if (counted != seen)
        {
            throw new Violation(input.table() + (publisher == UNKNOWN ? "" : ", publisher " + publisher) + ": " +
                what + ": " + counted + " counted, " + seen + " seen");
        }
    }
}
