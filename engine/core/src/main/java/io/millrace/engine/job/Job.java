package io.millrace.engine.job;

import io.millrace.codecs.Block;
import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.Source;
import io.millrace.engine.kernel.Router;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.output.OutputAgent;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.plan.TablePlan;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.shard.MergeAgent;
import io.millrace.engine.shard.ShardAgent;
import io.millrace.engine.shard.ShardCounters;
import io.millrace.engine.sink.Sinks;
import io.millrace.engine.sink.StoringAgent;
import io.millrace.engine.source.SourceAgent;
import io.millrace.engine.source.SourceCounters;
import io.millrace.engine.state.StateMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * A job's agents wired together, without threads: sources, shards, the merge agent where a window has no key, and the
 * sink agent. A runner calls their duty cycles.
 *
 * <p><b>Ownership:</b> owns the ring, the logs and what it was given opened. <b>Threading:</b> built and closed by one
 * thread while no agent runs; counts may be read by any.
 */
public final class Job implements AutoCloseable
{
    private final JobPlan plan;
    private final BlockRing ring;
    private final List<SourceAgent> sources = new ArrayList<>();
    private final List<ShardAgent> shards = new ArrayList<>();
    private final @Nullable MergeAgent merge;
    private final OutputAgent output;
    private final Log outputLog;
    private final Sinks sinks;
    private final @Nullable Durability durability;
    private final Accounts accounts;
    /** What gives back what the job has taken, in the order of taking. */
    private final List<AutoCloseable> closings = new ArrayList<>();
    private final int[][] pipelinesOfTable;
    private long restoreNs;

    /**
     * What a job is connected to.
     *
     * @param sources  opened, by table.
     * @param decoders of the tables' formats, null for a table whose source delivers rows.
     * @param sinks    opened, by sink.
     * @param openers  open a sink again that failed, by sink; a job with a state folder needs them.
     */
    public record Endpoints(
        List<Source> sources, List<@Nullable RowDecoder> decoders, List<Sink> sinks, List<Supplier<Sink>> openers)
        implements AutoCloseable
    {
        /** Endpoints whose sinks can't be opened again. */
        public Endpoints(
            final List<Source> sources, final List<@Nullable RowDecoder> decoders, final List<Sink> sinks)
        {
            this(sources, decoders, sinks, List.of());
        }

        /** Closes all of them: those of a job are its own to close. */
        @Override
        public void close()
        {
            final List<AutoCloseable> all = new ArrayList<>();
            sources.forEach(source -> all.add(source::close));
            decoders.stream().filter(Objects::nonNull).forEach(decoder -> all.add(decoder::close));
            sinks.forEach(sink -> all.add(sink::close));
            CloseHelper.closeAll(all);
        }
    }

    /**
     * What a runner brings: time, choice and an eye on the ring.
     *
     * @param chooser picks one of n equally good partitions, from 0 on.
     * @param regions touched memory for the state.
     */
    public record Environment(
        LongSupplier nanoClock, IntUnaryOperator chooser, BlockRing.Observer observer,
        StateMemory.RegionSupplier regions)
    {
    }

    /** A job that keeps nothing beyond its process. */
    public Job(
        final JobPlan plan, final JobOptions options, final Endpoints endpoints, final Environment environment)
    {
        this(plan, options, endpoints, environment, null);
    }

