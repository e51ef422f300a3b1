package io.millrace.bridges.aeron;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.millrace.client.FrameDescriptor;
import io.millrace.codecs.RowEncoder;
import io.millrace.engine.Counter;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.live.Measure;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends results over an Aeron stream, each with the number that names it. What the other side does not take at once
 * waits, and then no more is taken from the job: for a while, after which a subscriber that takes nothing counts as
 * none. Where results are provisional, each is sent once, and how far they are committed is said beside them.
 *
 * <p><b>Threading:</b> the sink agent's thread; counts are for all. <b>Ownership:</b> an Aeron client, a share of the
 * embedded driver, memory for what waits. <b>Allocation:</b> none per row once that memory has its size.
 */
public final class AeronSink implements Sink, TableStream.Additions
{
    private static final long END_NS = TimeUnit.SECONDS.toNanos(5);
    /** How often columns and what is committed are said again, for subscribers that have come since. */
    private static final long REPEAT_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** How often columns are said while no results come. */
    private static final long QUIET_REPEAT_NS = TimeUnit.SECONDS.toNanos(1);

    /** How often it is said that results are too long. */
    private static final long OVERLONG_REPEAT_NS = TimeUnit.MINUTES.toNanos(1);

    private static final String SEPARATOR = " ";

    private final RowEncoder encoder;
    private final LongSupplier nanoClock;
    private final String channel;
    private final int streamId;
    private final boolean isProvisional;
    private final long run;
    private final Notices notices;
    private final Standstill standstill;
    private final TableStream stream;
    private final Outbox outbox = new Outbox();
    private final Counter sent = new Counter();
    private final Counter dropped = new Counter();
    private final Counter backPressured = new Counter();
    private final Counter connected = new Counter();
    private final Counter reconnects = new Counter();
    /** Tells this run from others; 0 where results mean the same in all. */
    private long epoch;
    /** Of every frame. */
    private int flags;
    /** By writer: results below are committed, as far as this sink has been told. */
    private long[] committed = {};
    /** By writer: what it was told first, that results below were committed by earlier runs. */
    private long[] bases = {};
    private long repeatDueNs;
    private boolean wasConnected;
    private final ColumnsFrame columns;
    /** Results that were dropped since it was said last, and those of them for want of somebody who took them. */
    private long missed;
    private long unheard;
    /** Results that were longer than a message. */
    private long overlong;
    private long overlongDueNs;
    /** What LAYOUT counts: the name under which it does, results written in all runs under it, and those done with. */
    private long name;
    private long written;
    private long told;
    private final UnsafeBuffer missedFrame =
        new UnsafeBuffer(ByteBuffer.allocateDirect(FrameDescriptor.RESULT_RECORD_OFFSET));
    private long nowNs;
    private long publicationId;
    private boolean isAdding;
    private @Nullable ExclusivePublication publication;
    private boolean isClosed;

    /**
     * What it sends.
     *
     * @param id      of the message, 0 where records are not in the format {@code sbe}.
     * @param columns of the message, as subscribers compare them.
     */
    record Records(RowEncoder encoder, int id, String columns)
    {
    }

    /**
     * @param run differs from one run of the job to the next, and from sink to sink.
     */
    AeronSink(final AeronOptions options, final Records records, final LongSupplier nanoClock, final long run)
    {
        encoder = records.encoder();
        this.nanoClock = nanoClock;
        this.run = run;
        name = run;
        flags = FrameDescriptor.mark(records.id(), records.columns());
        columns = new ColumnsFrame(FrameDescriptor.layout(records.id(), records.columns(), run));
        channel = options.channel();
        streamId = options.streamId();
        isProvisional = options.isProvisional();
        epoch = isProvisional ? run : 0;
        notices = new Notices(options.table());
        standstill = new Standstill(options.waitsForSubscriber(), options.subscriberTimeoutNs(), notices);
        nowNs = nanoClock.getAsLong();
        overlongDueNs = nowNs;
        stream = new TableStream(options, notices, nanoClock, false, this);
        stream.open(this::close);
    }

    /** Results sent. */
    public long sent()
    {
        return sent.get();
    }

    /** Results that nobody listened to, that were not taken for too long, or that no message can hold. */
    public long dropped()
    {
        return dropped.get();
    }

    @Override
    public void startsAnew()
    {
        epoch = run;
        flags |= FrameDescriptor.FLAG_ANEW;
    }

    @Override
    public void write(final long row, final int length)
    {
        write(row, length, 0, FrameDescriptor.UNKNOWN);
    }

