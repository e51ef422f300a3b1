package io.millrace.engine.sink;

import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.Agent;

/**
 * Reads the output log up to its commit position and hands each record to one target.
 *
 * <p><b>Threading:</b> one thread; {@link #isDone()} is for all. <b>Errors:</b> what the target throws ends the job.
 */
public final class SinkAgent implements Agent
{
    private static final int POLL_LIMIT = 4;

    private final Target target;
    private final Log output;
    private final Log.Reader reader;
    private final BooleanSupplier isUpstreamDone;
    private final Log.RecordConsumer consumer = this::onBatch;
    private boolean isFlushed = true;
    /** Written after the target's last rows were made visible. */
    private volatile boolean isDone;
    private boolean isClosed;

    /**
     * @param isUpstreamDone whether nothing will be appended to the output log any more.
     */
    SinkAgent(final Target target, final Log output, final BooleanSupplier isUpstreamDone)
    {
        this.target = target;
        this.output = output;
        this.isUpstreamDone = isUpstreamDone;
        reader = output.newReader(output.beginPosition());
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
        // Looked at before the log: what was appended before the end is then seen below.
        final boolean isLast = isUpstreamDone.getAsBoolean();
        if (output.commitPosition() > reader.position())
        {
            reader.poll(consumer, POLL_LIMIT);
            reader.release(reader.position());
            isFlushed = false;
            return 1;
        }
        if (!isFlushed)
        {
            target.flush();
            isFlushed = true;
            return 1;
        }
        if (isLast && output.endPosition() == reader.position())
        {
            target.end();
            target.complete(target.prepare());
            isDone = true;
            return 1;
        }
        return 0;
    }

    private boolean onBatch(final long address, final int length)
    {
        for (long record = RecordDescriptor.firstRecord(address); record < address + length;
            record = RecordDescriptor.nextRecord(record))
        {
            target.accept(record);
        }
        return true;
    }

    /** Whether every row has been written and made visible. */
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
            target.close();
        }
    }
}
