package io.millrace.engine.shard;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.snapshot.SnapshotReader;
import io.millrace.engine.snapshot.SnapshotWriter;
import io.millrace.engine.state.Slice;
import io.millrace.engine.state.SliceRestorer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the merge agent's output depends on: into a snapshot, and back into a merge agent that has not run yet.
 *
 * <p><b>Threading:</b> the merge agent.
 */
final class MergeState implements SnapshotReader.Handler
{
    private static final String NAME = "merge";

    private final MergedWindows[] aggregates;
    private final Counter[] counters;
    private final boolean isResharded;
    private final SliceRestorer slices = new SliceRestorer(NAME);
    /** By aggregate: the slices of the snapshot being restored. */
    private final List<List<Slice>> restored = new ArrayList<>();

    /**
     * @param isResharded whether the snapshot to be restored is of another number of shards.
     */
    MergeState(final MergedWindows[] aggregates, final ShardCounters counters, final boolean isResharded)
    {
        this.isResharded = isResharded;
        this.aggregates = aggregates;
        this.counters = counters.all();
        for (int i = 0; i < aggregates.length; i++)
        {
            restored.add(new ArrayList<>());
        }
    }

    /** Begins a snapshot of the state as it is now. */
    void begin(final Snapshot snapshot, final long checkpoint, final long entry)
    {
        final long[] numbers = new long[aggregates.length];
        for (int i = 0; i < numbers.length; i++)
        {
            numbers[i] = aggregates[i].results().nextNumber();
        }
        snapshot.begin(checkpoint, entry, numbers);
        final SnapshotWriter writer = snapshot.writer();
        writer.counters(counters);
        for (final MergedWindows aggregate : aggregates)
        {
            final List<Slice> open = aggregate.slices();
            writer.begin(SnapshotDescriptor.MERGE, aggregate.plan().id());
            writer.putLong(aggregate.entry());
            writer.putInt(aggregate.progress().length);
            writer.putInt(open.size());
            for (final long handedOver : aggregate.progress())
            {
                writer.putLong(handedOver);
            }
            writer.end();
            for (int slice = 0; slice < open.size(); slice++)
            {
                snapshot.add(open.get(slice), slice, false);
            }
        }
    }

    @Override
    public void onBegin(final long checkpoint, final long entry, final long[] nextNumbers)
    {
        if (nextNumbers.length != aggregates.length)
        {
            throw SnapshotReader.damaged(NAME, nextNumbers.length + " writers instead of " + aggregates.length);
        }
        for (int i = 0; i < nextNumbers.length && !isResharded; i++)
        {
            aggregates[i].results().resume(nextNumbers[i]);
        }
    }

    @Override
    public void onRecord(final short kind, final int id, final long body, final long length)
    {
        if (!(kind == SnapshotDescriptor.COUNTERS ? ShardCounters.restore(counters, body, length) :
            ofAggregate(kind, id, body, length)))
        {
            throw SnapshotReader.damaged(NAME, "a record of kind " + kind + " with id " + id + " and " + length +
                " bytes that makes no sense for this job");
        }
    }

    private boolean ofAggregate(final short kind, final int id, final long body, final long length)
    {
        final int at = indexOf(id);
        if (at < 0)
        {
            return false;
        }
        final List<Slice> open = restored.get(at);
        switch (kind)
        {
            case SnapshotDescriptor.MERGE ->
            {
                return isResharded ? joinProgress(aggregates[at], body, length) :
                    progress(aggregates[at], body, length);
            }
            case SnapshotDescriptor.SLICE ->
            {
                if (isResharded)
                {
                    throw new IllegalStateException("a window without a key waits for partials of other shards");
                }
                if (length != SnapshotDescriptor.SLICE_LENGTH || Memory.getInt(body) != open.size())
                {
                    return false;
                }
                open.add(aggregates[at].window(Memory.getLong(body + 8)));
                return true;
            }
            default ->
            {
                final @Nullable Slice slice = length < 4 || Memory.getInt(body) < 0 ||
                    Memory.getInt(body) >= open.size() ? null : open.get(Memory.getInt(body));
                if (slice == null)
                {
                    return false;
                }
                slices.onRecord(kind, slice, body, length);
                return true;
            }
        }
    }

    private int indexOf(final int id)
    {
        for (int i = 0; i < aggregates.length; i++)
        {
            if (aggregates[i].plan().id() == id)
            {
                return i;
            }
        }
        return -1;
    }

    /** What all of the old shards have handed over, all of the new ones have. */
    private static boolean joinProgress(final MergedWindows aggregate, final long body, final long length)
    {
        final int shards = length < SnapshotDescriptor.MERGE_PROGRESS_OFFSET ? -1 :
            Memory.getInt(body + SnapshotDescriptor.MERGE_SHARDS_OFFSET);
        if (shards < 1 || length != SnapshotDescriptor.MERGE_PROGRESS_OFFSET + 8L * shards)
        {
            return false;
        }
        long least = Long.MAX_VALUE;
        for (int shard = 0; shard < shards; shard++)
        {
            least = Math.min(least, Memory.getLong(body + SnapshotDescriptor.MERGE_PROGRESS_OFFSET + 8L * shard));
        }
        for (int shard = 0; shard < aggregate.progress().length; shard++)
        {
            aggregate.progress(shard, least, Memory.getLong(body));
        }
        return true;
    }

    private static boolean progress(final MergedWindows aggregate, final long body, final long length)
    {
        if (length != SnapshotDescriptor.MERGE_PROGRESS_OFFSET + 8L * aggregate.progress().length ||
            Memory.getInt(body + SnapshotDescriptor.MERGE_SHARDS_OFFSET) != aggregate.progress().length)
        {
            return false;
        }
        for (int shard = 0; shard < aggregate.progress().length; shard++)
        {
            aggregate.progress(shard,
                Memory.getLong(body + SnapshotDescriptor.MERGE_PROGRESS_OFFSET + 8L * shard), Memory.getLong(body));
        }
        return true;
    }

    @Override
    public void onEnd()
    {
        restored.forEach(List::clear);
    }
}
