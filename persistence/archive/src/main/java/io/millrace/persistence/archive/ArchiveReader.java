package io.millrace.persistence.archive;

import io.aeron.ControlledFragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.millrace.engine.Counter;
import io.millrace.engine.log.Log;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A replay of a recording.
 *
 * <p><b>Threading:</b> one thread; the counters are for all.
 */
final class ArchiveReader implements Log.Reader
{
    private static final int INITIAL_LENGTH = 128 * 1024;

    private final Log log;
    private final ArchiveHost host;
    private final long recordingId;
    private final int stream;
    private final Counter position = new Counter();
    private final Counter released = new Counter();
    private final ControlledFragmentHandler handler = this::onMessage;
    private @Nullable Subscription replay;
    private ControlledFragmentAssembler assembler;
    private Log.@Nullable RecordConsumer consumer;
    private int taken;
    private int limit;
    private boolean isRefused;

    ArchiveReader(
        final Log log, final ArchiveHost host, final long recordingId, final int stream, final long from)
    {
        this.log = log;
        this.host = host;
        this.recordingId = recordingId;
        this.stream = stream;
        position.set(from);
        released.set(from);
        assembler = new ControlledFragmentAssembler(handler, INITIAL_LENGTH, true);
    }

    @Override
    public long position()
    {
        return position.get();
    }

    @Override
    public boolean hasMore()
    {
        return log.commitPosition() > position.get();
    }

    long released()
    {
        return released.get();
    }

    @Override
    public int poll(final Log.RecordConsumer to, final int most)
    {
        if (position.get() >= log.commitPosition())
        {
            return 0;
        }
        if (replay == null)
        {
            replay = host.archive().replay(recordingId, position.get(), Long.MAX_VALUE, "aeron:ipc", stream);
        }
        consumer = to;
        taken = 0;
        limit = most;
        isRefused = false;
        while (taken < limit && !isRefused && replay.controlledPoll(assembler, limit - taken) > 0)
        {
            consumer = to;
        }
        return taken;
    }

    private ControlledFragmentHandler.Action onMessage(
        final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        if (consumer == null || taken >= limit || !consumer.onRecord(buffer.addressOffset() + offset, length))
        {
            isRefused = true;
            return ControlledFragmentHandler.Action.ABORT;
        }
        taken++;
        position.set(header.position());
        return ControlledFragmentHandler.Action.CONTINUE;
    }

    @Override
    public void seek(final long to)
    {
        if (to < released.get() || to > log.endPosition())
        {
            throw new IllegalArgumentException(
                "position " + to + ", there are " + released.get() + " to " + log.endPosition());
        }
        stop();
        position.set(to);
    }

    @Override
    public void release(final long upTo)
    {
        released.set(Math.max(upTo, released.get()));
    }

    private void stop()
    {
        if (replay != null)
        {
            replay.close();
            replay = null;
            assembler = new ControlledFragmentAssembler(handler, INITIAL_LENGTH, true);
        }
    }

    @Override
    public void close()
    {
        released.set(Long.MAX_VALUE);
        stop();
    }
}
