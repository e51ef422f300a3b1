package io.millrace.engine.checkpoint;

import io.millrace.engine.Counter;
import io.millrace.engine.live.LiveFile;
import io.millrace.engine.live.Measure;

/** What is counted of a run's checkpoints. <b>Threading:</b> the checkpoint agent writes, any thread reads. */
final class CheckpointCounts
{
    private final Counter completed = new Counter();
    private final Counter unforced = new Counter();
    private final Counter failed = new Counter();
    private final Counter lastId = new Counter();
    private final Counter lastDurationNs = new Counter();
    private final Counter lastBytes = new Counter();

    /** One has been completed and forced. */
    void completed(final long id, final long bytes, final long durationNs)
    {
        lastId.set(id);
        lastBytes.set(bytes);
        lastDurationNs.set(durationNs);
        completed.add(1);
    }

    Counter completed()
    {
        return completed;
    }

    Counter unforced()
    {
        return unforced;
    }

    Counter failed()
    {
        return failed;
    }

    void show(final LiveFile.Contents contents, final String role)
    {
        contents.show(Measure.CHECKPOINT_ID, 0, 0, role, lastId);
        contents.show(Measure.CHECKPOINT_DURATION, 0, 0, role, lastDurationNs);
        contents.show(Measure.CHECKPOINT_BYTES, 0, 0, role, lastBytes);
        contents.show(Measure.CHECKPOINT_COMPLETED, 0, 0, role, completed);
        contents.show(Measure.CHECKPOINT_FAILED, 0, 0, role, failed);
    }
}
