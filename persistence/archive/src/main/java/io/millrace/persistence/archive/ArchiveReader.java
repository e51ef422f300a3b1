package io.millrace.persistence.archive;

import io.aeron.ControlledFragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.PlacedReader;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A replay of a recording.
 *
 * <p><b>Threading:</b> one thread; the counters are for all.
 */
final class ArchiveReader extends PlacedReader
{
    private static final int INITIAL_LENGTH = 128 * 1024;

    private final ArchiveHost host;
    private final long recordingId;
    private final int stream;
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
        super(log, from);
        this.host = host;
        this.recordingId = recordingId;
        this.stream = stream;
        assembler = new ControlledFragmentAssembler(handler, INITIAL_LENGTH, true);
    }

    @Override
    public int poll(final Log.RecordConsumer to, final int most)
    {
        if (!hasMore())
        {
            return 0;
        }
        if (replay == null)
        {
            replay = host.archive().replay(recordingId, position(), Long.MAX_VALUE, "aeron:ipc", stream);
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
        moveTo(header.position());
        return ControlledFragmentHandler.Action.CONTINUE;
    }

    @Override
    public void seek(final long to)
    {
        checkSeek(to);
        stop();
        moveTo(to);
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
        letGo();
        stop();
    }
}
