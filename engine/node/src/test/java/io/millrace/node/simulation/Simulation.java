package io.millrace.node.simulation;

import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowLayout;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.Source;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.StatementCounts;
import io.millrace.engine.plan.TablePlan;
import io.millrace.engine.shard.ShardAgent;
import io.millrace.engine.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.agrona.concurrent.Agent;

/**
 * One run of one seed: a job over a drawn input, killed and started again on the same disk until everything is done,
 * then judged. The seed alone decides what happens.
 */
final class Simulation
{
    private static final ConnectorCatalogue CATALOGUE = ConnectorCatalogue.load();
    private static final long MAX_STEPS = 6_000_000;
    private static final int MOST_MILESTONES = 12;
    /** Sets what is drawn of connections apart from the rest of a seed. */
    private static final long CONNECTIONS = 0x5EED_0FA1_1C01_115EL;
    /** Likewise what is drawn of acknowledgements, theirs and those of sinks. */
    private static final long ACKNOWLEDGEMENTS = 0x5EED_0FAC_0FAC_0FACL;

    private final SplittableRandom random;
    private final Trace trace;
    private final FaultCounts counts = new FaultCounts();
    private final Setup setup;
    private final List<ModelInput> inputs = new ArrayList<>();
    private final List<ModelTable> tables = new ArrayList<>();
    /** Null where rows come otherwise. */
    private ModelPublishers publishers;
    private final Entries entries;
    private final Results results = new Results();
    private final Scheduler scheduler;
    private final SimulatedDisk disk;
    private final BitRot rot;
    private int shards;
    private int systemStarts;
    private int lives;
    private List<StatementCounts> finalCounts = List.of();
    /** Of the disk as this life finds it, where a bit of it has turned; else null. */
    private SimulatedDisk.Backup backup;
    /** Whether a loss of power may have taken what was acknowledged, and no life has come so far since as to tell. */
    private boolean hasForgotten;
    /** Whether the disk may ever have been anything but what a process left. */
    private boolean hasGoneBack;
    /** Damaged checkpoints that nobody has taken away, since nothing else would have lasted. */
    private final Set<Long> doubted = new TreeSet<>();
    /** Damaged checkpoints without which a start has changed the logs, and did not live to say so. */
    private final Set<Long> doneWithout = new TreeSet<>();
    /** Checkpoints that this life has passed over so far. */
    private Set<Long> passedOver = Set.of();
    /** Whether this life has come as far as its first duty cycle. */
    private boolean isStarted;
    /** Whether this life has caught up with those before. */
    private boolean isLive;

    /**
     * What came of a run.
     *
     * @param failure null where every promise was kept.
     */
    record Outcome(
        long seed, String failure, Throwable cause, long traceHash, FaultCounts counts, int lives, long steps,
        String words)
    {
    }

    private Simulation(final long seed, final boolean isTold)
    {
        random = new SplittableRandom(seed);
        trace = new Trace(isTold);
        setup = Setup.drawn(random.split());
        final SplittableRandom connections = new SplittableRandom(seed ^ CONNECTIONS);
        final SplittableRandom acknowledgements = new SplittableRandom(seed ^ ACKNOWLEDGEMENTS);
        shards = setup.sizes().shards();
        for (final String table : setup.job().tables())
        {
            final ModelInput.Way way = table.equals("events") ? ModelInput.Way.REREAD :
                connections.nextInt(2) > 0 ? ModelInput.Way.TOLD :
                acknowledgements.nextInt(3) > 0 ? ModelInput.Way.CONNECTED : ModelInput.Way.UNACKNOWLEDGED;
            inputs.add(new ModelInput(table, way, random.split(), random.nextInt(1, 4), setup.input()));
            if (inputs.get(inputs.size() - 1).isConnected())
            {
                publishers = new ModelPublishers(
                    inputs.get(inputs.size() - 1), connections, () -> nowNs(), counts, trace);
            }
        }
        for (final ModelJob.Statement statement : setup.job().statements())
        {
            // Where a loss of power takes back what was shown, more sinks are of a kind that it shows in.
            final boolean isTransactional =
                random.nextInt(5) > 0 && acknowledgements.nextInt(setup.mayForget() ? 2 : 6) > 0;
            tables.add(new ModelTable(statement.sink(), isTransactional, random.split(), counts, trace));
        }
        entries = new Entries(inputs, counts, trace);
        scheduler = new Scheduler(random.split(), counts, 2000);
        disk = new SimulatedDisk(random.split(), counts, 64 << 20);
        hasGoneBack = setup.troubles().disk().isForgetful();
        rot = new BitRot(disk, random.split());
        trace.say(setup.toString());
    }

