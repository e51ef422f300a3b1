package io.millrace.engine.sink;

import io.millrace.engine.Counter;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.Source;
import io.millrace.engine.live.LiveFile;
import io.millrace.engine.log.Log;
import io.millrace.engine.output.OutputAgent;
import io.millrace.engine.output.OutputTimes;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The sink agents of a job: one for each table that is written, and one for late and dead rows. */
public final class Sinks implements AutoCloseable
{
    private final List<SinkAgent> agents = new ArrayList<>();
    private final @Nullable StoringAgent storing;
    private final List<ProvisionalAgent> provisional = new ArrayList<>();
    /** Sinks that are to have their results ahead of the commit, until {@link #follow}. */
    private final List<RowTarget> early = new ArrayList<>();
    /** By sink. */
    private final BooleanSupplier[] isDone;
    private final BooleanSupplier isUpstreamDone;
    private final Counter[] results;
    private final SideTables sideTables;

    /**
     * Of a job without a state folder.
     *
     * @param isUpstreamDone whether nothing will be appended to the output log any more.
     * @param sideFolder     where late and dead rows are kept.
     * @param rowsRead       rows that the job has read up to now.
     */
    public Sinks(
        final JobPlan plan, final List<Sink> sinks, final List<Source> sources, final Path sideFolder,
        final Log output, final BooleanSupplier isUpstreamDone, final ErrorHandling handling,
        final LongSupplier rowsRead)
    {
        this(plan, sinks, List.of(), output, isUpstreamDone, new SideTables(plan, sources,
            new PlainSideFiles(sideFolder, SideTables.names(plan)), handling, rowsRead), null);
    }

    /**
     * Of a job with a state folder, where late and dead rows are kept too; goes on where an earlier run stopped.
     *
     * @param openers of the sinks, to open one again that failed.
     * @param state   the state folder.
     */
    public static Sinks durable(
        final JobPlan plan, final List<Sink> sinks, final List<Supplier<Sink>> openers, final List<Source> sources,
        final Storage state, final Log output, final BooleanSupplier isUpstreamDone, final ErrorHandling handling,
        final LongSupplier rowsRead, final CommitTerms terms)
    {
        return new Sinks(plan, sinks, openers, output, isUpstreamDone, new SideTables(plan, sources,
            new PartSideFiles(state, SideTables.names(plan), terms.nanoClock()), handling, rowsRead), terms);
    }

    private Sinks(
        final JobPlan plan, final List<Sink> sinks, final List<Supplier<Sink>> openers, final Log output,
        final BooleanSupplier isUpstreamDone, final SideTables sideTables, final @Nullable CommitTerms terms)
    {
        this.sideTables = sideTables;
        this.isUpstreamDone = isUpstreamDone;
        storing = terms == null ? null : new StoringAgent(terms.positions(), terms.nanoClock(), terms.messages());
        isDone = new BooleanSupplier[plan.sinks().size()];
        results = new Counter[plan.statements().size()];
        Arrays.setAll(results, i -> new Counter());
        if (terms == null)
        {
            sinks.forEach(Sink::startsAnew);
        }
        final Ending ending = new Ending();
        agents.add(new SinkAgent(sideTables, output, isUpstreamDone, ending, terms == null ? null :
            new SinkCommits(
            sideTables, terms, DeliveryGuarantee.EXACTLY_ONCE, CommitTerms.Policy.WAIT, null)));
        for (final SinkPlan table : plan.sinks())
        {
            final Sink sink = sinks.get(table.id());
            final DeliveryGuarantee guarantee = DeliveryGuarantee.of(
                table.name(), table.options(), sink.isTransactional(), terms != null);
            final CommitTerms.Policy policy = CommitTerms.Policy.of(table.name(), table.options());
            final RowTarget target = new RowTarget(
                plan, table.id(), sink, terms == null ? () -> sink : openers.get(table.id()), results);
            if (sink.isProvisional())
            {
                requireWaiting(table.name(), policy);
                early.add(target);
                if (terms != null)
                {
                    // It may have had one while it took committed results.
                    terms.positions().forget(table.name());
                }
                continue;
            }
            final SinkAgent agent = new SinkAgent(target, output, isUpstreamDone, ending,
                terms == null ? null : new SinkCommits(target, terms, guarantee, policy,
                storing != null && target.isPrompt() ? storing.newSlot(table.name()) : null));
            isDone[table.id()] = agent::isDone;
            agents.add(agent);
        }
    }

