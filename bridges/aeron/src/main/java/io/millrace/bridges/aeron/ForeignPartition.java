package io.millrace.bridges.aeron;

import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;

/**
 * Messages that are no rows of any publisher: they are dead, and kept with session, stream and place in the stream. No
 * watermark waits for it.
 *
 * <p><b>Threading:</b> the source agent's thread.
 */
final class ForeignPartition implements Source.Partition
{
    private final PublisherSessions source;
    private long session;

    ForeignPartition(final PublisherSessions source)
    {
        this.source = source;
    }

    @Override
    public int poll(final RecordHandler handler, final int limit)
    {
        source.goLive();
        return source.pollForeign(handler, limit, this);
    }

    void turnTo(final Session from)
    {
        session = from.stream.sessionId();
    }

    @Override
    public boolean isEnded()
    {
        return false;
    }

    @Override
    public boolean isAbsent()
    {
        return true;
    }

    @Override
    public long positionHigh()
    {
        return session << 32 | source.terms().streamId();
    }

    @Override
    public void resumeAfter(final long high, final long low)
    {
        // A session ends with its driver: there is nothing to go on with.
    }

    @Override
    public String describe(final long high, final long low)
    {
        return source.terms().channel() + " stream " + (int)high + " session " + (int)(high >> 32) +
            ": position " + low;
    }

    @Override
    public long bytesRead()
    {
        return 0;
    }
}
