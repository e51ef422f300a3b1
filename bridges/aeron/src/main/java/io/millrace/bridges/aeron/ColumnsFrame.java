package io.millrace.bridges.aeron;

import io.aeron.ExclusivePublication;
import io.millrace.client.FrameDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Says to subscribers which columns results have: before the first that they hear, and again now and then, for those
 * who have come since. How many results were sent before goes with it, so that who lacks some notices.
 *
 * <p><b>Threading:</b> the sink agent's. <b>Allocation:</b> none.
 */
final class ColumnsFrame
{
    private final UnsafeBuffer frame;
    private boolean isFirst = true;
    private long saidNs;

    /**
     * @param frame a whole LAYOUT.
     */
    ColumnsFrame(final UnsafeBuffer frame)
    {
        this.frame = frame;
    }

    /** Says whose results are counted from now on. */
    void name(final long sink)
    {
        FrameDescriptor.putSink(frame, sink);
    }

    /** Whether a message of the channel can be so long; else the columns are left out. */
    boolean fits(final ExclusivePublication to)
    {
        return frame.capacity() <= to.maxMessageLength();
    }

    /** Whether somebody listens: who comes afterwards has heard nothing. */
    void heard(final boolean isHeard)
    {
        isFirst |= !isHeard;
    }

    /**
     * Says it where it is due; positive where what stands behind it may be sent, else Aeron's answer.
     *
     * @param sent       results before it, and those that were said to be missing.
     * @param intervalNs after which it is said again.
     */
    long say(final ExclusivePublication to, final long sent, final long nowNs, final long intervalNs)
    {
        if (!isFirst && nowNs - saidNs < intervalNs)
        {
            return 1;
        }
        final boolean isWhole = fits(to);
        FrameDescriptor.putSent(frame, sent);
        FrameDescriptor.putCut(frame, !isWhole);
        final long position = to.offer(frame, 0, isWhole ? frame.capacity() : FrameDescriptor.RESULT_RECORD_OFFSET);
        if (position > 0)
        {
            isFirst = false;
            saidNs = nowNs;
        }
        return position;
    }
}
