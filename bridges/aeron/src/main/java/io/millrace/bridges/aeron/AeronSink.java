package io.millrace.bridges.aeron;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.exceptions.AeronException;
import io.millrace.client.DriverLink;
import io.millrace.client.FrameDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.codecs.RowEncoder;
import io.millrace.engine.Counter;
import io.millrace.engine.connector.Sink;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends committed results over an Aeron stream, each with the number that names it. What the other side does not take
 * at once waits here, and then no more is taken from the job.
 *
 * <p><b>Threading:</b> the sink agent's thread; counts are for all. <b>Ownership:</b> an Aeron client, a share of the
 * embedded driver, memory for what waits. <b>Allocation:</b> none per row once that memory has its size.
 */
public final class AeronSink implements Sink
{
    private static final int FIRST_CAPACITY = 64 * 1024;
    private static final long END_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int LENGTH_BYTES = 8;

    private final AeronOptions options;
    private final RowEncoder encoder;
    private final LongSupplier nanoClock;
    private final String channel;
    private final int streamId;
    private final boolean isPatient;
    private final @Nullable EmbeddedDriver driver;
    private final DriverLink link;
    private final Notices notices;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final Counter sent = new Counter();
    private final Counter dropped = new Counter();
    private long generation = -1;
    private long publicationId;
    private boolean isAdding;
    private boolean isOpened;
    private long addDueNs;
    private @Nullable ExclusivePublication publication;
    /** Frames that wait, each behind its length, from {@code first} to {@code used}. */
    private long waiting = Memory.allocate(FIRST_CAPACITY);
    private int capacity = FIRST_CAPACITY;
    private int first;
    private int used;
    private boolean isClosed;

    AeronSink(final AeronOptions options, final RowEncoder encoder, final LongSupplier nanoClock)
    {
        this.options = options;
        this.encoder = encoder;
        this.nanoClock = nanoClock;
        channel = options.channel();
        streamId = options.streamId();
        isPatient = options.waitsForSubscriber();
        notices = new Notices(options.table());
        addDueNs = nanoClock.getAsLong();
        final String external = options.externalFolder();
        driver = external == null ? EmbeddedDriver.acquire(options, notices) : null;
        link = new DriverLink(external != null ? external : options.embeddedFolder(), true, notices);
        boolean isOpen = false;
        try
        {
            Opening.await(options, link, driver, this, () -> publication != null, this::work);
            isOpen = true;
            isOpened = true;
        }
        finally
        {
            if (!isOpen)
            {
                close();
            }
        }
    }

    /** Results sent. */
    public long sent()
    {
        return sent.get();
    }

    /** Results that nobody listened to. */
    public long dropped()
    {
        return dropped.get();
    }

    @Override
    public void write(final long row, final int length)
    {
        write(row, length, 0, FrameDescriptor.UNKNOWN);
    }

    @Override
    public void write(final long row, final int length, final int writer, final long number)
    {
        final int header = LENGTH_BYTES + FrameDescriptor.RESULT_RECORD_OFFSET;
        int recordLength = RowEncoder.FULL;
        while (recordLength < 0)
        {
            final int room = capacity - used - header - LENGTH_BYTES;
            recordLength = room <= 0 ? RowEncoder.FULL : encoder.encode(row, waiting + used + header, room);
            if (recordLength < 0)
            {
                grow();
            }
        }
        final long frame = waiting + used + LENGTH_BYTES;
        Memory.putLong(frame, FrameDescriptor.header(FrameDescriptor.RESULT));
        Memory.putInt(frame + FrameDescriptor.RESULT_WRITER_OFFSET, writer);
        Memory.putInt(frame + FrameDescriptor.RESULT_FLAGS_OFFSET, 0);
        Memory.putLong(frame + FrameDescriptor.RESULT_NUMBER_OFFSET, number);
        final int frameLength = FrameDescriptor.RESULT_RECORD_OFFSET + recordLength;
        Memory.putInt(waiting + used, frameLength);
        used = used + LENGTH_BYTES + frameLength + 7 & -8;
        send();
    }

    private void grow()
    {
        final int grown = capacity * 2;
        final long larger = Memory.allocate(grown);
        Memory.copy(waiting + first, larger, used - first);
        Memory.free(waiting);
        waiting = larger;
        capacity = grown;
        used -= first;
        first = 0;
    }

    /** Hands on what waits, as far as it is taken; how many frames were. */
    private int send()
    {
        int work = 0;
        while (first < used)
        {
            final int length = Memory.getInt(waiting + first);
            view.wrap(waiting + first + LENGTH_BYTES, length);
            final ExclusivePublication to = publication;
            final long position = to == null ? Publication.NOT_CONNECTED : to.offer(view, 0, length);
            if (position > 0)
            {
                sent.add(1);
            }
            else if (position == Publication.NOT_CONNECTED && !isPatient && to != null)
            {
                dropped.add(1);
            }
            else
            {
                return work;
            }
            first = first + LENGTH_BYTES + length + 7 & -8;
            work++;
        }
        first = 0;
        used = 0;
        return work;
    }

    @Override
    public boolean isBusy()
    {
        return true;
    }

    @Override
    public void tell(final Consumer<String> errors)
    {
        notices.tell(errors);
    }

    @Override
    public int work()
    {
        final long nowNs = nanoClock.getAsLong();
        int work = driver == null ? 0 : driver.workInstead(this);
        work += link.work(nowNs);
        final Aeron aeron = link.aeron();
        if (generation != link.generation() || aeron == null)
        {
            generation = link.generation();
            publication = null;
            isAdding = false;
        }
        if (aeron != null && publication == null)
        {
            work += nowNs - addDueNs >= 0 ? add(aeron, nowNs) : 0;
        }
        return first < used ? work + send() : work;
    }

    private int add(final Aeron aeron, final long nowNs)
    {
        try
        {
            if (!isAdding)
            {
                publicationId = aeron.asyncAddExclusivePublication(channel, streamId);
                isAdding = true;
            }
            publication = aeron.getExclusivePublication(publicationId);
            return publication == null ? 0 : 1;
        }
        catch (final AeronException e)
        {
            isAdding = false;
            addDueNs = Opening.failed(options, channel, e, isOpened, notices, nowNs);
            return 0;
        }
    }

    @Override
    public boolean isReady()
    {
        return first == used;
    }

    @Override
    public void flush()
    {
        // Every row is handed on when it is written, or waits and keeps others from coming.
    }

    /** Gives those who listen a moment to take the last rows. */
    @Override
    public void end()
    {
        final long deadlineNs = nanoClock.getAsLong() + END_NS;
        while (!isReady() && nanoClock.getAsLong() - deadlineNs < 0)
        {
            if (work() == 0)
            {
                LockSupport.parkNanos(100_000);
            }
        }
    }

    @Override
    public void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        link.close();
        if (driver != null)
        {
            driver.release(this);
        }
        Memory.free(waiting);
    }
}
