package io.millrace.engine.connector.builtin;

import io.millrace.engine.Failures;
import io.millrace.engine.connector.TableOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a stream whose read blocks. A daemon thread reads it and hands its bytes over through a ring, so that who
 * polls never waits.
 *
 * <p><b>Threading:</b> {@link #readStream} is the reading thread's, {@link #read} and {@link #close} the agent's; they
 * share the ring and the volatile fields. <b>Ownership:</b> the thread and the ring; not the stream, which may stay
 * blocked in a read after {@link #close}. <b>Limits:</b> {@link #RING_BYTES} read ahead, then the thread waits.
 */
final class StandardInput implements ByteInput
{
    private static final int RING_BYTES = 1024 * 1024;
    private static final int CHUNK_BYTES = 32 * 1024;
    private static final int CHUNK_TYPE = 1;
    private static final long FULL_PAUSE_NS = 50_000;

    private final InputStream stream;
    private final OneToOneRingBuffer ring = new OneToOneRingBuffer(
        new UnsafeBuffer(ByteBuffer.allocateDirect(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH)));
    private final Thread thread = new Thread(this::readStream, "stdin");
    private final MessageHandler copy;
    private @Nullable ByteBuffer destination;
    private long bytesRead;

    /** Set after the last write to the ring; read before the ring is found empty. */
    private volatile boolean isStreamEnded;
    private volatile @Nullable String failure;
    private volatile boolean isClosed;
    private volatile Runnable wake = () ->
    {
    };

    StandardInput(final InputStream stream)
    {
        this.stream = stream;
        copy = (type, source, index, length) ->
        {
            final ByteBuffer into = destination;
            if (into != null)
            {
                source.getBytes(index, into, length);
            }
        };
        thread.setDaemon(true);
        thread.start();
    }

    private void readStream()
    {
        final UnsafeBuffer chunk = new UnsafeBuffer(new byte[CHUNK_BYTES]);
        try
        {
            int read = stream.read(chunk.byteArray(), 0, CHUNK_BYTES);
            while (read >= 0 && !isClosed)
            {
                while (read > 0 && !ring.write(CHUNK_TYPE, chunk, 0, read) && !isClosed)
                {
                    LockSupport.parkNanos(FULL_PAUSE_NS);
                }
                wake.run();
                read = stream.read(chunk.byteArray(), 0, CHUNK_BYTES);
            }
        }
        catch (final IOException e)
        {
            failure = Failures.reason(e);
        }
        isStreamEnded = true;
        wake.run();
    }

    /** Has {@code newWake} run after there is more to be read. */
    void wakeBy(final Runnable newWake)
    {
        wake = newWake;
        newWake.run();
    }

    @Override
    public int read(final ByteBuffer into)
    {
        final boolean wasEnded = isStreamEnded;
        final int before = into.position();
        destination = into;
        ring.read(copy, 1);
        destination = null;
        final int read = into.position() - before;
        bytesRead += read;
        if (read > 0 || !wasEnded || ring.size() > 0)
        {
            return read;
        }
        final String why = failure;
        if (why != null)
        {
            throw TableOptions.environment("can't read standard input: " + why);
        }
        return ENDED;
    }

    @Override
    public long bytesRead()
    {
        return bytesRead;
    }

    @Override
    public void close()
    {
        isClosed = true;
        thread.interrupt();
    }
}
