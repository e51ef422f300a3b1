package io.millrace.client;

import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A shipped publisher whose messages go another way than over Aeron. */
public final class PublisherOver implements PublisherWire
{
    public static final long CLOSED = Publication.CLOSED;
    public static final long NOT_CONNECTED = Publication.NOT_CONNECTED;
    public static final long BACK_PRESSURED = Publication.BACK_PRESSURED;

    private static final int MAX_MESSAGE = 1 << 20;
    /** Bytes before a claimed message, as Aeron has it. */
    private static final int HEADER = 32;

    private final Line line;
    private final int maxPayload;

    /** What takes the messages. Results of sending are those of Aeron's publications. */
    public interface Line
    {
        long nowNs();

        boolean isOpen();

        long generation();

        void reset();

        boolean isConnected();

        int sessionId();

        long send(byte[] message);

        /** The next answer, null where there is none. */
        byte[] receive();
    }

    private PublisherOver(final Line line, final int maxPayload)
    {
        this.line = line;
        this.maxPayload = maxPayload;
    }

    /** A publisher; messages longer than {@code maxPayload} take the longer way. */
    public static RowPublisher publisher(final RowPublisher.Context context, final Line line, final int maxPayload)
    {
        return new RowPublisher(context, new PublisherOver(line, maxPayload));
    }

    @Override
    public long nowNs()
    {
        return line.nowNs();
    }

    @Override
    public int work(final long nowNs)
    {
        return 0;
    }

    @Override
    public boolean isOpen()
    {
        return line.isOpen();
    }

    @Override
    public long generation()
    {
        return line.generation();
    }

    @Override
    public void reset()
    {
        line.reset();
    }

    @Override
    public String refusal()
    {
        return null;
    }

    @Override
    public boolean isConnected()
    {
        return line.isConnected();
    }

    @Override
    public int sessionId()
    {
        return line.sessionId();
    }

    @Override
    public int maxPayloadLength()
    {
        return maxPayload;
    }

    @Override
    public int maxMessageLength()
    {
        return MAX_MESSAGE;
    }

    /** The message is sent empty, and filled before anybody reads it: there is one thread. */
    @Override
    public long tryClaim(final int length, final BufferClaim claim)
    {
        final byte[] message = new byte[HEADER + length];
        final long position = line.send(message);
        if (position > 0)
        {
            claim.wrap(new UnsafeBuffer(message), 0, message.length);
        }
        return position;
    }

    @Override
    public long offer(final DirectBuffer buffer, final int index, final int length)
    {
        final byte[] message = new byte[HEADER + length];
        buffer.getBytes(index, message, HEADER, length);
        return line.send(message);
    }

    /** What a message says, without the bytes before it. */
    public static UnsafeBuffer frame(final byte[] message)
    {
        return new UnsafeBuffer(message, HEADER, message.length - HEADER);
    }

    /** Copies a message to where it has an address: its length. */
    public static int copy(final byte[] message, final ByteBuffer to)
    {
        to.clear();
        to.put(message, HEADER, message.length - HEADER);
        return message.length - HEADER;
    }

    @Override
    public int poll(final FragmentHandler handler, final int limit)
    {
        int count = 0;
        for (byte[] answer = line.receive(); answer != null; answer = count < limit ? line.receive() : null)
        {
            handler.onFragment(new UnsafeBuffer(answer), 0, answer.length, null);
            count++;
        }
        return count;
    }

    @Override
    public long losses()
    {
        return 0;
    }

    @Override
    public String message()
    {
        return null;
    }

    @Override
    public void close()
    {
        line.reset();
    }
}
