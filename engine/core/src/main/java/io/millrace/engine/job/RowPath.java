package io.millrace.engine.job;

import io.millrace.codecs.Block;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.connector.Source;
import io.millrace.engine.kernel.Router;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.plan.TablePlan;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.shard.MergeAgent;
import io.millrace.engine.shard.ShardAgent;
import io.millrace.engine.shard.ShardCounters;
import io.millrace.engine.source.SourceAgent;
import io.millrace.engine.source.SourceCounters;
import io.millrace.engine.state.StateMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a row passes until it is a result: the source agents, the ring, the shards, the merge agent where a window has
 * no key, and the logs that they write.
 *
 * <p><b>Ownership:</b> what is made here is given to the job's closings. <b>Threading:</b> built by one thread while no
 * agent runs; what it tells of all agents together may be asked by any, and takes no memory.
 */
final class RowPath
{
    private final JobPlan plan;
    private final JobOptions options;
    private final Closings closings;
    private final int[][] pipelinesOfTable;
    private final int[] partitions;
    private final BlockRing ring;
    private final List<SourceAgent> sources = new ArrayList<>();
    private final List<ShardAgent> shards = new ArrayList<>();
    private final @Nullable MergeAgent merge;
    private final List<Log> outputs = new ArrayList<>();
    private final Map<String, Log> snapshots = new LinkedHashMap<>();
    private final long shareBytes;

    /**
     * Makes the way from the ring on; {@link #read} puts the sources before it.
     *
     * @param inputs         the opened sources, by table.
     * @param isCheckpointed whether agents hand over their share of checkpoints.
     */
    RowPath(
        final JobPlan plan, final JobOptions options, final List<Source> inputs, final Job.Environment environment,
        final Closings closings, final boolean isCheckpointed)
    {
        this.plan = plan;
        this.options = options;
        this.closings = closings;
        pipelinesOfTable = plan.pipelinesOfTable();
        partitions = inputs.stream().mapToInt(source -> source.partitions().size()).toArray();
        final int shardCount = options.shards();
        ring = closings.own(new BlockRing(options.ringSlots(), options.blockBytes(), options.rowsOfBlock(),
            plan.mostPipelinesOfTable(), shardCount, plan.tables().size() == 1, environment.observer()));
        final int merged = MergeAgent.merged(plan).size();
        shareBytes = options.stateBytes() / (shardCount + (merged > 0 ? 1 : 0));
        final Log[] exchanges = new Log[shardCount];
        for (int shard = 0; shard < shardCount; shard++)
        {
            exchanges[shard] = newLog();
            outputs.add(newLog());
            shards.add(closings.own(new ShardAgent(shard, shardCount, plan, partitions, ring.newCursor(),
                outputs.get(shard), exchanges[shard],
                isCheckpointed ? newSnapshotLog(Restoration.shardPart(shard)) : null,
                new StateMemory(shareBytes, environment.regions()), newCounters())));
        }
        for (int i = 0; i < merged; i++)
        {
            outputs.add(newLog());
        }
        merge = merged == 0 ? null : closings.own(new MergeAgent(plan, exchanges,
            outputs.subList(shardCount, shardCount + merged),
            isCheckpointed ? newSnapshotLog(Restoration.MERGE_PART) : null,
            new StateMemory(shareBytes, environment.regions()), newCounters()));
    }

    private Log newLog()
    {
        return closings.own(new MemoryLog(options.logBytes()));
    }

    private Log newSnapshotLog(final String part)
    {
        final Log log = newLog();
        snapshots.put(part, log);
        return log;
    }

    private ShardCounters newCounters()
    {
        return ShardCounters.of(plan.pipelines().size(), plan.tables().size(), plan.statements().size());
    }

    /** Makes the source agents, which own from then on what the endpoints bring for their tables. */
    void read(final Job.Endpoints endpoints, final SourceAgent.Wiring wiring)
    {
        for (final TablePlan table : plan.tables())
        {
            sources.add(closings.own(
                newSource(table, endpoints, table.id() == 0 ? wiring : wiring.withoutCheckpoints())));
        }
    }

    private SourceAgent newSource(
        final TablePlan table, final Job.Endpoints endpoints, final SourceAgent.Wiring wiring)
    {
        final int[] ids = pipelinesOfTable[table.id()];
        final Router[] routers = new Router[ids.length];
        final List<AggregatePlan.TumblingWindow> windows = new ArrayList<>();
        for (int i = 0; i < ids.length; i++)
        {
            final PipelinePlan pipeline = plan.pipelines().get(ids[i]);
            routers[i] = pipeline.router().get();
            routers[i].setShards(options.shards());
            if (pipeline.aggregate() >= 0)
            {
                windows.add(plan.aggregates().get(pipeline.aggregate()).window());
            }
        }
        final Block first = new Block(options.blockBytes(),
            new Sidecar(options.rowsOfBlock(), plan.mostPipelinesOfTable(), options.shards()));
        return new SourceAgent(table, endpoints.sources().get(table.id()), endpoints.decoders().get(table.id()),
            routers, windows, SourceCounters.of(ids.length, table.decodedColumns()), first, wiring);
    }

    BlockRing ring()
    {
        return ring;
    }

    List<SourceAgent> sources()
    {
        return sources;
    }

    List<ShardAgent> shards()
    {
        return shards;
    }

    @Nullable MergeAgent merge()
    {
        return merge;
    }

    /** What shards and merge agent write, by writer. */
    List<Log> outputs()
    {
        return outputs;
    }

    /** What agents hand over at a checkpoint's cut, by part, in the order of writers; empty without checkpoints. */
    Map<String, Log> snapshots()
    {
        return snapshots;
    }

    int[][] pipelinesOfTable()
    {
        return pipelinesOfTable;
    }

    /** Partitions of each table. */
    int[] partitions()
    {
        return partitions;
    }

    /** Most that the state of one agent may take. */
    long shareBytes()
    {
        return shareBytes;
    }

    /** By writer, number of the record that it makes next. */
    long[] nextNumbers()
    {
        final LongStream ofShards = shards.stream().mapToLong(ShardAgent::nextNumber);
        return (merge == null ? ofShards : LongStream.concat(ofShards, merge.nextNumbers())).toArray();
    }

    /** Closed windows that the shards have yet to drain. */
    long pendingWindows()
    {
        long pending = 0;
        for (int i = 0; i < shards.size(); i++)
        {
            pending += shards.get(i).counters().pendingWindows().get();
        }
        return pending;
    }

    /** Results of a statement that were made up to now. */
    long resultsMade(final int statement)
    {
        long made = merge == null ? 0 : merge.counters().results()[statement].get();
        for (int i = 0; i < shards.size(); i++)
        {
            made += shards.get(i).counters().results()[statement].get();
        }
        return made;
    }

    long rowsRead()
    {
        long rows = 0;
        for (int i = 0; i < sources.size(); i++)
        {
            rows += sources.get(i).counters().rows().get();
        }
        return rows;
    }

    /** Whether every source has come to its end. Asked in every duty cycle: by index, for an iterator is an object. */
    boolean isRead()
    {
        for (int i = 0; i < sources.size(); i++)
        {
            if (!sources.get(i).isDone())
            {
                return false;
            }
        }
        return true;
    }

    /** Whether all that will ever come has been worked off, and its results lie in the logs. */
    boolean isSettled()
    {
        if (!isRead())
        {
            return false;
        }
        final long published = ring.published();
        for (int i = 0; i < shards.size(); i++)
        {
            if (shards.get(i).settledSequence() != published)
            {
                return false;
            }
        }
        return merge == null || merge.isSettled();
    }
}