    /** Runs a seed. */
    static Outcome run(final long seed, final boolean isTold)
    {
        final Simulation simulation = new Simulation(seed, isTold);
        String failure = null;
        Throwable cause = null;
        try
        {
            simulation.run();
        }
        catch (final Violation e)
        {
            failure = e.getMessage();
            cause = e;
        }
        return new Outcome(seed, failure, cause, simulation.trace.hash(), simulation.counts, simulation.lives,
            simulation.scheduler.steps(), simulation.trace.words());
    }

    private void run()
    {
        boolean isDone = false;
        while (!isDone || lives <= setup.troubles().lives() && random.nextInt(3) == 0)
        {
            final boolean isSpared = lives >= setup.troubles().lives();
            trace.say("life " + lives + ", " + shards + " shards" + (isSpared ? ", spared" : ""));
            isDone = live(isSpared);
            lives++;
            if (random.nextInt(1000) < setup.troubles().shardsPermille())
            {
                changeShards();
            }
            betweenLives();
        }
        judge();
        if (random.nextBoolean() && !rot.isTurned(""))
        {
            serveFromEach();
        }
    }

    /** Each checkpoint that is kept must serve where those behind it are damaged, and change nothing of what was. */
    private void serveFromEach()
    {
        final List<Long> ids = rot.checkpoints();
        for (int i = ids.size() - 2; i >= 0; i--)
        {
            final SimulatedDisk.Backup whole = disk.backup();
            final Entries.Backup known = entries.backup();
            final boolean mayForget = hasForgotten;
            ids.subList(i + 1, ids.size()).forEach(id -> rot.turnBelow(BitRot.folder(id) + "/"));
            trace.say("life " + lives + ", from checkpoint " + ids.get(i));
            if (!live(true))
            {
                throw new Violation("checkpoint " + ids.get(i) + " of " + ids + " does not lead to the end");
            }
            lives++;
            judge();
            disk.restore(whole);
            hasGoneBack = true;
            entries.restore(known);
            hasForgotten = mayForget;
        }
    }

    /** Whether everything was done before this life ended. */
    private boolean live(final boolean isSpared)
    {
        final SimulatedStorage storage =
            new SimulatedStorage(disk, random.split(), counts, trace, scheduler::steps);
        if (!isSpared)
        {
            storage.failWith(setup.troubles().disk());
            if (random.nextInt(4) == 0)
            {
                storage.crashSoonAfter(random.nextInt(1, MOST_MILESTONES), setup.troubles().crashBelow());
            }
            else
            {
                storage.crashAfter(drawnEnd(Integer.MAX_VALUE), setup.troubles().crashBelow());
            }
        }
        final long crashStep = isSpared ? Long.MAX_VALUE : scheduler.steps() + drawnEnd(Integer.MAX_VALUE);
        final long stopStep = isSpared || random.nextInt(4) > 0 ? Long.MAX_VALUE : scheduler.steps() + drawnEnd(1000);
        isStarted = false;
        final long rottenLogs = rot.turnedLogs();
        final Set<Long> rottenCheckpoints = new TreeSet<>(rot.turnedCheckpoints());
        rottenCheckpoints.addAll(rot.forgottenCheckpoints());
        try (Node node = new Node(setup, shards, "start-" + systemStarts, storage, trace, scheduler::nowNs))
        {
            passedOver = node.passedOver();
            node.start(endpoints(isSpared), random::nextInt, entries, results);
            isStarted = true;
            if (node.cutBytes() > 0 && backup != null && rottenLogs > 0)
            {
                trace.say("the node says that it has cut " + node.cutBytes() + " bytes");
                storage.die();
                putBack();
                return false;
            }
            if (!disk.hasTorn() && node.cutBytes() > 0)
            {
                throw new Violation("the node has cut " + node.cutBytes() + " bytes, and nothing was torn");
            }
            putAway(node.passedOver(), rottenCheckpoints, node.isBehindUnforced());
            final long[] committed = node.committed();
            tables.forEach(table -> table.begin(committed, hasGoneBack));
            if (node.isBehindUnforced())
            {
                counts.add(Fault.UNFORCED_CHECKPOINT_SERVED);
            }
            return live(node, storage, crashStep, stopStep);
        }
        catch (final SimulatedCrash e)
        {
            counts.add(Fault.PROCESS_CRASH);
        }
        catch (final StorageException | ConnectorException e)
        {
            onError(e, isSpared);
        }
        catch (final Violation e)
        {
            throw e;
        }
        catch (final RuntimeException | AssertionError e)
        {
            throw new Violation("the node died of " + e, e);
        }
        if (!isStarted && backup != null && !disk.hasSegmentsOf(backup))
        {
            if (rottenLogs > 0)
            {
                trace.say("the node has cut what was damaged and did not live to say so");
                putBack();
            }
            else if (rot.canDoWithout(passedOver))
            {
                doneWithout.addAll(passedOver);
            }
        }
        return false;
    }

