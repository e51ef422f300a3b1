package io.millrace.engine.checkpoint;

import io.millrace.engine.log.Log;
import io.millrace.engine.snapshot.Manifest;
import io.millrace.engine.storage.StorageException;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * The checkpoints that are there, and what the logs must hold for them. The logs let go only of what checkpoints needed
 * that are gone for good, power loss or not.
 *
 * <p><b>Threading:</b> one thread. <b>Errors:</b> what can't be deleted is said, kept for, and tried again.
 */
final class KeptCheckpoints
{
    private final CheckpointStore store;
    private final Log journal;
    private final Log output;
    private final Consumer<String> messages;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    /** Given up and not deleted: a power loss may bring them back as whole ones. */
    private final ArrayDeque<Long> leftOver = new ArrayDeque<>();
    /** Not forced; the logs hold nothing for them alone. */
    private final ArrayDeque<Long> unforced = new ArrayDeque<>();

    /** A checkpoint that is kept, and from where on it needs the logs. */
    private record Kept(long id, int shards, long journalPosition, long outputPosition)
    {
    }

    KeptCheckpoints(
        final CheckpointStore store, final Log journal, final Log output, final Consumer<String> messages)
    {
        this.store = store;
        this.journal = journal;
        this.output = output;
        this.messages = messages;
    }

    int size()
    {
        return kept.size();
    }

    /** One with an id above all others. */
    void add(final Manifest manifest)
    {
        kept.addLast(new Kept(manifest.id(), (int)manifest.number(Recovery.SHARDS),
            manifest.number(Recovery.JOURNAL_POSITION), manifest.number(Recovery.OUTPUT_POSITION)));
    }

    /** One that was not forced: the newest of all checkpoints, until the next. */
    void addUnforced(final long id)
    {
        unforced.addLast(id);
    }

    /** Deletes those that were not forced, all or all but the newest. */
    void pruneUnforced(final int retained)
    {
        while (unforced.size() > retained)
        {
            final long id = unforced.removeFirst();
            try
            {
                store.deleteUnforced(id);
            }
            catch (final StorageException e)
            {
                // A newer one is there; a start deletes what is left of this one.
                messages.accept("checkpoint " + id + " can't be deleted: " + e.getMessage());
            }
        }
    }

    /** One that was given up and could not be deleted. */
    void addLeftOver(final long id)
    {
        leftOver.add(id);
    }

    /** Deletes those of another number of shards than the newest: who was to do so may have died before. */
    void resume()
    {
        if (!kept.isEmpty())
        {
            prune(kept.size(), kept.getLast().shards());
        }
    }

    /**
     * Deletes the oldest ones that are too many, or of another number of shards: what comes behind the newest none of
     * those could make again.
     */
    void prune(final int retained, final int shards)
    {
        boolean isDeleted = true;
        while (isDeleted && (kept.size() > retained || kept.getFirst().shards() != shards))
        {
            isDeleted = deleteOldest();
        }
        retain();
    }

    /** Whether it could. */
    boolean deleteOldest()
    {
        if (!delete(kept.getFirst().id(), "checkpoint "))
        {
            return false;
        }
        kept.removeFirst();
        return true;
    }

    private boolean delete(final long id, final String what)
    {
        try
        {
            store.delete(id);
            return true;
        }
        catch (final StorageException e)
        {
            messages.accept(what + id + " can't be deleted: " + e.getMessage());
            return false;
        }
    }

    /** Lets the logs go of what no checkpoint needs any more. */
    void retain()
    {
        while (!leftOver.isEmpty() && delete(leftOver.getFirst(), "what is left of checkpoint "))
        {
            leftOver.removeFirst();
        }
        final Kept oldest = kept.peekFirst();
        if (oldest != null && leftOver.isEmpty())
        {
            journal.retainFrom(oldest.journalPosition());
            output.retainFrom(oldest.outputPosition());
        }
    }
}
