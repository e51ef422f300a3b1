package io.millrace.bridges.aeron;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The stream on which answers go. <b>Threading:</b> the source agent's thread. */
final class AnswerStream implements Answers.Outlet
{
    private static final int CAPACITY = 64 * 1024;

    private final String channel;
    private final int streamId;
    private @Nullable ExclusivePublication publication;
    private long publicationId;
    private boolean isAdding;

    AnswerStream(final String channel, final int streamId)
    {
        this.channel = channel + (channel.contains("?") ? "|" : "?") + "term-length=" + CAPACITY;
        this.streamId = streamId;
    }

    String channel()
    {
        return channel;
    }

    boolean isOpen()
    {
        return publication != null;
    }

    /** Adds the stream where it is not there; throws Aeron's exception where the driver refuses it. */
    void work(final Aeron aeron)
    {
        if (publication == null)
        {
            if (!isAdding)
            {
                publicationId = aeron.asyncAddExclusivePublication(channel, streamId);
                isAdding = true;
            }
            publication = aeron.getExclusivePublication(publicationId);
        }
    }

    void leave()
    {
        publication = null;
        isAdding = false;
    }

    @Override
    public boolean offer(final UnsafeBuffer frame, final int length)
    {
        final ExclusivePublication to = publication;
        return to != null && to.offer(frame, 0, length) > 0;
    }
}