    /** Somebody goes on from a copy of before the life that met the damage, whole again. */
    private void putBack()
    {
        disk.restore(backup);
        turnBack();
        backup = null;
    }

    /**
     * All damage is made good, but for checkpoints that the logs have let go of since another one lasts, or a start has
     * done without them.
     */
    private void turnBack()
    {
        rot.turnBack();
        final List<Long> ids = rot.checkpoints();
        for (final long id : ids)
        {
            if (doneWithout.contains(id) || doubted.contains(id) && ids.stream().anyMatch(other -> other > id))
            {
                disk.remove(BitRot.folder(id));
            }
        }
    }

    /**
     * Somebody takes away what the node has said to be damaged; one that was not forced it has deleted itself. Where
     * nothing else would be left behind a loss of power, the damage stays until there is: it may yet be turned back.
     */
    private void putAway(final Set<Long> checkpoints, final Set<Long> rotten, final boolean isBehindUnforced)
    {
        final boolean isOneWhole = !checkpoints.containsAll(rot.checkpoints());
        for (final long id : checkpoints)
        {
            if (!rotten.contains(id))
            {
                throw new Violation("checkpoint " + id + " is said to be damaged, and nothing has damaged it");
            }
            if (isOneWhole || !isBehindUnforced)
            {
                disk.remove(BitRot.folder(id));
            }
            else
            {
                doubted.add(id);
            }
        }
        if (!checkpoints.isEmpty() && isOneWhole)
        {
            counts.add(Fault.OLDER_CHECKPOINT_SERVED);
        }
    }

    /** A number of operations or steps, as likely small as large; now and then {@code never}. */
    private int drawnEnd(final int never)
    {
        return random.nextInt(3) == 0 ? never : random.nextInt(1 << random.nextInt(3, 12));
    }

    private boolean live(final Node node, final SimulatedStorage storage, final long crashStep, final long stopStep)
    {
        final long last = scheduler.steps() + MAX_STEPS;
        final Job job = node.job();
        final List<Agent> agents = job.agents();
        boolean isStopped = false;
        isLive = false;
        scheduler.begin(agents.size(), setup.troubles().isUneven());
        if (node.isBetweenShards())
        {
            isStopped = true;
            job.stop();
        }
        try
        {
            while (!job.isDone())
            {
                if (scheduler.steps() >= crashStep)
                {
                    trace.say("dies between duty cycles");
                    throw new SimulatedCrash("between duty cycles");
                }
                if (scheduler.steps() > last)
                {
                    throw new Violation("no end after " + MAX_STEPS + " steps of this life: " + job.counts());
                }
                if (scheduler.steps() >= stopStep && isLive && !isStopped)
                {
                    trace.say("is asked to stop");
                    isStopped = true;
                    job.stop();
                }
                step(job, agents);
            }
        }
        catch (final SimulatedCrash e)
        {
            if (!isLive)
            {
                counts.add(Fault.CRASH_IN_RECOVERY);
            }
            throw e;
        }
        finally
        {
            finalCounts = job.counts();
        }
        final List<String> violations = job.violations();
        if (!violations.isEmpty())
        {
            throw new Violation("the job's own counts: " + violations);
        }
        if (entries.isComplete())
        {
            checkKeys(job);
        }
        return entries.isComplete();
    }

    /** Every window has been drained: nothing is held any more, as shards see when nothing comes. */
    private static void checkKeys(final Job job)
    {
        for (final ShardAgent shard : job.shards())
        {
            shard.doWork();
            if (shard.counters().keys().get() != 0)
            {
                throw new Violation(shard.roleName() + " says that it holds " + shard.counters().keys().get() +
                    " keys, and all windows are over");
            }
        }
    }

