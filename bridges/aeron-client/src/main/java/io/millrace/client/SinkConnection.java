package io.millrace.client;

import org.jspecify.annotations.Nullable;

/**
 * One connection of a sink to a subscriber: which columns its frames have said, and how many of the results that the
 * sink says it has sent have come.
 *
 * <p><b>Threading:</b> one thread.
 */
final class SinkConnection
{
    private final int sessionId;
    private final ResultLayouts layouts;
    /** Of its last frame. */
    private int mark;
    private boolean hasSpoken;
    private @Nullable String refusal;
    /** The sink's name, as LAYOUT says it. */
    private long sink = FrameDescriptor.UNKNOWN;
    /** Results that the sink had done with at its last LAYOUT. */
    private long told;
    /** Those that have come since, or of which was said that they will not. */
    private long come;
    /** A later connection of the same sink counts now. */
    private boolean isSucceeded;
    /** Results of before its successor that have not come, while they still may. */
    private long lacking;

    SinkConnection(final int sessionId, final ResultLayouts layouts)
    {
        this.sessionId = sessionId;
        this.layouts = layouts;
    }

    int sessionId()
    {
        return sessionId;
    }

    /** Whether a frame of these flags can be read; else {@link #refusal()} says why not. */
    boolean isUnderstood(final int flags)
    {
        final int of = FrameDescriptor.markOf(flags);
        if (!hasSpoken || of != mark || refusal != null)
        {
            hasSpoken = true;
            mark = of;
            refusal = layouts.refusal(of);
        }
        return refusal == null;
    }

    boolean hasSpoken()
    {
        return hasSpoken;
    }

    /** Why the last frame could not be read; null where it could. */
    @Nullable String refusal()
    {
        return refusal;
    }

    /** Results came, or were said to be missing. */
    void come(final long count)
    {
        come += count;
    }

    /** So many of those that were lacking are known now: they came, or it was said that they will not. */
    void settle(final long count)
    {
        lacking = Math.max(0, lacking - count);
    }

    /** Results that were sent and may still come here; whoever knows that they will not counts them. */
    long lacking()
    {
        return lacking;
    }

    boolean isOf(final long of)
    {
        return sink == of && !isSucceeded;
    }

    boolean isSucceeded()
    {
        return isSucceeded;
    }

    /**
     * Takes what a LAYOUT says.
     *
     * @param of        the sink's name.
     * @param hasSent   results that it has done with.
     * @param mayBeOpen whether more may come by that connection.
     * @param earlier   its connection before this one; null for none, or where this one has been heard of before.
     * @return how many results will not come.
     */
    long told(final long of, final long hasSent, final boolean mayBeOpen, final @Nullable SinkConnection earlier)
    {
        final boolean isFirst = sink != of;
        final long before = isFirst ? earlier == null ? hasSent - come : earlier.told + earlier.come : told;
        final long lacks = Math.max(0, hasSent - before - come);
        sink = of;
        told = hasSent;
        come = 0;
        if (earlier != null)
        {
            earlier.isSucceeded = true;
            earlier.lacking = mayBeOpen ? lacks : 0;
            return mayBeOpen ? 0 : lacks;
        }
        return lacks;
    }
}