    private static void requireWaiting(final String table, final CommitTerms.Policy policy)
    {
        if (policy == CommitTerms.Policy.DETACH)
        {
            throw new ConnectorException(ConnectorException.Kind.OPTION, "table " + table + ": option '" +
                Sink.FAILURE_POLICY + "' is 'detach', and nothing of provisional results is kept that could wait");
        }
    }

    /**
     * Gives the sinks that want provisional results their agents. Before the first duty cycle, once state has been
     * restored.
     *
     * @param writers logs by writer id.
     * @param output  knows what is committed.
     * @param log     the output log.
     * @param made    by statement: results that were made before those that come.
     */
    public void follow(
        final List<Log> writers, final OutputAgent output, final Log log, final IntToLongFunction made,
        final LongSupplier nanoClock)
    {
        for (final RowTarget target : early)
        {
            target.resume(made);
            final ProvisionalAgent agent = new ProvisionalAgent(target, writers, output, log, isUpstreamDone,
                nanoClock, storing == null ? null : storing.newSlot(target.name()));
            output.await(agent);
            isDone[target.sinkId()] = agent::isDone;
            provisional.add(agent);
        }
        early.clear();
    }

    /**
     * Shows every sink's counters. Before the first duty cycle.
     *
     * @param ofLog  when the output log grew.
     * @param errors is told each failure, also one that comes again.
     */
    public void show(final LiveFile.Contents contents, final OutputTimes ofLog, final Consumer<String> errors)
    {
        for (int i = 0; i < agents.size(); i++)
        {
            agents.get(i).show(contents, ofLog, i, errors);
        }
        for (int i = 0; i < provisional.size(); i++)
        {
            provisional.get(i).show(contents, agents.size() + i, errors);
        }
    }

    /** The side tables' agent, then those of the sinks of committed results by id. */
    public List<SinkAgent> agents()
    {
        return agents;
    }

    /** Stores positions of sinks that must not wait for the disk; null without a state folder. */
    public @Nullable StoringAgent storing()
    {
        return storing;
    }

    /** Agents of the sinks of provisional results. */
    public List<ProvisionalAgent> provisional()
    {
        return provisional;
    }

    /** Whether a sink has made all its rows visible. */
    public boolean isDone(final int sinkId)
    {
        return isDone[sinkId].getAsBoolean();
    }

    /** Whether every row has been written and made visible. */
    public boolean isDone()
    {
        for (int i = 0; i < agents.size(); i++)
        {
            if (!agents.get(i).isDone())
            {
                return false;
            }
        }
        for (int i = 0; i < provisional.size(); i++)
        {
            if (!provisional.get(i).isDone())
            {
                return false;
            }
        }
        return true;
    }

    /** The last ring entry that has a part in what any sink has committed, −1 for none; before the first duty cycle. */
    public long lastEntry()
    {
        long last = -1;
        for (final SinkAgent agent : agents)
        {
            final SinkCommits commits = agent.commits();
            last = Math.max(last, commits == null ? -1 : commits.lastEntry());
        }
        return last;
    }

    /** The output log is needed from here on. */
    public long storedPosition()
    {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < agents.size(); i++)
        {
            least = Math.min(least, agents.get(i).storedPosition());
        }
        return least;
    }

    /** What there is to say of each sink that the job went on without. */
    public List<String> detachments()
    {
        final List<String> said = new ArrayList<>();
        for (final SinkAgent agent : agents)
        {
            final SinkCommits commits = agent.commits();
            final String detachment = commits == null ? null : commits.detachment();
            if (detachment != null)
            {
                said.add(detachment);
            }
        }
        return said;
    }

    /** Rows written, by statement. */
    public Counter[] results()
    {
        return results.clone();
    }

    /** Late and dead rows. */
    public SideTables sideTables()
    {
        return sideTables;
    }

    @Override
    public void close()
    {
        agents.forEach(SinkAgent::onClose);
        provisional.forEach(ProvisionalAgent::onClose);
        early.forEach(RowTarget::close);
    }
}