    /**
     * @param stateFolder what the job keeps and where it goes on; null where it keeps nothing.
     * @throws DamagedCheckpointException after which the endpoints are as they were and the state folder is closed.
     *                                    After anything else that is thrown all of them are closed.
     */
    public Job(
        final JobPlan plan, final JobOptions options, final Endpoints endpoints, final Environment environment,
        final @Nullable StateFolder stateFolder)
    {
        this.plan = plan;
        pipelinesOfTable = plan.pipelinesOfTable();
        try
        {
            if (stateFolder != null)
            {
                closings.add(stateFolder);
            }
            requireJournal(plan, endpoints, stateFolder);
            final int mostPipelines = mostPipelines(pipelinesOfTable);
            final int shardCount = options.shards();
            final int maxRows = maxRows(options);
            ring = own(new BlockRing(options.ringSlots(), options.blockBytes(), maxRows, mostPipelines, shardCount,
                plan.tables().size() == 1, environment.observer()));
            final int merged = MergeAgent.merged(plan).size();
            final long share = options.stateBytes() / (shardCount + (merged > 0 ? 1 : 0));
            final Map<String, Log> snapshots = new LinkedHashMap<>();
            final Log[] exchanges = new Log[shardCount];
            final List<Log> outputs = new ArrayList<>();
            final int[] partitions =
                endpoints.sources().stream().mapToInt(source -> source.partitions().size()).toArray();
            for (int shard = 0; shard < shardCount; shard++)
            {
                exchanges[shard] = newMemoryLog(options.logBytes());
                outputs.add(newMemoryLog(options.logBytes()));
                shards.add(own(new ShardAgent(shard, shardCount, plan, partitions, ring.newCursor(),
                    outputs.get(shard), exchanges[shard],
                    newSnapshotLog(stateFolder, Restoration.shardPart(shard), options, snapshots),
                    new StateMemory(share, environment.regions()), newShardCounters())));
            }
            for (int i = 0; i < merged; i++)
            {
                outputs.add(newMemoryLog(options.logBytes()));
            }
            merge = merged == 0 ? null : own(new MergeAgent(plan, exchanges,
                outputs.subList(shardCount, shardCount + merged),
                newSnapshotLog(stateFolder, Restoration.MERGE_PART, options, snapshots),
                new StateMemory(share, environment.regions()), newShardCounters()));
            outputLog = stateFolder == null ? newMemoryLog(options.logBytes()) : stateFolder.output();
            durability = stateFolder == null ? null : new Durability(
                stateFolder, plan, endpoints.sources(), ring, pipelinesOfTable, shardCount);
            if (durability != null)
            {
                closings.add(durability);
            }
            output = own(new OutputAgent(
                outputs, outputLog, durability == null ? () -> Long.MAX_VALUE : durability.journal()::committedEntry));
            if (stateFolder != null)
            {
                // Before the source agents, which own what the endpoints bring.
                final long beginNs = environment.nanoClock().getAsLong();
                new Restoration(plan, shards, merge, stateFolder).restore(partitions, share);
                restoreNs = environment.nanoClock().getAsLong() - beginNs;
            }
            final SourceAgent.Wiring wiring = new SourceAgent.Wiring(ring, shardCount, maxRows, options.maxRowBytes(),
                options.idleTimeoutNs(), environment.nanoClock(), environment.chooser(), this::pendingWindows,
                this::wantedCheckpoint, this::committedSequence,
                stateFolder == null ? () -> false : stateFolder.journal()::isLow);
            for (final TablePlan table : plan.tables())
            {
                sources.add(own(newSource(table, endpoints, options,
                    table.id() == 0 ? wiring : wiring.withoutCheckpoints(), maxRows, mostPipelines)));
            }
            if (durability != null)
            {
                durability.resume(
                    sources, output, nextNumbers(), snapshots, this::isUpstreamDone, environment.nanoClock());
            }
            sinks = newSinks(endpoints, options, stateFolder, environment.nanoClock());
            sinks.follow(outputs, output, outputLog, this::resultsMade, environment.nanoClock());
            if (durability != null)
            {
                durability.replay().require(sinks.lastEntry());
            }
            accounts = new Accounts(plan, pipelinesOfTable, sources, shards, merge, sinks);
            endpoints.sources().forEach(source -> closings.add(source::close));
            closings.add(sinks);
        }
        catch (final DamagedCheckpointException e)
        {
            // Also where a log can't be closed: who begins again would not know the endpoints for its own.
            releaseAfter(e);
            throw e;
        }
        catch (final RuntimeException | Error e)
        {
            // Decoders go with the source agents that have them.
            closings.add(new Endpoints(endpoints.sources(),
                endpoints.decoders().subList(sources.size(), endpoints.decoders().size()), endpoints.sinks()));
            releaseAfter(e);
            throw e;
        }
    }

