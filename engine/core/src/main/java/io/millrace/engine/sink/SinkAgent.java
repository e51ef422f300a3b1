package io.millrace.engine.sink;

import io.millrace.engine.WokenAgent;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.live.LiveFile;
import io.millrace.engine.live.Stage;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.output.OutputTimes;
import io.millrace.engine.storage.StorageException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the output log up to its commit position and hands each record to one target. With a state folder it commits
 * at an interval: the target makes what was written durable, the position and the target's token are stored, the target
 * shows it. A target that fails is closed, opened again after a while and written again from the stored position; the
 * job goes on meanwhile, as long as the output log has room.
 *
 * <p><b>Threading:</b> one thread; {@link #isDone()}, {@link #storedPosition()} and counters are for all.
 * <b>Errors:</b> without a state folder what the target throws ends the job; with one, only what waiting can't help.
 */
public final class SinkAgent implements WokenAgent
{
    /** Streams of tables that are written are numbered from here on; those that are read come before. */
    static final int SINK_STREAMS = 1_000;
    private static final int POLL_LIMIT = 4;

    private final Target target;
    private final Log output;
    private final Log.Reader reader;
    private final BooleanSupplier isUpstreamDone;
    private final Ending ending;
    private final @Nullable SinkCommits commits;
    private final Log.RecordConsumer consumer = this::onBatch;
    private boolean isFlushed = true;
    private boolean isSettled;
    /** Whether this agent has to end the job. */
    private boolean isEnding;
    /** Written after the target's last rows were made visible. */
    private volatile boolean isDone;
    private OutputTimes.@Nullable Passing times;
    private boolean isClosed;

    /**
     * @param isUpstreamDone whether nothing will be appended to the output log any more.
     * @param commits        null without a state folder.
     */
    SinkAgent(
        final Target target, final Log output, final BooleanSupplier isUpstreamDone, final Ending ending,
        final @Nullable SinkCommits commits)
    {
        this.target = target;
        this.output = output;
        this.isUpstreamDone = isUpstreamDone;
        this.ending = ending;
        this.commits = commits;
        ending.join();
        reader = output.newReader(commits == null ? output.beginPosition() : commits.start(output));
    }

    /**
     * Shows its counters, and has the time taken at which it has handed over what the log held.
     *
     * @param index of the sink.
     */
    void show(
        final LiveFile.Contents contents, final OutputTimes ofLog, final int index, final Consumer<String> errors)
    {
        contents.time(Stage.EMIT, index, target.name(), counts -> times = ofLog.newPassing(counts));
        target.show((measure, counter) -> contents.show(measure, SINK_STREAMS + index, 0, target.name(), counter));
        target.tell(errors);
        if (commits != null)
        {
            commits.show(contents, index, errors);
        }
    }

    /** Whether it has work each millisecond also while no rows come. */
    public boolean isBusy()
    {
        return target.isBusy();
    }

    @Override
    public boolean hasInput()
    {
        return !isDone && (commits == null || !commits.outage().isWaiting()) &&
            (reader.hasMore() || isUpstreamDone.getAsBoolean());
    }

    /** Whether it never waits, nor has to: it may run beside the agents that make its rows. */
    public boolean isPrompt()
    {
        return target.isPrompt();
    }

    /** As it is called in messages. */
    public String name()
    {
        return target.name();
    }

    @Override
    public String roleName()
    {
        return "sink-" + target.name();
    }

    @Override
    public int doWork()
    {
        if (isDone)
        {
            return 0;
        }
        if (commits == null)
        {
            final int done = target.work();
            return done + (target.isReady() ? work() : 0);
        }
        try
        {
            if (commits.isDetached(output, reader))
            {
                finish();
                return 1;
            }
            if (commits.outage().isWaiting())
            {
                return whileWaiting(commits);
            }
            final int done = target.work();
            return done + (target.isReady() ? work() : 0);
        }
        catch (final ConnectorException e)
        {
            if (e.kind() != ConnectorException.Kind.ENVIRONMENT)
            {
                throw e;
            }
            commits.fail(e.getMessage(), backlog());
            return 1;
        }
        catch (final StorageException e)
        {
            if (e.kind() == StorageException.Kind.DAMAGED || e.kind() == StorageException.Kind.OTHER_VERSION)
            {
                throw e;
            }
            commits.fail(String.valueOf(e.getMessage()), backlog());
            return 1;
        }
    }

    private int whileWaiting(final SinkCommits failed)
    {
        if (ending.reason() != null)
        {
            settle();
            end();
            return 0;
        }
        if (failed.isStoring(reader) || !failed.outage().isRetryDue())
        {
            failed.outage().requirePatience(backlog());
            return 0;
        }
        failed.retry(reader);
        isFlushed = true;
        return 1;
    }

    private int work()
    {
        if (ending.reason() != null)
        {
            return workAtEnding();
        }
        // Looked at before the log: what was appended before the end is then seen below.
        final boolean isLast = isUpstreamDone.getAsBoolean();
        if (reader.hasMore())
        {
            return read();
        }
        if (!isFlushed)
        {
            target.flush();
            isFlushed = true;
            return 1;
        }
        if (isLast && output.endPosition() == reader.position() && commits != null && commits.isStoring(reader))
        {
            return 0;
        }
        if (isLast && output.endPosition() == reader.position())
        {
            target.end();
            commit();
            if (commits != null)
            {
                commits.settle(reader);
            }
            finish();
            return 1;
        }
        return commits != null && commits.commitIfDue(reader) ? 1 : 0;
    }

    private int read()
    {
        final int taken = reader.poll(consumer, POLL_LIMIT);
        isFlushed = isFlushed && taken == 0;
        if (times != null)
        {
            times.passed(reader.position());
        }
        if (commits == null)
        {
            reader.release(reader.position());
        }
        else
        {
            commits.commitIfDue(reader);
        }
        return 1;
    }

    /** The job ends because of a row: what was taken before is committed, by each sink, once. */
    private int workAtEnding()
    {
        if (!isSettled)
        {
            if (commits != null && commits.isStoring(reader))
            {
                return 0;
            }
            target.end();
            commit();
            settle();
            isDone = !isEnding;
            return 1;
        }
        end();
        return 0;
    }

    private void end()
    {
        final String reason = ending.reason();
        if (isEnding && reason != null && ending.isSettled())
        {
            throw new DeadRowException(reason);
        }
    }

    private void settle()
    {
        if (!isSettled)
        {
            isSettled = true;
            ending.settle();
        }
    }

    private void commit()
    {
        if (commits == null)
        {
            target.complete(target.prepare());
        }
        else
        {
            commits.commit(reader);
        }
    }

    private void finish()
    {
        settle();
        isDone = true;
    }

    private boolean onBatch(final long address, final int length)
    {
        RecordDescriptor.requireVersion(address, "the output log");
        final String refusal = target.refusal(address, length);
        if (refusal != null)
        {
            isEnding = true;
            ending.begin(refusal);
            return false;
        }
        final int writer = RecordDescriptor.writer(address);
        target.turnTo(writer);
        if (commits != null)
        {
            commits.turnTo(RecordDescriptor.entry(address));
        }
        for (long record = RecordDescriptor.firstRecord(address); record < address + length;
            record = RecordDescriptor.nextRecord(record))
        {
            if (commits == null || commits.isNew(writer, RecordDescriptor.number(record)))
            {
                target.accept(record);
            }
        }
        return true;
    }

    private long backlog()
    {
        return output.endPosition() - storedPosition();
    }

    /** Whether every row has been written and made visible, or the sink is detached. */
    public boolean isDone()
    {
        return isDone;
    }

    /** The output log is needed from here on by this sink; Long.MAX_VALUE where it is no more. */
    public long storedPosition()
    {
        return commits == null ? reader.position() : commits.storedPosition();
    }

    /** Bytes of the output log that this sink has not committed. */
    public long backlogBytes()
    {
        return Math.max(0, backlog());
    }

    /** Commits, failures: null without a state folder. */
    public @Nullable SinkCommits commits()
    {
        return commits;
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
