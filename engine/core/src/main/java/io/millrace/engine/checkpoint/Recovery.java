package io.millrace.engine.checkpoint;

import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.plan.JobIdentity;
import io.millrace.engine.snapshot.Manifest;
import io.millrace.engine.snapshot.SnapshotReader;
import io.millrace.engine.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a job goes on: the newest whole checkpoint and the place in the journal behind it.
 *
 * @param checkpoint to be restored, null where the job begins at entry 0.
 * @param kept       manifests of all forced checkpoints that are not known to be damaged, in ascending order of ids.
 * @param unforced   ids of those above that were not forced, ascending: the last one is to be restored.
 * @param lastId     the greatest checkpoint id ever used.
 * @param damage     what is wrong with the oldest checkpoint that was passed over, null where none was.
 */
public record Recovery(
    CheckpointStore.@Nullable Checkpoint checkpoint, List<Manifest> kept, List<Long> unforced, long lastId,
    @Nullable StorageException damage)
{
    /**
     * What the output log holds at its end.
     *
     * @param next      by writer, number of the first record that it does not hold.
     * @param bases     by writer, also those that there are no more: what earlier runs made is below this number.
     * @param lastEntry the last ring entry that has a part in what is behind the checkpoint, −1 where nothing is.
     */
    public record OutputEnd(long[] next, long[] bases, long lastEntry)
    {
    }

    /** Name of the manifest's value that says where in the journal the entries behind the cut begin. */
    static final String JOURNAL_POSITION = "journal.position";
    /** Name of the manifest's value that says where in the output log the results behind the cut begin. */
    static final String OUTPUT_POSITION = "output.position";
    /** Name of the manifest's value that says how many shards there were. */
    static final String SHARDS = "shards";
    /** Name of the manifest's value that says how many windows had closed and were not drained. */
    static final String CLOSED_WINDOWS = "windows.closed";

    /** Name of the manifest's value that says the number of the record which a writer makes next. */
    static String writerNext(final int writer)
    {
        return "writer." + writer + ".next";
    }

    /**
     * Looks through the forced checkpoints, the newest first; damaged ones are said and passed over. Before the logs
     * are opened: they are to know from where on they are needed, lest one that ends below is cut instead of refused.
     * What a manifest alone can't tell is found when the checkpoint is read: by a {@link DamagedCheckpointException},
     * and who began to make something of it begins again and knows it to be damaged.
     *
     * @param damaged  checkpoints that are known to be damaged.
     * @param messages is told what a person should know.
     */
    public static Recovery find(
        final CheckpointStore store, final List<DamagedCheckpointException> damaged, final Consumer<String> messages)
    {
        final List<Long> ids = store.ids();
        CheckpointStore.Checkpoint newest = null;
        final List<Manifest> kept = new ArrayList<>();
        StorageException damage = null;
        for (int i = ids.size() - 1; i >= 0; i--)
        {
            try
            {
                final CheckpointStore.Checkpoint checkpoint = open(store, ids.get(i), damaged);
                newest = newest == null ? checkpoint : newest;
                kept.add(0, checkpoint.manifest());
            }
            catch (final StorageException e)
            {
                if (e.kind() != StorageException.Kind.DAMAGED)
                {
                    // It may be whole: an older one in its place could need what the logs have dropped since.
                    throw e;
                }
                damage = e;
                messages.accept("checkpoint " + ids.get(i) + " is passed over: " + e.getMessage());
            }
        }
        long lastId = ids.isEmpty() ? 0 : ids.get(ids.size() - 1);
        for (final long id : store.unforcedIds())
        {
            lastId = Math.max(lastId, id);
        }
        return new Recovery(newest, kept, List.of(), lastId, damage);
    }

    /**
     * Goes on behind a newer checkpoint that was not forced, where there is one which the logs reach. Others are
     * deleted before anything is appended: a log that grows again would seem to reach them one day. So is the first of
     * another job or another number of shards, which was to be forced: of what would be appended behind it, the
     * checkpoint to which a loss of power goes back could make nothing again. Once the logs are open.
     *
     * @param damaged  checkpoints that are known to be damaged.
     * @param messages is told what a person should know.
     * @throws StorageException as {@link #check}; nothing is deleted then.
     */
    public Recovery orUnforced(
        final CheckpointStore store, final List<DamagedCheckpointException> damaged, final Log journal,
        final Log output, final Consumer<String> messages)
    {
        CheckpointStore.Checkpoint newest = checkpoint;
        StorageException found = damage;
        final List<Long> sound = new ArrayList<>();
        final List<Long> useless = new ArrayList<>();
        for (final long id : store.unforcedIds())
        {
            try
            {
                if (kept.isEmpty() || id > kept.get(kept.size() - 1).id())
                {
                    final CheckpointStore.Checkpoint one = open(store, id, damaged);
                    if (isHeld(journal, one.manifest().number(JOURNAL_POSITION)) &&
                        isHeld(output, one.manifest().number(OUTPUT_POSITION)) &&
                        (newest == null || isOfSameJob(one.manifest(), newest.manifest()) ||
                        isForcedBetween(store, newest.manifest().id(), id)))
                    {
                        newest = one;
                        sound.add(id);
                        continue;
                    }
                }
            }
            catch (final StorageException e)
            {
                if (e.kind() != StorageException.Kind.DAMAGED)
                {
                    throw e;
                }
                found = found == null ? e : found;
                messages.accept("checkpoint " + id + " is passed over: " + e.getMessage());
            }
            useless.add(id);
        }
        final Recovery recovery = new Recovery(newest, kept, sound, lastId, found);
        recovery.check(journal);
        useless.forEach(store::deleteUnforced);
        return recovery;
    }

    private static boolean isHeld(final Log log, final long position)
    {
        return log.beginPosition() <= position && position <= log.endPosition();
    }

    private static boolean isOfSameJob(final Manifest one, final Manifest other)
    {
        return one.number(SHARDS) == other.number(SHARDS) &&
            JobIdentity.meaning(one.values()).equals(JobIdentity.meaning(other.values()));
    }

    /** Whether one that was forced lies between: the first of its job, that is damaged. */
    private static boolean isForcedBetween(final CheckpointStore store, final long from, final long to)
    {
        return store.ids().stream().anyMatch(id -> from < id && id < to);
    }

    private static CheckpointStore.Checkpoint open(
        final CheckpointStore store, final long id, final List<DamagedCheckpointException> damaged)
    {
        for (final DamagedCheckpointException one : damaged)
        {
            if (one.id() == id)
            {
                throw one;
            }
        }
        return store.open(id);
    }

    /**
     * @throws StorageException where no checkpoint is whole and the journal no longer holds the beginning: DAMAGED, or
     *                          FAILED where one could not be read.
     */
    public void check(final Log journal)
    {
        if (checkpoint == null && journal.beginPosition() > 0)
        {
            throw new StorageException(damage == null ? StorageException.Kind.DAMAGED : damage.kind(),
                "no checkpoint is whole and the journal no longer holds the beginning" +
                (damage == null ? "" : "; " + damage.getMessage()));
        }
    }

    /**
     * From where on the journal is needed; −1 where only a checkpoint that was not forced can say it, of which is known
     * whether the logs reach it once they are open.
     */
    public long journalNeededFrom(final CheckpointStore store)
    {
        return neededFrom(store, journalPosition());
    }

    /**
     * Likewise of the output log. Behind a loss of power it is cut where the checkpoint says, or before if none is
     * known: one that has dropped what is needed must be refused before that, since who puts a damaged checkpoint right
     * again needs what lies between. With −1 it is not cut: a checkpoint that was not forced ends with the system, and
     * so long as that runs nothing was lost.
     */
    public long outputNeededFrom(final CheckpointStore store)
    {
        return neededFrom(store, outputPosition());
    }

    private long neededFrom(final CheckpointStore store, final long position)
    {
        return checkpoint == null && !store.unforcedIds().isEmpty() ? -1 : position;
    }

    /** Number of the first entry that is not in the checkpoint. */
    public long nextEntry()
    {
        return checkpoint == null ? 0 : checkpoint.manifest().number("entry") + 1;
    }

    /** Where that entry is in the journal. */
    public long journalPosition()
    {
        return checkpoint == null ? 0 : checkpoint.manifest().number(JOURNAL_POSITION);
    }

    /** Where the output log was at the cut, or later. */
    public long outputPosition()
    {
        return checkpoint == null ? 0 : checkpoint.manifest().number(OUTPUT_POSITION);
    }

    /** Whether results of windows that have closed are still to be made of the checkpoint, whatever the input. */
    public boolean hasClosedWindows()
    {
        return checkpoint != null && !"0".equals(checkpoint.manifest().values().getOrDefault(CLOSED_WINDOWS, "0"));
    }

    /** How many shards the checkpoint is of; 0 without one. */
    public int shards()
    {
        return checkpoint == null ? 0 : (int)checkpoint.manifest().number(SHARDS);
    }

    /**
     * Above the numbers of all records of all writers up to the cut, by one at least: the gap tells that what follows
     * was made by another number of shards.
     */
    public long nextNumber()
    {
        return LongStream.of(numbers()).max().orElse(0) + 1;
    }

    /** By writer of the checkpoint, number of the record that it makes next; none without one. */
    private long[] numbers()
    {
        final LongStream.Builder numbers = LongStream.builder();
        if (checkpoint != null)
        {
            final Manifest manifest = checkpoint.manifest();
            for (int writer = 0; manifest.values().containsKey(writerNext(writer)); writer++)
            {
                numbers.add(manifest.number(writerNext(writer)));
            }
        }
        return numbers.build().toArray();
    }

    /** Hands over the batches of a part of the checkpoint, if there is one. */
    public void read(final String part, final Log.RecordConsumer consumer)
    {
        if (checkpoint != null)
        {
            checkpoint.read(part, consumer);
        }
    }

    /** Lets one agent take up its part of the checkpoint, if there is one. */
    public void read(final String part, final Supplier<SnapshotReader> restorer)
    {
        if (checkpoint != null)
        {
            try (SnapshotReader reader = restorer.get())
            {
                read(part, reader);
                if (!reader.isEnded())
                {
                    throw new StorageException(StorageException.Kind.DAMAGED,
                        "checkpoint " + checkpoint.manifest().id() + ": part " + part + " is incomplete");
                }
            }
        }
    }

    /**
     * What the output log holds: what the checkpoint says of it, and what has been appended since.
     *
     * @throws StorageException DAMAGED where the log holds results that this number of shards could not make again.
     */
    public OutputEnd outputEnd(final Log output, final int shards, final int writers)
    {
        final long[] next = new long[writers];
        if (checkpoint != null && shards() != shards)
        {
            // What another number of shards numbered is all in the log: nothing of theirs is behind the cut.
            java.util.Arrays.fill(next, nextNumber());
            return new OutputEnd(next, basesOfOthers(writers), -1);
        }
        if (checkpoint != null)
        {
            final Manifest manifest = checkpoint.manifest();
            java.util.Arrays.setAll(next, writer -> manifest.number(writerNext(writer)));
        }
        final long[] lastEntry = {-1};
        try (Log.Reader reader = output.newReader(outputPosition()))
        {
            final Log.RecordConsumer consumer = (address, length) ->
            {
                RecordDescriptor.requireVersion(address, "the output log");
                checkNumber(address, next);
                lastEntry[0] = Math.max(lastEntry[0], RecordDescriptor.entry(address));
                for (long at = RecordDescriptor.firstRecord(address); at < address + length;
                    at = RecordDescriptor.nextRecord(at))
                {
                    next[RecordDescriptor.writer(address)] = RecordDescriptor.number(at) + 1;
                }
                return true;
            };
            while (reader.hasMore() && reader.poll(consumer, Integer.MAX_VALUE) > 0)
            {
                Thread.onSpinWait();
            }
        }
        return new OutputEnd(next, next.clone(), lastEntry[0]);
    }

    /** What the writers of another number of shards had made, also those that there are no more. */
    private long[] basesOfOthers(final int writers)
    {
        final long[] numbers = numbers();
        final long[] bases = java.util.Arrays.copyOf(numbers, Math.max(writers, numbers.length));
        java.util.Arrays.fill(bases, numbers.length, bases.length, nextNumber());
        return bases;
    }

    /** Behind the checkpoint, or from 0 on where there is none, the log holds all records of each writer. */
    private void checkNumber(final long batch, final long[] next)
    {
        final int writer = RecordDescriptor.writer(batch);
        if (writer >= next.length || RecordDescriptor.number(RecordDescriptor.firstRecord(batch)) != next[writer])
        {
            final String where = checkpoint == null ? "no checkpoint is whole, and the output log holds" :
                "behind checkpoint " + checkpoint.manifest().id() + " the output log holds";
            throw new StorageException(StorageException.Kind.DAMAGED, where +
                " results of another number of shards; begin again with --replay" +
                (damage == null ? "" : "; " + damage.getMessage()));
        }
    }
}
