package io.millrace.engine.checkpoint;

import io.millrace.engine.WokenAgent;
import io.millrace.engine.journal.JournalAgent;
import io.millrace.engine.live.LiveFile;
import io.millrace.engine.log.Log;
import io.millrace.engine.output.OutputAgent;
import io.millrace.engine.snapshot.Manifest;
import io.millrace.engine.storage.StorageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks for checkpoints, writes what the shards and the merge agent hand over, and completes one once everything is
 * there: every part, the input up to the cut committed, every result made before the cut committed. Once one is forced
 * older checkpoints and what only they needed may go.
 *
 * <p><b>Threading:</b> one thread, off the hot path; {@link #wanted()}, {@link #isDone()} and the counts are for all.
 * <b>Errors:</b> a storage that is full or fails costs the checkpoint, is said, and the next one is tried.
 */
public final class CheckpointAgent implements WokenAgent
{
    private final CheckpointStore store;
    private final JournalAgent journalAgent;
    private final OutputAgent output;
    private final Log journal;
    private final Log outputLog;
    private final SnapshotPart[] parts;
    private final Consumer<Map<String, String>> sources;
    private final Settings settings;
    private final BooleanSupplier isUpstreamDone;
    private final LongSupplier nanoClock;
    private final Consumer<String> messages;
    private final KeptCheckpoints kept;
    private final CheckpointCounts counts = new CheckpointCounts();
    private long beganNs;
    private long bytes;
    private Consumer<String> errors = error ->
    {
    };
    private long id;
    private final CheckpointSchedule schedule;
    private final long startNs;
    private boolean isReplayed;
    private boolean isLowSaid;
    /** Of failures one after the other only the first is said. */
    private boolean isFailureSaid;
    /** Whether the one under way, or the last one, has failed. */
    private boolean hasFailed;
    private CheckpointStore.@Nullable Draft draft;
    /** Whether a checkpoint is under way, be it one that is only being passed over since its draft failed. */
    private boolean isOpen;
    private boolean isCutAsked;
    private boolean isFinal;
    /** Whether the one under way is to be forced. */
    private boolean isForced;
    private volatile long wanted;
    private volatile boolean isDone;

    /**
     * @param terms    when they are taken.
     * @param retained how many are kept.
     * @param shards   shards of the job.
     * @param identity manifest values that say what job and how many shards this is.
     * @param plan     the job itself.
     */
    public record Settings(
        CheckpointSchedule.Terms terms, int retained, int shards, Map<String, String> identity, PlanPart plan)
    {
    }

    /**
     * @param snapshots   by the name of the part, in the order of writers.
     * @param sources     adds to a manifest what only they know of their places in it; may wait for the disk.
     * @param isUpstreamDone whether nothing will be made any more: then the last checkpoint is taken.
     * @param messages    is told what a person should know, a sentence each.
     */
    public CheckpointAgent(
        final CheckpointStore store, final JournalAgent journalAgent, final OutputAgent output, final Log journal,
        final Log outputLog, final List<Map.Entry<String, Log>> snapshots,
        final Consumer<Map<String, String>> sources, final Settings settings, final BooleanSupplier isUpstreamDone,
        final LongSupplier nanoClock, final Consumer<String> messages)
    {
        this.store = store;
        this.journalAgent = journalAgent;
        this.output = output;
        this.journal = journal;
        this.outputLog = outputLog;
        this.sources = sources;
        this.settings = settings;
        this.isUpstreamDone = isUpstreamDone;
        this.nanoClock = nanoClock;
        this.messages = messages;
        kept = new KeptCheckpoints(store, journal, outputLog, messages);
        parts = new SnapshotPart[snapshots.size()];
        for (int i = 0; i < parts.length; i++)
        {
            parts[i] = new SnapshotPart(snapshots.get(i).getKey(), snapshots.get(i).getValue(), this::append);
        }
        startNs = nanoClock.getAsLong();
        schedule = new CheckpointSchedule(settings.terms(), startNs);
    }

    /** Goes on behind the checkpoints that are there. */
    public void resume(final Recovery recovery)
    {
        id = recovery.lastId();
        for (final Manifest manifest : recovery.kept())
        {
            kept.add(manifest);
            schedule.resume(manifest.number(Recovery.JOURNAL_POSITION), manifest.number(Recovery.OUTPUT_POSITION));
        }
        recovery.unforced().forEach(kept::addUnforced);
        kept.resume();
    }

    /**
     * Shows its counters. Before the first duty cycle.
     *
     * @param told of each failure, also one that comes again.
     */
    public void show(final LiveFile.Contents contents, final Consumer<String> told)
    {
        errors = told;
        counts.show(contents, roleName());
    }

    @Override
    public String roleName()
    {
        return "checkpoint";
    }

    @Override
    public boolean hasInput()
    {
        if (isDone)
        {
            return false;
        }
        for (int i = 0; i < parts.length; i++)
        {
            if (parts[i].hasMore())
            {
                return true;
            }
        }
        return isUpstreamDone.getAsBoolean();
    }

    @Override
    public int doWork()
    {
        if (isDone)
        {
            return 0;
        }
        if (!isOpen)
        {
            return begin();
        }
        if (isWaitingForLogs())
        {
            makeRoom();
        }
        int work = 0;
        boolean areAllEnded = true;
        for (final SnapshotPart part : parts)
        {
            work += part.work();
            areAllEnded &= part.isEnded();
        }
        return areAllEnded ? work + complete() : work;
    }

    private int begin()
    {
        final boolean isLast = isUpstreamDone.getAsBoolean();
        final long nowNs = nanoClock.getAsLong();
        final long journaled = journalAgent.bytes();
        final boolean isLow = journal.isLow();
        if (!isReplayed && journalAgent.isReplayed())
        {
            isReplayed = true;
            schedule.replayed(nowNs, journaled, nowNs - startNs);
        }
        sayLow(isLow);
        final CheckpointSchedule.Due due = isLast ? CheckpointSchedule.Due.FORCED :
            schedule.due(nowNs, journaled, journal.endPosition(), outputLog.endPosition(), isLow);
        if (due == CheckpointSchedule.Due.NOTHING)
        {
            return 0;
        }
        isFinal = isLast;
        isForced = due == CheckpointSchedule.Due.FORCED;
        schedule.begin(nowNs, journaled, journal.endPosition(), outputLog.endPosition(), isForced);
        hasFailed = false;
        id++;
        for (final SnapshotPart part : parts)
        {
            part.begin();
        }
        isOpen = true;
        isCutAsked = false;
        beganNs = nowNs;
        bytes = 0;
        try
        {
            draft = store.begin(id);
        }
        catch (final StorageException e)
        {
            abandon(e);
        }
        wanted = id;
        return 1;
    }

    /** Whether the cut can come only as far as the logs take what the ring holds. */
    private boolean isWaitingForLogs()
    {
        final JournalAgent.Cut cut = journalAgent.cut();
        boolean isCut = cut != null && cut.id() == id;
        for (final SnapshotPart part : parts)
        {
            isCut &= part.hasBegun();
        }
        return !isCut || isCutAsked && output.cut() == null;
    }

    /**
     * A log that is full waits for this checkpoint, and this one for the log: older checkpoints go first, then the log
     * takes more than it may, what is in the ring at most.
     */
    private void makeRoom()
    {
        if (!journal.isFull() && !outputLog.isFull())
        {
            return;
        }
        if (kept.size() > 1 && kept.deleteOldest())
        {
            kept.retain();
        }
        else if (journal.isFull())
        {
            journal.exceed();
        }
        else
        {
            outputLog.exceed();
        }
    }

    /** Where checkpoints fail until the journal has no more room, sources wait, and a person should know for what. */
    private void sayLow(final boolean isLow)
    {
        if (isLow && hasFailed && !isLowSaid)
        {
            messages.accept("the journal has no more room but for checkpoints: sources wait until one is whole");
        }
        isLowSaid = isLow && (isLowSaid || hasFailed);
    }

    private void append(final String part, final long address, final int length)
    {
        final CheckpointStore.Draft into = draft;
        if (into != null)
        {
            final long beginNs = nanoClock.getAsLong();
            try
            {
                into.append(part, address, length);
                bytes += length;
            }
            catch (final StorageException e)
            {
                abandon(e);
            }
            schedule.worked(nanoClock.getAsLong() - beginNs);
        }
    }

    /** Every part has ended: waits for the input and the output to be committed up to the cut. */
    private int complete()
    {
        final JournalAgent.Cut cut = journalAgent.cut();
        if (cut == null || cut.id() != id)
        {
            return 0;
        }
        if (!isCutAsked)
        {
            isCutAsked = true;
            schedule.copied(nanoClock.getAsLong());
            final List<Long> numbers = new ArrayList<>();
            for (final SnapshotPart part : parts)
            {
                for (final long number : part.nextNumbers())
                {
                    numbers.add(number);
                }
            }
            output.askForCut(numbers.stream().mapToLong(Long::longValue).toArray());
            return 1;
        }
        final OutputAgent.Cut outputCut = output.cut();
        if (outputCut == null || journalAgent.committedEntry() < cut.entry() ||
            outputLog.commitPosition() < outputCut.position())
        {
            return 0;
        }
        final CheckpointStore.Draft into = draft;
        if (into != null)
        {
            final long beginNs = nanoClock.getAsLong();
            write(into, cut, outputCut);
            schedule.worked(nanoClock.getAsLong() - beginNs);
        }
        schedule.end(nanoClock.getAsLong(), !hasFailed);
        isOpen = false;
        isDone = isFinal;
        return 1;
    }

    private void write(
        final CheckpointStore.Draft into, final JournalAgent.Cut cut, final OutputAgent.Cut outputCut)
    {
        final Map<String, String> values = new TreeMap<>(settings.identity());
        values.putAll(cut.sources());
        sources.accept(values);
        values.put(Recovery.CLOSED_WINDOWS, Long.toString(
            Arrays.stream(parts).mapToLong(SnapshotPart::closedWindows).sum()));
        values.put(Recovery.SHARDS, Integer.toString(settings.shards()));
        values.put("entry", Long.toString(cut.entry()));
        values.put(Recovery.JOURNAL_POSITION, Long.toString(cut.journalPosition()));
        values.put(Recovery.OUTPUT_POSITION, Long.toString(outputCut.position()));
        for (int writer = 0; writer < outputCut.next().length; writer++)
        {
            values.put(Recovery.writerNext(writer), Long.toString(outputCut.next()[writer]));
        }
        final Manifest manifest = new Manifest(id, values);
        try
        {
            settings.plan().write(into);
            bytes += settings.plan().length();
            into.complete(manifest);
            if (isForced)
            {
                // A process that dies meanwhile goes back to it already. A checkpoint lasts; so must what it stands on,
                // whatever the logs' durability. Results behind the cut may be of input behind what is forced here.
                journal.sync(journal.endPosition());
                outputLog.sync(outputCut.position());
                into.force();
            }
            into.close();
        }
        catch (final StorageException e)
        {
            abandon(e);
            return;
        }
        draft = null;
        if (!isForced)
        {
            counts.unforced().add(1);
            kept.addUnforced(id);
            kept.pruneUnforced(1);
            return;
        }
        counts.completed(id, bytes, nanoClock.getAsLong() - beganNs);
        if (isFailureSaid)
        {
            messages.accept("checkpoint " + id + " is whole again");
        }
        isFailureSaid = false;
        kept.add(manifest);
        kept.pruneUnforced(0);
        kept.prune(settings.retained(), settings.shards());
    }

    private void abandon(final StorageException e)
    {
        final CheckpointStore.Draft failing = draft;
        draft = null;
        hasFailed = true;
        counts.failed().add(1);
        errors.accept("checkpoint " + id + ": " + e.getMessage());
        if (!isFailureSaid)
        {
            messages.accept("checkpoint " + id + " is given up, the next one is tried: " + e.getMessage());
        }
        isFailureSaid = true;
        if (failing != null)
        {
            try
            {
                failing.abandon();
            }
            catch (final StorageException again)
            {
                kept.addLeftOver(id);
                messages.accept("what is left of checkpoint " + id + " can't be deleted: " + again.getMessage());
            }
        }
    }

    /** Id of the checkpoint whose entry is to be published; the ring has those below it. */
    public long wanted()
    {
        return wanted;
    }

    /** Checkpoints completed by this run that were not forced. */
    public long unforced()
    {
        return counts.unforced().get();
    }

    /** Checkpoints completed and forced by this run. */
    public long completed()
    {
        return counts.completed().get();
    }

    /** Checkpoints given up by this run. */
    public long failed()
    {
        return counts.failed().get();
    }

    /** Whether the last checkpoint, after the input's end, has been completed or given up. */
    public boolean isDone()
    {
        return isDone;
    }
}
