package io.millrace.engine.sink;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.plan.JobPlan;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.Agent;

/**
 * Tails the output logs up to their commit positions and hands each record to its table: results to sinks, late and
 * dead rows to their own.
 *
 * <p><b>Threading:</b> one thread; {@link #isDone()} and the counters are for all. <b>Errors:</b> what a sink throws
 * ends the job.
 */
public final class SinkAgent implements Agent
{
    private static final int TAIL_LIMIT = 4;

    private final Log[] logs;
    private final long[] positions;
    private final Sink[] sinks;
    private final int[] sinkOfStatement;
    private final SideTables sideTables;
    private final BooleanSupplier isUpstreamDone;
    private final Counter[] results;
    private final Log.RecordConsumer consumer = this::onBatch;
    private final Counter lateKept = new Counter();
    private final Counter deadKept = new Counter();
    private final Counter deadResultsKept = new Counter();
    private boolean isFlushed = true;
    /** Sinks that have been committed, from the first on. */
    private volatile int committed;
    /** Written after the sinks were committed. */
    private volatile boolean isDone;
    private boolean isClosed;

    /**
     * @param logs           of the shards and the merge agent.
     * @param sinks          by sink id.
     * @param isUpstreamDone whether nothing will be appended to any log any more.
     */
    public SinkAgent(
        final JobPlan plan, final List<Log> logs, final List<Sink> sinks, final SideTables sideTables,
        final BooleanSupplier isUpstreamDone)
    {
        this.logs = logs.toArray(new Log[0]);
        this.sinks = sinks.toArray(new Sink[0]);
        this.sideTables = sideTables;
        this.isUpstreamDone = isUpstreamDone;
        positions = new long[this.logs.length];
        sinkOfStatement = plan.statements().stream().mapToInt(statement -> statement.sink()).toArray();
        results = new Counter[sinkOfStatement.length];
        java.util.Arrays.setAll(results, i -> new Counter());
    }

    @Override
    public String roleName()
    {
        return "sink";
    }

    @Override
    public int doWork()
    {
        if (isDone)
        {
            return 0;
        }
        // Looked at before the logs: what was appended before the end is then seen below.
        final boolean isLast = isUpstreamDone.getAsBoolean();
        int work = 0;
        for (int i = 0; i < logs.length; i++)
        {
            if (logs[i].commitPosition() > positions[i])
            {
                positions[i] = logs[i].tail(positions[i], consumer, TAIL_LIMIT);
                logs[i].truncateBelow(positions[i]);
                work++;
                isFlushed = false;
            }
        }
        if (work == 0 && !isFlushed)
        {
            flush();
            return 1;
        }
        if (work == 0 && isLast)
        {
            sideTables.flush();
            for (int i = committed; i < sinks.length; i++)
            {
                sinks[i].commit();
                committed = i + 1;
            }
            isDone = true;
            return 1;
        }
        return work;
    }

    private void flush()
    {
        for (final Sink sink : sinks)
        {
            sink.flush();
        }
        sideTables.flush();
        isFlushed = true;
    }

    private void onBatch(final long address, final int length)
    {
        for (long record = address; record < address + length;
            record += (RecordDescriptor.length(record) + 7) & -8)
        {
            final int id = RecordDescriptor.id(record);
            final long payload = RecordDescriptor.payload(record);
            final int payloadLength = RecordDescriptor.length(record) - RecordDescriptor.HEADER_LENGTH;
            switch (RecordDescriptor.kind(record))
            {
                case RecordDescriptor.RESULT ->
                {
                    sinks[sinkOfStatement[id]].write(payload, payloadLength);
                    results[id].add(1);
                }
                case RecordDescriptor.LATE ->
                {
                    sideTables.late(id, payload);
                    lateKept.add(1);
                }
                case RecordDescriptor.DEAD ->
                {
                    sideTables.dead(id, payload);
                    deadKept.add(1);
                }
                case RecordDescriptor.DEAD_TABLE ->
                {
                    sideTables.deadTable(id, payload);
                    deadKept.add(1);
                }
                case RecordDescriptor.DEAD_RESULT ->
                {
                    sideTables.deadResult(id, payload, payloadLength - 16);
                    deadResultsKept.add(1);
                }
                default -> throw new IllegalStateException(
                    "output record kind " + RecordDescriptor.kind(record) + " at " + Memory.getLong(record));
            }
        }
    }

    /** Rows written, by statement. */
    public Counter[] results()
    {
        return results.clone();
    }

    /** Rows kept in the late tables. */
    public long lateKept()
    {
        return lateKept.get();
    }

    /** Rows kept in the dead-letter tables. */
    public long deadKept()
    {
        return deadKept.get();
    }

    /** Failed results kept there. */
    public long deadResultsKept()
    {
        return deadResultsKept.get();
    }

    /** How many sinks have been committed, from the first on: all, or fewer where the job failed. */
    public int committed()
    {
        return committed;
    }

    /** Whether every result has been written and committed. */
    public boolean isDone()
    {
        return isDone;
    }

    @Override
    public void onClose()
    {
        if (!isClosed)
        {
            isClosed = true;
            for (final Sink sink : sinks)
            {
                sink.close();
            }
            sideTables.close();
        }
    }
}