    @Override
    public void write(final long row, final int length, final int writer, final long number)
    {
        final int recordLength = outbox.encode(encoder, row);
        final boolean isAhead = isProvisional && (writer >= committed.length || number >= committed[writer]);
        outbox.put(FrameDescriptor.RESULT, writer, isAhead ? flags | FrameDescriptor.FLAG_PROVISIONAL : flags, number,
            epoch, writer < bases.length ? bases[writer] : 0, recordLength);
        written++;
        send();
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
            final int before = committed.length;
            committed = Arrays.copyOf(committed, writer + 1);
            bases = Arrays.copyOf(bases, writer + 1);
            Arrays.fill(bases, before, bases.length, FrameDescriptor.UNKNOWN);
        }
        bases[writer] = bases[writer] < 0 ? number : bases[writer];
        committed[writer] = number;
        say(writer);
        send();
    }

    private void say(final int writer)
    {
        outbox.put(FrameDescriptor.COMMIT, writer, flags, committed[writer], epoch, bases[writer], 0);
    }

    /** Says again what is committed: now and then, and to whom has just come. */
    private void repeat(final boolean isConnected)
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

    /** Hands on what waits, as far as it is taken; how many frames were. */
    private int send()
    {
        int work = 0;
        while (!outbox.isEmpty())
        {
            final ExclusivePublication to = publication;
            if (to == null)
            {
                return work;
            }
            final int result = outbox.isResult() ? 1 : 0;
            if (outbox.length() > to.maxMessageLength())
            {
                dropOverlong(to.maxMessageLength(), result);
                work++;
                continue;
            }
            long position = columns.say(to, told, nowNs, REPEAT_NS);
            position = position > 0 ? sayMissed(to) : position;
            position = position > 0 ? outbox.offer(to) : position;
            columns.heard(position != Publication.NOT_CONNECTED);
            backPressured.add(position == Publication.BACK_PRESSURED ? 1 : 0);
            if (position > 0)
            {
                standstill.end();
                stream.stir();
                sent.add(result);
                told += result;
            }
            else if (isPassing(position) && standstill.mayDrop(position, nowNs))
            {
                dropped.add(result);
                missed += result;
                unheard += result;
            }
            else
            {
                return work;
            }
            outbox.remove();
            work++;
        }
        return work;
    }

    /** What no message can hold is missing, however long somebody listens; said once in a while. */
    private void dropOverlong(final int most, final int result)
    {
        dropped.add(result);
        missed += result;
        overlong += result;
        outbox.remove();
        if (nowNs - overlongDueNs >= 0)
        {
            overlongDueNs = nowNs + OVERLONG_REPEAT_NS;
            notices.accept("a result that is longer than a message of its stream, " + most +
                " bytes, is dropped, " + overlong + " so far; a longer term-length in 'channel' takes it");
        }
    }

    /** Whether the other side may take it later; else the publication is at its end. */
    private static boolean isPassing(final long position)
    {
        return position != Publication.CLOSED && position != Publication.MAX_POSITION_EXCEEDED;
    }

    /** Says before what comes next how much is missing in between; positive once that is taken. */
    private long sayMissed(final ExclusivePublication to)
    {
        if (missed == 0)
        {
            return 1;
        }
        FrameDescriptor.putMissed(missedFrame, flags, missed, epoch);
        final long position = to.offer(missedFrame, 0, FrameDescriptor.RESULT_RECORD_OFFSET);
        if (position > 0)
        {
            if (unheard > 0)
            {
                notices.accept("a subscriber listens again: results dropped since the last were " + unheard);
            }
            told += missed;
            missed = 0;
            unheard = 0;
            standstill.end();
        }
        return position;
    }

    @Override
    public boolean isBusy()
    {
        return publication == null || !outbox.isEmpty();
    }

    @Override
    public void show(final BiConsumer<Measure, Counter> counters)
    {
        counters.accept(Measure.STREAM_CONNECTED, connected);
        counters.accept(Measure.STREAM_SENT, sent);
        counters.accept(Measure.STREAM_DROPPED, dropped);
        counters.accept(Measure.STREAM_BACK_PRESSURED, backPressured);
        counters.accept(Measure.STREAM_RECONNECTS, reconnects);
    }

    @Override
    public void tell(final Consumer<String> errors)
    {
        notices.tell(errors);
    }

    @Override
    public int work()
    {
        nowNs = nanoClock.getAsLong();
        int work = stream.work(nowNs);
        work += send();
        final ExclusivePublication to = publication;
        final boolean isConnected = to != null && to.isConnected();
        connected.set(isConnected ? 1 : 0);
        columns.heard(isConnected);
        if (to != null && outbox.isEmpty())
        {
            if (isConnected)
            {
                columns.say(to, told, nowNs, QUIET_REPEAT_NS);
            }
            if (missed > 0)
            {
                sayMissed(to);
            }
            if (isProvisional)
            {
                repeat(isConnected);
            }
        }
        return work;
    }

    @Override
    public boolean isComplete()
    {
        return publication != null;
    }

    @Override
    public void add(final Aeron aeron)
    {
        if (!isAdding)
        {
            publicationId = aeron.asyncAddExclusivePublication(channel, streamId);
            isAdding = true;
        }
        final ExclusivePublication added = aeron.getExclusivePublication(publicationId);
        publication = added;
        if (added != null && !columns.fits(added))
        {
            notices.accept("the names of its columns are longer than a message of its channel: subscribers of other " +
                "versions take no results until a longer term-length in 'channel'");
        }
    }

    @Override
    public void refused()
    {
        isAdding = false;
    }

    @Override
    public void leave()
    {
        reconnects.set(stream.losses());
        publication = null;
        columns.heard(false);
        isAdding = false;
    }

    @Override
    public String channel()
    {
        return channel;
    }

    /** Says with the position how many results come before it, so that what is lost behind it can be told. */
    @Override
    public String prepare()
    {
        return name + SEPARATOR + written;
    }

    @Override
    public void recover(final @Nullable String token)
    {
        // An earlier version stored nothing.
        final int end = token == null ? -1 : token.indexOf(SEPARATOR);
        if (token != null && end > 0)
        {
            name = Long.parseLong(token.substring(0, end));
            written = Long.parseLong(token.substring(end + 1));
            told = written;
            columns.name(name);
        }
    }

    @Override
    public boolean isReady()
    {
        return outbox.isEmpty();
    }

    @Override
    public void flush()
    {
        // Every row is handed on when it is written, or waits and keeps others from coming.
    }

    /** Gives those who listen a moment to take the last rows, and says how many there were. */
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
        final ExclusivePublication to = publication;
        if (to != null && to.isConnected() && (missed == 0 || sayMissed(to) > 0))
        {
            columns.say(to, told, nanoClock.getAsLong(), 0);
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
        stream.close();
        outbox.close();
    }
}
