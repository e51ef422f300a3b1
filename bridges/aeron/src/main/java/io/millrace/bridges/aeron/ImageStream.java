package io.millrace.bridges.aeron;

import io.aeron.Image;
import io.aeron.ImageControlledFragmentAssembler;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;

/** Messages of an image, put together where Aeron took them apart. */
final class ImageStream implements MessageStream
{
    private static final int USUAL_LENGTH = 64 * 1024;

    private final Image image;
    private final ControlledFragmentHandler fragments;
    private final ControlledFragmentHandler seen = this::onSeen;
    private boolean hasSeen;
    @SuppressWarnings("NullAway.Init") // Of the poll under way.
    private Handler handler;

    ImageStream(final Image image)
    {
        this.image = image;
        fragments = new ImageControlledFragmentAssembler(
            (buffer, offset, length, header) -> handler.onMessage(buffer, offset, length, header.position()),
            USUAL_LENGTH, true);
    }

    @Override
    public long id()
    {
        return image.correlationId();
    }

    @Override
    public int sessionId()
    {
        return image.sessionId();
    }

    @Override
    public boolean isClosed()
    {
        return image.isClosed();
    }

    @Override
    public boolean hasMore()
    {
        hasSeen = false;
        final long position = image.position();
        // What fills up a term at its end is passed over.
        return !image.isClosed() && (image.controlledPeek(position, seen, Long.MAX_VALUE) != position || hasSeen);
    }

    private ControlledFragmentHandler.Action onSeen(
        final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        hasSeen = true;
        return ControlledFragmentHandler.Action.ABORT;
    }

    @Override
    public int poll(final Handler to, final int limit)
    {
        handler = to;
        return image.controlledPoll(fragments, limit);
    }
}