    private static void requireJournal(
        final JobPlan plan, final Endpoints endpoints, final @Nullable StateFolder stateFolder)
    {
        for (final TablePlan table : plan.tables())
        {
            if (stateFolder == null && endpoints.sources().get(table.id()).wantsAcknowledgement())
            {
                throw new ConnectorException(ConnectorException.Kind.OPTION, "table " + table.name() +
                    ": rows are to be acknowledged once they are journaled, and this job keeps no journal; run it " +
                    "with --state DIR");
            }
        }
    }

    private Sinks newSinks(
        final Endpoints endpoints, final JobOptions options, final @Nullable StateFolder stateFolder,
        final LongSupplier nanoClock)
    {
        return stateFolder == null ?
            new Sinks(plan, endpoints.sinks(), endpoints.sources(), options.sideFolder(), outputLog,
            this::isUpstreamDone, options.errors(), this::rowsRead) :
            Sinks.durable(plan, endpoints.sinks(), endpoints.openers(), endpoints.sources(), stateFolder.storage(),
            outputLog, this::isUpstreamDone, options.errors(), this::rowsRead,
            stateFolder.forSinks(nanoClock, this::isInputDone));
    }

    private BlockRing own(final BlockRing made)
    {
        closings.add(made);
        return made;
    }

    private <A extends Agent> A own(final A made)
    {
        closings.add(made::onClose);
        return made;
    }

    private Log newMemoryLog(final int bytes)
    {
        final Log log = new MemoryLog(bytes);
        closings.add(log);
        return log;
    }

    /** Where an agent puts its share of a checkpoint; null without a state folder. */
    private @Nullable Log newSnapshotLog(
        final @Nullable StateFolder folder, final String part, final JobOptions options,
        final Map<String, Log> snapshots)
    {
        if (folder == null)
        {
            return null;
        }
        final Log log = newMemoryLog(options.logBytes());
        snapshots.put(part, log);
        return log;
    }

    /** By writer, number of the record that it makes next. */
    private long[] nextNumbers()
    {
        final LongStream ofShards = shards.stream().mapToLong(ShardAgent::nextNumber);
        return (merge == null ? ofShards : LongStream.concat(ofShards, merge.nextNumbers())).toArray();
    }

    /** The last place of the ring that the journal has committed; −1 for none. */
    private long committedSequence()
    {
        return durability == null ? -1 : durability.committedSequence();
    }

    private long wantedCheckpoint()
    {
        return durability == null ? 0 : durability.wantedCheckpoint();
    }

