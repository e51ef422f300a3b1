package io.millrace.node.simulation;

import io.millrace.codecs.RowDecoder;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.Format;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.Source;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.plan.TablePlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.Agent;

/**
 * One run of one seed: a job over a drawn input, killed and started again on the same disk until everything is done,
 * then judged. The seed alone decides what happens.
 */
final class Simulation
{
    private static final ConnectorCatalogue CATALOGUE = ConnectorCatalogue.load();
    private static final long MAX_STEPS = 400_000;
    private static final int MAX_ROW_BYTES = 1024;

    private final long seed;
    private final SplittableRandom random;
    private final Trace trace;
    private final FaultCounts counts = new FaultCounts();
    private final ModelJob job;
    private final List<ModelInput> inputs = new ArrayList<>();
    private final List<ModelTable> tables = new ArrayList<>();
    private final Entries entries;
    private final Scheduler scheduler;
    private final JobOptions options;

    /**
     * What came of a run.
     *
     * @param failure null where every promise was kept.
     */
    record Outcome(long seed, String failure, long traceHash, FaultCounts counts, long steps, String words)
    {
    }

    private Simulation(final long seed, final boolean isTold)
    {
        this.seed = seed;
        random = new SplittableRandom(seed);
        trace = new Trace(isTold);
        job = ModelJob.values()[random.nextInt(ModelJob.values().length)];
        final int dirt = random.nextInt(3) == 0 ? 0 : random.nextInt(10, 80);
        for (final String table : job.tables())
        {
            inputs.add(new ModelInput(table, table.equals("events"), random.split(), random.nextInt(1, 4),
                random.nextInt(20, 160), dirt));
        }
        for (final ModelJob.Statement statement : job.statements())
        {
            tables.add(new ModelTable(statement.sink(), random.nextInt(5) > 0, random.split(), counts, trace));
        }
        entries = new Entries(inputs, trace);
        scheduler = new Scheduler(random.split(), counts, 2000);
        options = new JobOptions(random.nextInt(1, 4), JobOptions.Placement.FUSED, 1 << random.nextInt(9, 13),
            random.nextInt(1, 20), 1 << random.nextInt(1, 4), 64L << 20, MAX_ROW_BYTES, 1 << 13,
            random.nextBoolean() ? 0 : 1_000_000, Path.of(System.getProperty("java.io.tmpdir"), "none"));
        trace.say(job + " " + options.shards() + " shards");
    }

    /** Runs a seed. */
    static Outcome run(final long seed, final boolean isTold)
    {
        final Simulation simulation = new Simulation(seed, isTold);
        String failure = null;
        try
        {
            simulation.live();
        }
        catch (final Violation e)
        {
            failure = e.getMessage();
        }
        return new Outcome(seed, failure, simulation.trace.hash(), simulation.counts, simulation.scheduler.steps(),
            simulation.trace.words());
    }

    private void live()
    {
        final Job.Environment environment = new Job.Environment(scheduler::nowNs, random::nextInt,
            (sequence, block) -> entries.onPublish(sequence, block), () -> 0);
        try (Job running = new Job(job.plan(), options, endpoints(), environment))
        {
            final List<Agent> agents = agents(running);
            while (!running.isDone())
            {
                if (scheduler.steps() > MAX_STEPS)
                {
                    throw new Violation("no end after " + scheduler.steps() + " steps: " + running.counts());
                }
                scheduler.step(agents);
                tables.forEach(ModelTable::pass);
            }
            judge(running);
        }
    }

    private Job.Endpoints endpoints()
    {
        final List<Source> sources = new ArrayList<>();
        final List<RowDecoder> decoders = new ArrayList<>();
        for (final TablePlan table : job.plan().tables())
        {
            sources.add(new ModelSource(inputs.get(table.id()), random.split(), scheduler::nowNs, counts));
            final Format format = CATALOGUE.format("json");
            decoders.add(format.decoder(table.layout(), table.decodedColumns(), table.options()));
        }
        final List<Sink> sinks = new ArrayList<>();
        for (int sink = 0; sink < tables.size(); sink++)
        {
            sinks.add(new ModelSink(tables.get(sink), job.plan().sinks().get(sink).layout(), random.split(), counts, 0));
        }
        return new Job.Endpoints(sources, decoders, sinks);
    }

    private static List<Agent> agents(final Job job)
    {
        final List<Agent> agents = new ArrayList<>();
        agents.addAll(job.sources());
        agents.addAll(job.shards());
        if (job.merge() != null)
        {
            agents.add(job.merge());
        }
        agents.add(job.output());
        agents.addAll(job.sinks().agents());
        return agents;
    }

    private void judge(final Job running)
    {
        entries.check();
        new Judge(job, inputs, entries.all(), tables).check(running.counts());
        final List<String> violations = running.violations();
        if (!violations.isEmpty())
        {
            throw new Violation("the job's own counts: " + violations);
        }
    }

    @Override
    public String toString()
    {
        return "seed " + seed;
    }
}
