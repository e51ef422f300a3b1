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
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends results over an Aeron stream, each with the number that names it. What the other side does not take
 * at once waits here, and then no more is taken from the job. Where they are provisional, each is sent once, and how
 * far they are committed is said beside them.
 *
 * <p><b>Threading:</b> the sink agent's thread; counts are for all. <b>Ownership:</b> an Aeron client, a share of the
 * embedded driver, memory for what waits. <b>Allocation:</b> none per row once that memory has its size.
 */
public final class AeronSink implements Sink
{
    private static final int FIRST_CAPACITY = 64 * 1024;
    private static final long END_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int LENGTH_BYTES = 8;
    private static final long RESULT_HEADER = FrameDescriptor.header(FrameDescriptor.RESULT);
    /** How often what is committed is said again, for subscribers that have come since. */
    private static final long REPEAT_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final AeronOptions options;
    private final RowEncoder encoder;
    private final LongSupplier nanoClock;
    private final String channel;
    private final int streamId;
    private final boolean isPatient;
    private final boolean isProvisional;
    /** Tells this run from others; 0 where results mean the same in all. */
    private final long epoch;
    /** By writer: results below are committed, as far as this sink has been told. */
    private long[] committed = {};
    private long repeatDueNs;
    private boolean wasConnected;
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

    /**
     * @param run differs from one run of the job to the next.
     */
    AeronSink(final AeronOptions options, final RowEncoder encoder, final LongSupplier nanoClock, final long run)
    {
        this.options = options;
        this.encoder = encoder;
        this.nanoClock = nanoClock;
        channel = options.channel();
        streamId = options.streamId();
        isPatient = options.waitsForSubscriber();
        isProvisional = options.isProvisional();
        epoch = isProvisional ? run : 0;
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
        final boolean isAhead = isProvisional && (writer >= committed.length || number >= committed[writer]);
        put(FrameDescriptor.RESULT, writer, isAhead ? FrameDescriptor.FLAG_PROVISIONAL : 0, number, recordLength);
        send();
    }

    /** Completes a frame at {@link #used}, whose record is there. */
    private void put(final int template, final int writer, final int flags, final long number, final int recordLength)
    {
        final long frame = waiting + used + LENGTH_BYTES;
        Memory.putLong(frame, FrameDescriptor.header(template));
        Memory.putInt(frame + FrameDescriptor.RESULT_WRITER_OFFSET, writer);
        Memory.putInt(frame + FrameDescriptor.RESULT_FLAGS_OFFSET, flags);
        Memory.putLong(frame + FrameDescriptor.RESULT_NUMBER_OFFSET, number);
        Memory.putLong(frame + FrameDescriptor.RESULT_EPOCH_OFFSET, epoch);
        final int frameLength = FrameDescriptor.RESULT_RECORD_OFFSET + recordLength;
        Memory.putInt(waiting + used, frameLength);
        used = used + LENGTH_BYTES + frameLength + 7 & -8;
    }

    @Override
    public boolean isProvisional()
    {
        return isProvisional;
    }

    @Override
    public boolean isPrompt()
    {
        return true;
    }

    @Override
    public void committed(final int writer, final long number)
    {
        if (writer >= committed.length)
        {
            committed = Arrays.copyOf(committed, writer + 1);
        }
        committed[writer] = number;
        say(writer);
        send();
    }

    private void say(final int writer)
    {
        while (capacity - used < 2 * LENGTH_BYTES + FrameDescriptor.RESULT_RECORD_OFFSET)
        {
            grow();
        }
        put(FrameDescriptor.COMMIT, writer, 0, committed[writer], 0);
    }

    /** Says again what is committed: now and then, and to whom has just come. */
    private void repeat(final boolean isConnected, final long nowNs)
    {
        if (isConnected && (!wasConnected || nowNs - repeatDueNs >= 0))
        {
            for (int writer = 0; writer < committed.length; writer++)
            {
                say(writer);
            }
            send();
            repeatDueNs = nowNs + REPEAT_NS;
        }
        wasConnected = isConnected;
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
            final long isResult = Memory.getLong(waiting + first + LENGTH_BYTES) == RESULT_HEADER ? 1 : 0;
            if (position > 0)
            {
                sent.add(isResult);
            }
            else if (position == Publication.NOT_CONNECTED && !isPatient && to != null)
            {
                dropped.add(isResult);
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
        // What driver and client do beside rows goes on each millisecond, and keeps no thread awake.
        if (driver != null)
        {
            driver.workInstead(this);
        }
        link.work(nowNs);
        int work = 0;
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
        work += first < used ? send() : 0;
        if (isProvisional && first == used)
        {
            final ExclusivePublication to = publication;
            repeat(to != null && to.isConnected(), nowNs);
        }
        return work;
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