    private SourceAgent newSource(
        final TablePlan table, final Endpoints endpoints, final JobOptions options, final SourceAgent.Wiring wiring,
        final int maxRows, final int mostPipelines)
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
        final Block first = new Block(options.blockBytes(), new Sidecar(maxRows, mostPipelines, options.shards()));
        return new SourceAgent(table, endpoints.sources().get(table.id()), endpoints.decoders().get(table.id()),
            routers, windows, SourceCounters.of(ids.length), first, wiring);
    }

    /** Bytes that the ring of such a job takes at first; rows larger than a block take more. */
    public static long ringBytes(final JobPlan plan, final JobOptions options)
    {
        final int mostPipelines = mostPipelines(plan.pipelinesOfTable());
        return (options.blockBytes() + Sidecar.bytes(maxRows(options), mostPipelines, options.shards())) *
            options.ringSlots();
    }

    private static int mostPipelines(final int[][] pipelinesOfTable)
    {
        int most = 1;
        for (final int[] ids : pipelinesOfTable)
        {
            most = Math.max(most, ids.length);
        }
        return most;
    }

    private static int maxRows(final JobOptions options)
    {
        return Math.max(1, Math.min(options.maxBlockRows(), options.blockBytes() / 32));
    }

    private ShardCounters newShardCounters()
    {
        return ShardCounters.of(plan.pipelines().size(), plan.tables().size(), plan.statements().size());
    }

    private long pendingWindows()
    {
        long pending = 0;
        for (int i = 0; i < shards.size(); i++)
        {
            pending += shards.get(i).counters().pendingWindows().get();
        }
        return pending;
    }

    /** Results of a statement that were made up to now. */
    private long resultsMade(final int statement)
    {
        long made = merge == null ? 0 : merge.counters().results()[statement].get();
        for (final ShardAgent shard : shards)
        {
            made += shard.counters().results()[statement].get();
        }
        return made;
    }

    private long rowsRead()
    {
        long rows = 0;
        for (int i = 0; i < sources.size(); i++)
        {
            rows += sources.get(i).counters().rows().get();
        }
        return rows;
    }

    /** Asked in every duty cycle of the sink agents: by index, because an iterator is an object. */
    private boolean isInputDone()
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

    /** Asked in every duty cycle of the sink and checkpoint agents. */
    private boolean isUpstreamDone()
    {
        if (!isInputDone())
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
        return (merge == null || merge.isSettled()) && output.isSettled();
    }

    BlockRing ring()
    {
        return ring;
    }

    Log outputLog()
    {
        return outputLog;
    }

    public JobPlan plan()
    {
        return plan;
    }

    public List<SourceAgent> sources()
    {
        return sources;
    }

    public List<ShardAgent> shards()
    {
        return shards;
    }

    public @Nullable MergeAgent merge()
    {
        return merge;
    }

    public OutputAgent output()
    {
        return output;
    }

    /** Keeps the job beyond its process; null without a state folder. */
    public @Nullable Durability durability()
    {
        return durability;
    }

    /** Every agent, in the order of a row's way. */
    public List<Agent> agents()
    {
        final List<Agent> agents = new ArrayList<>();
        if (durability != null)
        {
            agents.add(durability.replay());
        }
        agents.addAll(sources);
        agents.addAll(shards);
        if (merge != null)
        {
            agents.add(merge);
        }
        agents.addAll(sinks.provisional());
        if (durability != null)
        {
            agents.add(durability.journal());
        }
        agents.add(output);
        agents.addAll(sinks.agents());
        if (durability != null)
        {
            agents.addAll(coldAgents());
        }
        return agents;
    }

    /** Those that may wait for the disk, whatever the placement; none without a state folder. */
    List<Agent> coldAgents()
    {
        final List<Agent> agents = new ArrayList<>();
        if (durability != null)
        {
            agents.add(durability.checkpoints());
            agents.add(durability.maintenance());
            final StoringAgent storing = sinks.storing();
            if (storing != null && storing.isNeeded())
            {
                agents.add(storing);
            }
        }
        return agents;
    }

    public Sinks sinks()
    {
        return sinks;
    }

    /** Whether every input has ended and every result has been committed. */
    public boolean isDone()
    {
        return sinks.isDone() && (durability == null || durability.isDone());
    }

    /** Asks the sources to read no more; what was read is finished and committed. */
    public void stop()
    {
        sources.forEach(SourceAgent::stop);
    }

    public JobProgress progress()
    {
        return accounts.progress();
    }

    /** The counts of each statement; they balance once the job is done. */
    public List<StatementCounts> counts()
    {
        return accounts.counts();
    }

    /**
     * Looks for rows that are not accounted for, once the job is done.
     *
     * @return what is wrong, a sentence each; empty where nothing is.
     */
    public List<String> violations()
    {
        return accounts.violations();
    }

    /** How long it took to restore the checkpoint, 0 without one. */
    public long restoreNs()
    {
        return restoreNs;
    }

    /** Closes the agents and gives everything back. No agent may run. */
    @Override
    public void close()
    {
        release();
    }

    /** Gives back what was taken, the last first, all of it whatever one of them throws. */
    private void release()
    {
        if (closings.isEmpty())
        {
            return;
        }
        try
        {
            CloseHelper.close(closings.remove(closings.size() - 1));
        }
        finally
        {
            release();
        }
    }

    private void releaseAfter(final Throwable cause)
    {
        try
        {
            release();
        }
        catch (final RuntimeException e)
        {
            cause.addSuppressed(e);
        }
    }
}
