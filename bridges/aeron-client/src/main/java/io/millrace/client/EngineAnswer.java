package io.millrace.client;

import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the engine said last of a publisher's rows.
 *
 * <p><b>Threading:</b> the publisher's thread. <b>Allocation:</b> none, but for the reason of a refusal.
 */
final class EngineAnswer
{
    private int status = FrameDescriptor.TAKEN;
    private int greeting;
    private long expected = FrameDescriptor.UNKNOWN;
    private long acknowledged;
    private long missed;
    private long repeated;
    private long dead;
    private @Nullable String refusal;

    /** Whether a message is an answer to this session of a publisher. */
    static boolean isFor(
        final long publisherId, final int sessionId, final DirectBuffer buffer, final int offset, final int length)
    {
        return FrameDescriptor.template(buffer, offset, length) == FrameDescriptor.ANSWER &&
            FrameDescriptor.getLong(buffer, offset + FrameDescriptor.PUBLISHER_OFFSET) == publisherId &&
            FrameDescriptor.getInt(buffer, offset + FrameDescriptor.ANSWER_SESSION_OFFSET) == sessionId &&
            isSequence(FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_EXPECTED_OFFSET) + 1) &&
            isSequence(FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_ACKNOWLEDGED_OFFSET));
    }

    /** Whether rows can have numbers behind it: a message that lies may say anything. */
    private static boolean isSequence(final long sequence)
    {
        return sequence >= 0 && sequence < Long.MAX_VALUE / 2;
    }

    /** Takes over what an answer says; of a refusal its reason alone. */
    void read(final DirectBuffer buffer, final int offset, final int length)
    {
        status = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.ANSWER_STATUS_OFFSET);
        if (isRefusal())
        {
            refusal = buffer.getStringWithoutLengthUtf8(
                offset + FrameDescriptor.ANSWER_TEXT_OFFSET, length - FrameDescriptor.ANSWER_TEXT_OFFSET);
            return;
        }
        greeting = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.ANSWER_GREETING_OFFSET);
        expected = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_EXPECTED_OFFSET);
        final long safe = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_ACKNOWLEDGED_OFFSET);
        // An engine may have lost what was safe, as a job without durability sync does with the power.
        final boolean hasLost = expected != FrameDescriptor.UNKNOWN && expected < acknowledged;
        acknowledged = hasLost ? safe : Math.max(acknowledged, safe);
        missed = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_MISSED_OFFSET);
        repeated = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_REPEATED_OFFSET);
        dead = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_DEAD_OFFSET);
    }

    boolean isRefusal()
    {
        return status != FrameDescriptor.TAKEN && status != FrameDescriptor.RESEND;
    }

    /** Whether rows are missing. */
    boolean isResendWanted()
    {
        return status == FrameDescriptor.RESEND;
    }

    /** The greeting that the engine had read last when it said this. */
    int greeting()
    {
        return greeting;
    }

    /** The row that the engine lacks first; UNKNOWN where it has never seen this publisher. */
    long expected()
    {
        return expected;
    }

    /** Rows before it are safe; falls only where the engine has lost such rows. */
    long acknowledged()
    {
        return acknowledged;
    }

    /** Rows that never came. */
    long missed()
    {
        return missed;
    }

    /** Rows that came again and were dropped. */
    long repeated()
    {
        return repeated;
    }

    /** Messages of the table that were no rows. */
    long dead()
    {
        return dead;
    }

    /** Why rows are refused; null while they are not. */
    @Nullable String refusal()
    {
        return refusal;
    }
}