    private void step(final Job job, final List<Agent> agents)
    {
        scheduler.step(agents);
        tables.forEach(ModelTable::pass);
        if (publishers != null)
        {
            publishers.step();
        }
        if (!isLive && job.durability().replay().isDone())
        {
            isLive = true;
            if (entries.onLive(job.durability().replay().firstLiveEntry(), hasForgotten))
            {
                tables.forEach(ModelTable::mayBeTakenBack);
            }
            hasForgotten = false;
        }
        entries.acknowledge(job.durability().journal().committedEntry());
    }

    /** The node said what was wrong and ended: that is right where the disk or a sink has really failed. */
    private void onError(final RuntimeException e, final boolean isSpared)
    {
        trace.say("the node ends: " + e.getMessage());
        final boolean isDamage =
            e instanceof StorageException storage && storage.kind() == StorageException.Kind.DAMAGED;
        if (e instanceof StorageException && rot.isTurned(""))
        {
            if (isDamage && rot.isServable())
            {
                throw new Violation("the node gives up, though only checkpoints are damaged and one of " +
                    rot.checkpoints() + " is whole: " + e.getMessage(), e);
            }
            if (!isStarted && backup != null)
            {
                disk.restore(backup);
            }
            turnBack();
            backup = null;
            return;
        }
        if (isSpared || isDamage || e instanceof ConnectorException connector &&
            connector.kind() == ConnectorException.Kind.OPTION)
        {
            throw new Violation("the node gives up: " + e.getMessage(), e);
        }
    }

    private long nowNs()
    {
        return scheduler.nowNs();
    }

    private void changeShards()
    {
        final int before = shards;
        shards = random.nextInt(1, 5);
        if (shards != before)
        {
            counts.add(Fault.SHARDS_CHANGED);
            results.renumber();
        }
    }

    private void betweenLives()
    {
        if (setup.troubles().losesPower() &&
            (setup.mayForget() ? random.nextInt(4) > 0 : random.nextInt(2) == 0))
        {
            hasForgotten |= setup.mayForget();
            counts.add(Fault.POWER_LOSS);
            trace.say("the power fails");
            systemStarts++;
            hasGoneBack = true;
            disk.afterPowerLoss();
        }
        else
        {
            disk.afterCrash();
        }
        if (random.nextInt(1000) < setup.troubles().bitPermille())
        {
            final String turned = rot.turn();
            if (turned != null)
            {
                counts.add(Fault.BIT_FLIP);
                trace.say("a bit turns in " + turned);
                // Without its mark the output log is opened as behind a loss of power.
                hasGoneBack |= turned.startsWith("output/mark ");
            }
        }
        backup = rot.isTurned("") ? disk.backup() : null;
    }

    private Job.Endpoints endpoints(final boolean isSpared)
    {
        final List<Source> sources = new ArrayList<>();
        final List<RowDecoder> decoders = new ArrayList<>();
        for (final TablePlan table : setup.job().plan().tables())
        {
            final ModelInput input = inputs.get(table.id());
            sources.add(input.isConnected() ? publishers.newSource(isSpared) :
                new ModelSource(input, random.split(), scheduler::nowNs, counts, setup.mayForget()));
            decoders.add(CATALOGUE.format("json").decoder(
                table.name(), table.declared(), table.layout(), table.decodedColumns(), table.options()));
        }
        final List<Sink> sinks = new ArrayList<>();
        final List<Supplier<Sink>> openers = new ArrayList<>();
        for (int sink = 0; sink < tables.size(); sink++)
        {
            final int id = sink;
            final Supplier<Sink> opener = () -> newSink(id, isSpared);
            openers.add(opener);
            sinks.add(opener.get());
        }
        return new Job.Endpoints(sources, decoders, sinks, openers);
    }

    private Sink newSink(final int id, final boolean isSpared)
    {
        final RowLayout layout = setup.job().plan().sinks().get(id).layout();
        return tables.get(id).isProvisional() ? new EarlySink(tables.get(id), layout, random.split(), results) :
            new ModelSink(tables.get(id), layout, random.split(), counts,
            isSpared ? 0 : setup.troubles().sinkPermille());
    }

    private void judge()
    {
        entries.check();
        final Judge judge = new Judge(setup.job(), inputs, entries.all(), tables);
        judge.check(finalCounts);
        judge.checkSides(disk, counts);
    }
}
