package io.millrace.bridges.aeron;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import org.agrona.DirectBuffer;

/**
 * Whole messages of one sender in the order of sending: an image of Aeron's, or what stands in its place where there is
 * no driver. <b>Threading:</b> the source agent's thread.
 */
interface MessageStream
{
    /** Takes a message. */
    @FunctionalInterface
    interface Handler
    {
        /** @param end position behind the message. */
        Action onMessage(DirectBuffer buffer, int offset, int length, long end);
    }

    /** Tells it from all others. */
    long id();

    int sessionId();

    /** Whether nothing more will come of it, also not what it still held. */
    boolean isClosed();

    /** Whether there is something to poll: takes next to no time. */
    boolean hasMore();

    /** Hands over messages: how many. */
    int poll(Handler handler, int limit);
}
