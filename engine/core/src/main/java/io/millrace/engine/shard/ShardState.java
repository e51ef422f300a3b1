package io.millrace.engine.shard;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.snapshot.SnapshotReader;
import io.millrace.engine.snapshot.SnapshotWriter;
import io.millrace.engine.state.Slice;
import io.millrace.engine.state.SliceRestorer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a shard's output depends on: into a snapshot, and back into a shard that has not run yet.
 *
 * <p><b>Threading:</b> one shard.
 */
final class ShardState implements SnapshotReader.Handler
{
    private static final int WATERMARKS_IN_RECORD = 256;

    private final String name;
    private final Watermarks watermarks;
    private final WindowAggregate[] aggregates;
    private final WindowDrain[] drains;
    private final PartialWriter[] partials;
    private final RecordWriter results;
    private final ShardCounters shardCounters;
    private final Counter[] counters;
    private final SliceRestorer slices;
    /** By aggregate: the slices of the snapshot being restored. */
    private final List<List<Slice>> restored = new ArrayList<>();
    private final int[] newest;

    ShardState(
        final String name, final Watermarks watermarks, final WindowAggregate[] aggregates, final WindowDrain[] drains,
        final PartialWriter[] partials, final RecordWriter results, final ShardCounters counters)
    {
        this.name = name;
        this.watermarks = watermarks;
        this.aggregates = aggregates;
        this.drains = drains;
        this.partials = partials;
        this.results = results;
        shardCounters = counters;
        this.counters = counters.all();
        slices = new SliceRestorer(name);
        newest = new int[aggregates.length];
        for (int i = 0; i < aggregates.length; i++)
        {
            restored.add(new ArrayList<>());
        }
    }

    /** Begins a snapshot of the state as it is now. */
    void begin(final Snapshot snapshot, final long checkpoint, final long entry)
    {
        snapshot.begin(checkpoint, entry, new long[]{results.nextNumber()});
        final SnapshotWriter writer = snapshot.writer();
        writer.counters(counters);
        for (int table = 0; table < watermarks.tables(); table++)
        {
            for (int first = 0; first < watermarks.partitions(table); first += WATERMARKS_IN_RECORD)
            {
                final int count = Math.min(WATERMARKS_IN_RECORD, watermarks.partitions(table) - first);
                writer.begin(SnapshotDescriptor.WATERMARKS, table);
                writer.putInt(first);
                writer.putInt(count);
                for (int partition = first; partition < first + count; partition++)
                {
                    writer.putLong(watermarks.of(table, partition));
                    writer.putLong(watermarks.isIdle(table, partition) ? 1 : 0);
                }
                writer.end();
            }
        }
        for (int i = 0; i < aggregates.length; i++)
        {
            final WindowAggregate aggregate = aggregates[i];
            final List<Slice> all = aggregate.slices();
            writer.begin(SnapshotDescriptor.AGGREGATE, i);
            writer.putLong(aggregate.watermark());
            writer.putLong(partials[i].progress());
            drains[i].write(writer);
            writer.putInt(aggregate.newest(all));
            writer.putInt(all.size());
            writer.end();
            final int closed = aggregate.closed().size();
            for (int slice = 0; slice < all.size(); slice++)
            {
                snapshot.add(all.get(slice), slice, slice < closed);
            }
        }
    }

    /**
     * Takes over what is the same in every shard, and the counts, from a shard that there was before the number of
     * shards changed.
     *
     * @param isFirst whether it is the first of them.
     * @param isHeir  whether what is counted once for all shards is counted here.
     */
    void join(final ShardState old, final boolean isFirst, final boolean isHeir)
    {
        shardCounters.join(old.shardCounters, isHeir);
        for (int table = 0; table < watermarks.tables(); table++)
        {
            for (int partition = 0; partition < watermarks.partitions(table); partition++)
            {
                watermarks.raise(table, partition, old.watermarks.of(table, partition));
                watermarks.setIdle(table, partition, old.watermarks.isIdle(table, partition));
                if (watermarks.of(table, partition) != old.watermarks.of(table, partition))
                {
                    throw SnapshotReader.damaged(old.name, "another watermark than the shard before");
                }
            }
        }
        for (int i = 0; i < aggregates.length; i++)
        {
            aggregates[i].restore(Math.max(aggregates[i].watermark(), old.aggregates[i].watermark()));
            partials[i].restore(isFirst ? old.partials[i].progress() :
                Math.min(partials[i].progress(), old.partials[i].progress()));
        }
    }

