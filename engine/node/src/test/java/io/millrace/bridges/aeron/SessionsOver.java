package io.millrace.bridges.aeron;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.millrace.client.FrameDescriptor;
import io.millrace.client.PublisherOver;
import io.millrace.engine.connector.Source;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** The shipped sessions of a table's publishers, whose messages come another way than over Aeron. */
public final class SessionsOver implements AutoCloseable
{
    private static final int MOST_BYTES = 1 << 16;

    private final PublisherSessions sessions;
    private final ByteBuffer message = ByteBuffer.allocateDirect(MOST_BYTES);

    /** One sender's messages. */
    public interface Line
    {
        long id();

        int sessionId();

        boolean isClosed();

        /** The next message, null where there is none. */
        byte[] peek();

        /** The next one was taken: the position behind it. */
        void take();
    }

    /** Takes answers. */
    public interface Outlet
    {
        boolean offer(int sessionId, byte[] answer);
    }

    public SessionsOver(
        final String table, final int publishers, final boolean isJournaled, final int maxRecordBytes,
        final Outlet outlet, final Consumer<String> notices)
    {
        sessions = new PublisherSessions(
            new PublisherSessions.Terms(table, "line", 1, publishers, isJournaled, null, maxRecordBytes),
            (frame, length) ->
            {
                final byte[] answer = new byte[length];
                frame.getBytes(0, answer);
                return outlet.offer(frame.getInt(FrameDescriptor.ANSWER_SESSION_OFFSET, ByteOrder.LITTLE_ENDIAN),
                    answer);
            }, notices);
    }

    public List<? extends Source.Partition> partitions()
    {
        return sessions.partitions();
    }

    /** Sequence of the row that is taken next from a publisher; −1 before its first. */
    public long expected(final long publisher)
    {
        final PublisherPartition place = place(publisher);
        return place == null ? FrameDescriptor.UNKNOWN : place.expected;
    }

    /** Rows of a publisher that are counted as missing. */
    public long missed(final long publisher)
    {
        final PublisherPartition place = place(publisher);
        return place == null ? 0 : place.missed;
    }

    private PublisherPartition place(final long publisher)
    {
        return sessions.partitions().stream().filter(PublisherPartition.class::isInstance)
            .map(PublisherPartition.class::cast).filter(place -> place.publisherId == publisher).findFirst()
            .orElse(null);
    }

    public AeronCounts counts()
    {
        return sessions.counts();
    }

    /** Takes what has come since: a line that is closed goes, a new one comes. */
    public int work(final List<? extends Line> lines, final long nowNs)
    {
        sessions.removeClosed();
        for (final Line line : lines)
        {
            if (!line.isClosed() && !sessions.has(line.id()))
            {
                sessions.add(new LineStream(line));
            }
        }
        return sessions.work(nowNs);
    }

    /** All lines are gone. */
    public void leave()
    {
        sessions.leave();
    }

    @Override
    public void close()
    {
        sessions.close();
    }

    private final class LineStream implements MessageStream
    {
        private final Line line;

        private LineStream(final Line line)
        {
            this.line = line;
        }

        @Override
        public long id()
        {
            return line.id();
        }

        @Override
        public int sessionId()
        {
            return line.sessionId();
        }

        @Override
        public boolean isClosed()
        {
            return line.isClosed();
        }

        @Override
        public boolean hasMore()
        {
            return line.peek() != null;
        }

        @Override
        public int poll(final Handler handler, final int limit)
        {
            int count = 0;
            for (byte[] next = line.peek(); next != null && count < limit; next = line.peek())
            {
                final int length = PublisherOver.copy(next, message);
                final Action action = handler.onMessage(new UnsafeBuffer(message), 0, length, length);
                if (action == Action.ABORT)
                {
                    return count;
                }
                line.take();
                count++;
                if (action == Action.BREAK)
                {
                    return count;
                }
            }
            return count;
        }
    }
}
