package io.millrace.engine.job;

import io.millrace.codecs.RowDecoder;
import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.Source;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.output.OutputAgent;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.TablePlan;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.shard.MergeAgent;
import io.millrace.engine.shard.ShardAgent;
import io.millrace.engine.sink.Sinks;
import io.millrace.engine.sink.StoringAgent;
import io.millrace.engine.source.SourceAgent;
import io.millrace.engine.state.StateMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
    private final RowPath path;
    private final OutputAgent output;
    private final Log outputLog;
    private final Sinks sinks;
    private final @Nullable Durability durability;
    private final Accounts accounts;
    private final Closings closings = new Closings();
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

        /** What is left when the first decoders have gone elsewhere. */
        private Endpoints behind(final int tables)
        {
            return new Endpoints(sources, decoders.subList(tables, decoders.size()), sinks);
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
        final LongSupplier nanoClock = environment.nanoClock();
        RowPath made = null;
        try
        {
            if (stateFolder != null)
            {
                closings.add(stateFolder);
            }
            requireJournal(plan, endpoints, stateFolder);
            made = new RowPath(plan, options, endpoints.sources(), environment, closings, stateFolder != null);
            path = made;
            outputLog = stateFolder == null ? closings.own(new MemoryLog(options.logBytes())) : stateFolder.output();
            durability = stateFolder == null ? null : closings.own(new Durability(
                stateFolder, plan, endpoints.sources(), path.ring(), path.pipelinesOfTable(), options.shards()));
            output = closings.own(new OutputAgent(path.outputs(), outputLog,
                durability == null ? () -> Long.MAX_VALUE : durability.journal()::committedEntry));
            if (stateFolder != null)
            {
                // Before the source agents, which own what the endpoints bring.
                final long beginNs = nanoClock.getAsLong();
                new Restoration(plan, path.shards(), path.merge(), stateFolder)
                    .restore(path.partitions(), path.shareBytes());
                restoreNs = nanoClock.getAsLong() - beginNs;
            }
            path.read(endpoints, new SourceAgent.Wiring(path.ring(), options.shards(), options.rowsOfBlock(),
                options.maxRowBytes(), options.idleTimeoutNs(), nanoClock, environment.chooser(), path::pendingWindows,
                durability == null ? () -> 0 : durability::wantedCheckpoint,
                durability == null ? () -> -1 : durability::committedSequence,
                stateFolder == null ? () -> false : stateFolder.journal()::isLow));
            if (durability != null)
            {
                durability.resume(path.sources(), output, path.nextNumbers(), path.snapshots(), this::isUpstreamDone,
                    nanoClock);
            }
            sinks = newSinks(endpoints, options, stateFolder, nanoClock);
            sinks.follow(path.outputs(), output, outputLog, path::resultsMade, nanoClock);
            if (durability != null)
            {
                durability.replay().require(sinks.lastEntry());
            }
            accounts = new Accounts(plan, path, sinks);
            endpoints.sources().forEach(source -> closings.add(source::close));
            closings.add(sinks);
        }
        catch (final DamagedCheckpointException e)
        {
            // Also where a log can't be closed: who begins again would not know the endpoints for its own.
            try
            {
                closings.closeAfter(e);
            }
            catch (final Error broken)
            {
                endpoints.close();
                throw broken;
            }
            throw e;
        }
        catch (final RuntimeException | Error e)
        {
            // Decoders go with the source agents that have them.
            closings.add(endpoints.behind(made == null ? 0 : made.sources().size()));
            closings.closeAfter(e);
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
            this::isUpstreamDone, options.errors(), path::rowsRead) :
            Sinks.durable(plan, endpoints.sinks(), endpoints.openers(), endpoints.sources(), stateFolder.storage(),
            outputLog, this::isUpstreamDone, options.errors(), path::rowsRead,
            stateFolder.forSinks(nanoClock, path::isRead));
    }

    /** Asked in every duty cycle of the sink and checkpoint agents. */
    private boolean isUpstreamDone()
    {
        return path.isSettled() && output.isSettled();
    }

    BlockRing ring()
    {
        return path.ring();
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
        return path.sources();
    }

    public List<ShardAgent> shards()
    {
        return path.shards();
    }

    public @Nullable MergeAgent merge()
    {
        return path.merge();
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
        agents.addAll(path.sources());
        agents.addAll(path.shards());
        if (path.merge() != null)
        {
            agents.add(path.merge());
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
        path.sources().forEach(SourceAgent::stop);
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

    /** The columns some of whose values did not fit and were read as NULL, in this run. */
    public List<NulledColumn> nulledColumns()
    {
        return accounts.nulledColumns();
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
        closings.close();
    }
}
