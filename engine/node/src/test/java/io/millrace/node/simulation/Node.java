package io.millrace.node.simulation;

import io.millrace.engine.checkpoint.CheckpointAgent;
import io.millrace.engine.checkpoint.CheckpointSchedule;
import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.checkpoint.PlanPart;
import io.millrace.engine.checkpoint.Recovery;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.StateFolder;
import io.millrace.engine.log.Log;
import io.millrace.engine.shard.ShardAgent;
import io.millrace.engine.sink.PositionStore;
import io.millrace.engine.sink.SideTables;
import io.millrace.engine.sink.SinkPosition;
import io.millrace.persistence.local.FileCheckpointStore;
import io.millrace.persistence.local.SegmentLog;
import io.millrace.persistence.local.SegmentLogContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One life of a node: what it opens, in the order in which the shipped node does, and how it is torn down. */
final class Node implements AutoCloseable
{
    private static final long END_PATIENCE_NS = 1L << 50;
    private static final Pattern PASSED_OVER = Pattern.compile("checkpoint (\\d+) is passed over");

    private final Setup setup;
    private final int shards;
    private final String systemStart;
    private final SimulatedStorage storage;
    private final Trace trace;
    private final LongSupplier nanoClock;
    private final Deque<SegmentLog> opened = new ArrayDeque<>();
    private final Set<Long> passedOver = new LinkedHashSet<>();
    /** What the job would have owned, had it been made; else null. */
    private Job.Endpoints unused;
    private Job job;
    private boolean isBetweenShards;
    private boolean isBehindUnforced;

    Node(
        final Setup setup, final int shards, final String systemStart, final SimulatedStorage storage,
        final Trace trace, final LongSupplier nanoClock)
    {
        this.setup = setup;
        this.shards = shards;
        this.systemStart = systemStart;
        this.storage = storage;
        this.trace = trace;
        this.nanoClock = nanoClock;
    }

    /** Like the shipped node: a checkpoint that is damaged shows when it is read, and is passed over from then on. */
    void start(
        final Job.Endpoints endpoints, final IntUnaryOperator chooser, final Entries entries, final Results results)
    {
        final List<DamagedCheckpointException> damaged = new ArrayList<>();
        unused = endpoints;
        while (job == null)
        {
            try
            {
                build(endpoints, chooser, entries, damaged);
            }
            catch (final DamagedCheckpointException e)
            {
                unused = endpoints;
                damaged.add(e);
            }
        }
        job.output().observe(results::onBatch);
        final Setup.Sizes sizes = setup.sizes();
        for (final ShardAgent shard : job.shards())
        {
            shard.limitSnapshot(sizes.snapshotBytes());
            shard.limitDrain(sizes.drainPerRow(), sizes.drainPerEntry());
        }
        if (job.merge() != null)
        {
            job.merge().limitSnapshot(sizes.snapshotBytes());
        }
    }

    private void build(
        final Job.Endpoints endpoints, final IntUnaryOperator chooser, final Entries entries,
        final List<DamagedCheckpointException> damaged)
    {
        final Setup.Storing storing = setup.storing();
        final FileCheckpointStore store = new FileCheckpointStore(storage, "checkpoints", null, null, systemStart);
        final Recovery forced = Recovery.find(store, damaged, this::onMessage);
        final Log journal = log("journal", setup.sizes().longestRecord(), storing.journalSegmentBytes(),
            storing.journalSegments(), forced.journalNeededFrom(store), setup.ringBytes());
        final Log output = log("output", setup.sizes().longestBatch(), storing.outputSegmentBytes(),
            storing.outputSegments(), forced.outputNeededFrom(store), 0);
        final Recovery recovery = forced.orUnforced(store, damaged, journal, output, this::onMessage);
        isBehindUnforced = !recovery.unforced().isEmpty();
        final int of = shardsOf(recovery, journal, output);
        final StateFolder folder = new StateFolder(storage, journal, output, store, recovery,
            new CheckpointAgent.Settings(new CheckpointSchedule.Terms(storing.checkpointNs(), 0,
            storing.earlyJournalBytes(), storing.earlyOutputBytes(), setup.replayBytes()), storing.retained(), of,
            Map.of(), PlanPart.NONE),
            END_PATIENCE_NS, storing.backlogLimit(), trace::say);
        final long base = recovery.nextEntry();
        unused = null;
        job = new Job(setup.job().plan(), setup.options(of), endpoints, new Job.Environment(nanoClock, chooser,
            (sequence, block) -> entries.onPublish(base + sequence, block), length -> 0), folder);
    }

    private void onMessage(final String message)
    {
        trace.say(message);
        final Matcher matcher = PASSED_OVER.matcher(message);
        if (matcher.lookingAt())
        {
            passedOver.add(Long.parseLong(matcher.group(1)));
        }
    }

    /** Ids of the checkpoints that were damaged, and passed over. */
    Set<Long> passedOver()
    {
        return passedOver;
    }

    /** Like the shipped node: another number of shards begins where the one before has left nothing to do. */
    private int shardsOf(final Recovery recovery, final Log journal, final Log output)
    {
        final int before = recovery.shards();
        isBetweenShards = before != 0 && before != shards;
        if (before == 0)
        {
            return setup.sizes().shards();
        }
        boolean isWorkedOff = recovery.journalPosition() == journal.endPosition() && !recovery.hasClosedWindows();
        final PositionStore positions = new PositionStore(storage);
        final List<String> sinks = new ArrayList<>(List.of(SideTables.NAME));
        setup.job().plan().sinks().forEach(sink -> sinks.add(sink.name()));
        for (final String sink : sinks)
        {
            final SinkPosition position = positions.load(sink);
            isWorkedOff &= (position == null ? 0 : position.position()) == output.endPosition();
        }
        trace.say("a checkpoint of " + before + " shards" + (isWorkedOff ? ", worked off" : ""));
        return isWorkedOff ? shards : before;
    }

    /** Whether this life only works off what is left of the shards before, or takes their state over. */
    boolean isBetweenShards()
    {
        return isBetweenShards;
    }

    /** Whether it goes on behind a checkpoint that was not forced. */
    boolean isBehindUnforced()
    {
        return isBehindUnforced;
    }

    /** Bytes that the logs have cut from their ends, and said so. */
    long cutBytes()
    {
        return opened.stream().mapToLong(SegmentLog::cutBytes).sum();
    }

    private SegmentLog log(
        final String name, final int longest, final int segmentBytes, final int segments, final long neededFrom,
        final long reserve)
    {
        final SegmentLog log = new SegmentLog(storage, new SegmentLogContext().folder(name)
            .maxRecordLength(longest).segmentLength(segmentBytes).maxSegments(segments)
            .spareSegments(setup.storing().spareSegments()).durability(setup.storing().durability())
            .systemStart(systemStart)
            .scanFrom(neededFrom).reserve(reserve).madeAgain(name.equals("output")));
        opened.push(log);
        return log;
    }

    /** By writer, also those that there are no more: how many results of earlier runs are committed. */
    long[] committed()
    {
        return job.output().bases();
    }

    Job job()
    {
        return job;
    }

    /** The process is gone: gives its memory back, and touches the disk no more. */
    @Override
    public void close()
    {
        storage.die();
        if (job != null)
        {
            job.close();
            return;
        }
        opened.forEach(SegmentLog::close);
        if (unused != null)
        {
            unused.close();
        }
    }
}