    WindowAggregate aggregate(final int id)
    {
        return aggregates[id];
    }

    @Override
    public void onBegin(final long checkpoint, final long entry, final long[] nextNumbers)
    {
        if (nextNumbers.length != 1)
        {
            throw SnapshotReader.damaged(name, nextNumbers.length + " writers instead of one");
        }
        results.resume(nextNumbers[0]);
    }

    @Override
    public void onRecord(final short kind, final int id, final long body, final long length)
    {
        final boolean isSound = switch (kind)
        {
            case SnapshotDescriptor.COUNTERS -> ShardCounters.restore(counters, body, length);
            case SnapshotDescriptor.WATERMARKS -> watermarks(id, body, length);
            case SnapshotDescriptor.AGGREGATE -> aggregate(id, body, length);
            case SnapshotDescriptor.SLICE -> slice(id, body, length);
            default ->
            {
                final Slice slice = length < 4 ? null : sliceOf(id, Memory.getInt(body));
                if (slice != null)
                {
                    slices.onRecord(kind, slice, body, length);
                }
                yield slice != null;
            }
        };
        if (!isSound)
        {
            throw SnapshotReader.damaged(name, "a record of kind " + kind + " with id " + id + " and " + length +
                " bytes that makes no sense for this job");
        }
    }

    private @Nullable Slice sliceOf(final int aggregate, final int index)
    {
        return aggregate >= 0 && aggregate < aggregates.length && index >= 0 && index < restored.get(aggregate).size() ?
            restored.get(aggregate).get(index) : null;
    }

    private boolean watermarks(final int table, final long body, final long length)
    {
        final int first = length < 8 ? -1 : Memory.getInt(body);
        final int count = length < 8 ? -1 : Memory.getInt(body + 4);
        if (table < 0 || table >= watermarks.tables() || first < 0 || count < 0 || length != 8 + 16L * count ||
            (long)first + count > watermarks.partitions(table))
        {
            return false;
        }
        for (int i = 0; i < count; i++)
        {
            watermarks.raise(table, first + i, Memory.getLong(body + 8 + 16L * i));
            watermarks.setIdle(table, first + i, Memory.getLong(body + 16 + 16L * i) != 0);
        }
        return true;
    }

    private boolean aggregate(final int id, final long body, final long length)
    {
        if (id < 0 || id >= aggregates.length || length != SnapshotDescriptor.AGGREGATE_LENGTH)
        {
            return false;
        }
        aggregates[id].restore(Memory.getLong(body));
        partials[id].restore(Memory.getLong(body + SnapshotDescriptor.AGGREGATE_PROGRESS_OFFSET));
        drains[id].restore(body + SnapshotDescriptor.AGGREGATE_DRAIN_OFFSET);
        newest[id] = Memory.getInt(body + SnapshotDescriptor.AGGREGATE_NEWEST_OFFSET);
        return true;
    }

    private boolean slice(final int id, final long body, final long length)
    {
        if (id < 0 || id >= aggregates.length || length != SnapshotDescriptor.SLICE_LENGTH ||
            Memory.getInt(body) != restored.get(id).size())
        {
            return false;
        }
        restored.get(id).add(aggregates[id].restoreSlice(Memory.getLong(body + 8), Memory.getInt(body + 4) != 0));
        return true;
    }

    @Override
    public void onEnd()
    {
        for (int i = 0; i < aggregates.length; i++)
        {
            final int index = newest[i];
            if (index >= 0 && sliceOf(i, index) == null)
            {
                throw SnapshotReader.damaged(name, "no slice " + index + " of aggregation " + i);
            }
            aggregates[i].restoreNewest(index >= 0 ? sliceOf(i, index) : null, index == SnapshotDescriptor.DRAINED);
            restored.get(i).clear();
        }
    }
}
