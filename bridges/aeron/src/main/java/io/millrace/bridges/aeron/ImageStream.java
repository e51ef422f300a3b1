package io.millrace.bridges.aeron;

import io.aeron.Image;
import io.aeron.ImageControlledFragmentAssembler;
import io.aeron.logbuffer.ControlledFragmentHandler;

/** Messages of an image, put together where Aeron took them apart. */
final class ImageStream implements MessageStream
{
    private static final int USUAL_LENGTH = 64 * 1024;

    private final Image image;
    private final ControlledFragmentHandler fragments;
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
    public int poll(final Handler to, final int limit)
    {
        handler = to;
        return image.controlledPoll(fragments, limit);
    }
}
