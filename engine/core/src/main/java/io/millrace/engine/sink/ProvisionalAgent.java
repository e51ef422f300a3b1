package io.millrace.engine.sink;

import io.millrace.engine.Counter;
import io.millrace.engine.live.LiveFile;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.output.OutputAgent;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * Hands results to a sink straight from the writers' logs, as soon as they are numbered and before journal and output
 * log have them, and tells it how far they are committed. What is sent and never committed is numbered otherwise by the
 * next run; so the sink has to say which run it speaks for.
 *
 * <p>It has no position while it runs: a restart begins at the newest checkpoint, and none is taken before everything
 * up to its cut has been handed on and said to be committed. At its end the position is that of the output log's end.
 *
 * <p><b>Threading:</b> one thread; {@link #isDone()}, {@link #backlogBytes()} and {@link #hasPassed} are for all.
 * <b>Limits:</b> a sink that takes nothing holds up the writers once their logs are full. <b>Errors:</b> what the sink
 * throws ends the job.
 */
public final class ProvisionalAgent implements Agent, OutputAgent.Follower
{
    private static final int POLL_LIMIT = 4;
    /** Commits are told at most this often while they go on. */
    private static final long COMMIT_INTERVAL_NS = 100_000;

    private final RowTarget target;
    private final Log[] writers;
    private final Log.Reader[] readers;
    private final OutputAgent output;
    private final Log log;
    private final StoringAgent.@Nullable Slot storing;
    private final BooleanSupplier isUpstreamDone;
    private final LongSupplier nanoClock;
    private final Log.RecordConsumer consumer = this::onBatch;
    /** By writer, also those that there are no more: what earlier runs had committed, which the sink is told first. */
    private final long[] bases;
    /** By writer: what the sink was told to be committed. */
    private final long[] told;
    /** By writer: the position up to which the sink has handed on, and the commit that it has said. */
    private final Counter[] passed;
    private final Counter[] said;
    private boolean hasNews;
    private boolean isFlushed = true;
    private boolean hasTold;
    private boolean hasEnded;
    private long toldNs;
    private volatile boolean isDone;
    private boolean isClosed;

    /**
     * @param writers logs by writer id.
     * @param output  knows what is committed, up to now by earlier runs.
     * @param log     the output log.
     * @param storing where the last position goes; null without a state folder.
     */
    ProvisionalAgent(
        final RowTarget target, final List<Log> writers, final OutputAgent output, final Log log,
        final BooleanSupplier isUpstreamDone, final LongSupplier nanoClock, final StoringAgent.@Nullable Slot storing)
    {
        this.target = target;
        this.log = log;
        this.storing = storing;
        this.writers = writers.toArray(new Log[0]);
        this.output = output;
        this.isUpstreamDone = isUpstreamDone;
        this.nanoClock = nanoClock;
        readers = new Log.Reader[this.writers.length];
        bases = output.bases();
        told = new long[bases.length];
        passed = new Counter[readers.length];
        said = new Counter[readers.length];
        for (int writer = 0; writer < readers.length; writer++)
        {
            readers[writer] = this.writers[writer].newReader(0);
            passed[writer] = new Counter();
            said[writer] = new Counter();
            said[writer].set(-1);
        }
    }

    /**
     * Shows what its sink counts. Before the first duty cycle.
     *
     * @param index among all sinks.
     */
    void show(final LiveFile.Contents contents, final int index, final Consumer<String> errors)
    {
        target.show((measure, counter) ->
            contents.show(measure, SinkAgent.SINK_STREAMS + index, 0, target.name(), counter));
        target.tell(errors);
    }

    /** As it is called in messages. */
    public String name()
    {
        return target.name();
    }

    /** Whether it has work each millisecond also while no results come. */
    public boolean isBusy()
    {
        return target.isBusy();
    }

    @Override
    public String roleName()
    {
        return "provisional-" + target.name();
    }

    @Override
    public int doWork()
    {
        if (isDone)
        {
            return 0;
        }
        if (hasEnded)
        {
            return end();
        }
        int work = target.work();
        // Looked at before the logs: what was appended before the end is then seen below.
        final boolean isLast = isUpstreamDone.getAsBoolean();
        if (target.isReady())
        {
            // What is known of an earlier run first: results that it had may come again.
            work += tell(isLast) + handOn();
        }
        if (hasNews && target.isReady())
        {
            showPassed();
        }
        if (isLast && !hasNews && isRead() && isTold())
        {
            target.end();
            hasEnded = true;
            if (storing != null)
            {
                storing.store(new SinkPosition(1, log.endPosition(), "", target.counts()));
            }
            work++;
        }
        return work;
    }

    private int end()
    {
        isDone = storing == null || storing.take() != null;
        return isDone ? 1 : 0;
    }

    private int handOn()
    {
        int work = 0;
        for (int writer = 0; writer < readers.length; writer++)
        {
            final Log.Reader reader = readers[writer];
            if (reader.hasMore())
            {
                work += reader.poll(consumer, POLL_LIMIT);
                reader.release(reader.position());
            }
        }
        if (work > 0)
        {
            isFlushed = false;
            hasNews = true;
        }
        else if (!isFlushed)
        {
            target.flush();
            isFlushed = true;
        }
        return work;
    }

    private boolean onBatch(final long address, final int length)
    {
        if (!target.isReady())
        {
            return false;
        }
        target.turnTo(RecordDescriptor.writer(address));
        for (long record = RecordDescriptor.firstRecord(address); record < address + length;
            record = RecordDescriptor.nextRecord(record))
        {
            target.accept(record);
        }
        return true;
    }

    /** Says what has been committed since, now and then. */
    private int tell(final boolean isLast)
    {
        if (isTold())
        {
            return 0;
        }
        final long nowNs = nanoClock.getAsLong();
        if (hasTold && !isLast && nowNs - toldNs < COMMIT_INTERVAL_NS)
        {
            return 0;
        }
        final boolean isFirst = !hasTold;
        hasTold = true;
        toldNs = nowNs;
        final int count = isFirst ? bases.length : readers.length;
        for (int writer = 0; writer < count; writer++)
        {
            final long number = isFirst ? bases[writer] : output.nextNumber(writer);
            if (isFirst || number != told[writer])
            {
                told[writer] = number;
                target.committed(writer, number);
            }
        }
        hasNews = true;
        return 1;
    }

    private boolean isTold()
    {
        if (!hasTold)
        {
            return false;
        }
        for (int writer = 0; writer < readers.length; writer++)
        {
            if (output.nextNumber(writer) != told[writer])
            {
                return false;
            }
        }
        return true;
    }

    private boolean isRead()
    {
        for (int writer = 0; writer < readers.length; writer++)
        {
            if (readers[writer].hasMore())
            {
                return false;
            }
        }
        return true;
    }

    private void showPassed()
    {
        hasNews = false;
        for (int writer = 0; writer < readers.length; writer++)
        {
            passed[writer].set(readers[writer].position());
            said[writer].set(told[writer]);
        }
    }

    @Override
    public boolean hasPassed(final int writer, final long position, final long number)
    {
        return passed[writer].get() >= position && said[writer].get() >= number;
    }

    /** Whether every result has been handed on, and said to be committed. */
    public boolean isDone()
    {
        return isDone;
    }

    /** Bytes of the writers' logs that wait for this sink. */
    public long backlogBytes()
    {
        long bytes = 0;
        for (int writer = 0; writer < readers.length; writer++)
        {
            bytes += Math.max(0, writers[writer].endPosition() - readers[writer].position());
        }
        return bytes;
    }

    @Override
    public void onClose()
    {
        if (!isClosed)
        {
            isClosed = true;
            target.close();
        }
    }
}
