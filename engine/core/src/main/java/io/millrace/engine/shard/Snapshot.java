package io.millrace.engine.shard;

import io.millrace.engine.log.Log;
import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.snapshot.SnapshotWriter;
import io.millrace.engine.state.Slice;
import io.millrace.engine.state.SliceImage;
import java.util.ArrayDeque;

/**
 * The snapshots of one agent, one at a time: what is small is written at the cut, slices follow in the order in which
 * they will be drained, {@link #BUDGET} bytes in a duty cycle at most, half of it at least whatever changes have had
 * written ahead: the sooner all is written, the fewer of them have to.
 *
 * <p><b>Threading:</b> the agent's thread. <b>Ownership:</b> owns its writer.
 */
final class Snapshot implements AutoCloseable
{
    /** Bytes written in a duty cycle, about. */
    static final int BUDGET = 256 * 1024;

    private final SnapshotWriter writer;
    private final ArrayDeque<SliceImage> images = new ArrayDeque<>();
    private long budget = BUDGET;
    private long checkpoint;
    private boolean isActive;
    private boolean isEnded;
    /** What had been staged after the duty cycle before. */
    private long staged;
    private long maxStaged;

    /**
     * @param agent stands in the header of every batch.
     */
    Snapshot(final Log log, final int agent)
    {
        writer = new SnapshotWriter(log, agent);
    }

    /** Whether a snapshot is under way. */
    boolean isActive()
    {
        return isActive;
    }

    /** Whether state may be changed now; where not, the agent's duty cycle does no more. */
    boolean hasRoom()
    {
        return !isActive || writer.hasRoom();
    }

    /** Sets the bytes of a duty cycle, which are {@link #BUDGET} otherwise. */
    void limit(final long bytes)
    {
        budget = bytes;
    }

    SnapshotWriter writer()
    {
        return writer;
    }

    /** Begins one; none is under way. */
    void begin(final long newCheckpoint, final long entry, final long[] nextNumbers)
    {
        isActive = true;
        isEnded = false;
        checkpoint = newCheckpoint;
        writer.open(checkpoint, entry, nextNumbers);
    }

    /** Adds a slice. */
    void add(final Slice slice, final int index, final boolean isClosed)
    {
        images.addLast(slice.newImage(writer, index, isClosed));
    }

    /** Writes on: how much work that was. */
    int work()
    {
        final long before = staged;
        int work = writer.pump() ? 1 : 0;
        if (work > 0)
        {
            final long ahead = writer.staged() - before;
            long left = Math.min(budget, Math.max(budget / 2, budget + budget / 2 - ahead));
            while (left > 0 && !images.isEmpty())
            {
                left = images.peekFirst().dump(left);
                if (left > 0)
                {
                    images.removeFirst();
                }
            }
            if (images.isEmpty() && !isEnded)
            {
                isEnded = true;
                writer.begin(SnapshotDescriptor.END, 0);
                writer.putLong(checkpoint);
                writer.end();
            }
            if (isEnded && writer.flush())
            {
                isActive = false;
            }
            else if (isEnded || !writer.pump())
            {
                work = writer.staged() > before ? 1 : 0;
            }
        }
        staged = writer.staged();
        maxStaged = Math.max(maxStaged, staged - before);
        return work;
    }

    /** Most bytes that any duty cycle has copied for a snapshot. */
    long maxStaged()
    {
        return maxStaged;
    }

    @Override
    public void close()
    {
        writer.close();
    }
}
