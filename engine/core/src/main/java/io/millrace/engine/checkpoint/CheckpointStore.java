package io.millrace.engine.checkpoint;

import io.millrace.engine.log.Log;
import io.millrace.engine.snapshot.Manifest;
import java.util.List;

/**
 * Where checkpoints are kept. A checkpoint is parts, each a file of records, and a manifest with the checksum of every
 * part; it exists once its manifest does, and then it is whole. One that was not forced outlives the process, and ends
 * with the system.
 *
 * <p><b>Threading:</b> one thread. <b>Errors:</b> {@link io.millrace.engine.storage.StorageException}; a draft that
 * failed is abandoned, and what was there before stays.
 */
public interface CheckpointStore extends AutoCloseable
{
    /**
     * Ids of the checkpoints that have a manifest, ascending; what drafts have left behind is deleted. What is found,
     * and what is not, outlives a power loss from then on.
     */
    List<Long> ids();

    /** Ids of the checkpoints that were not forced, ascending. */
    List<Long> unforcedIds();

    /** Begins a checkpoint with an id above all that are there. */
    Draft begin(long id);

    /**
     * Opens a checkpoint, forced or not, by its manifest; its parts are verified while they are read.
     *
     * @throws io.millrace.engine.storage.StorageException DAMAGED naming file, offset and what is wrong.
     */
    Checkpoint open(long id);

    /** Deletes one, its manifest first; it does not come back. */
    void delete(long id);

    /** Deletes one that was not forced. */
    void deleteUnforced(long id);

    @Override
    void close();

    /** A checkpoint being written: it is to be closed, or abandoned. */
    interface Draft extends AutoCloseable
    {
        /** Appends one record to a part, which begins with its first. */
        void append(String part, long address, int length);

        /** Writes the manifest beside the parts, and forces nothing: from then on it is one that was not forced. */
        void complete(Manifest manifest);

        /** Forces the parts and the manifest of what is complete: from then on it is one that was forced. */
        void force();

        /** Deletes what was written. Where that fails it is to be deleted like a checkpoint: it may have become one. */
        void abandon();

        /** Gives back what writing took; what was written stays. */
        @Override
        void close();
    }

    /** A checkpoint whose manifest is whole. */
    interface Checkpoint
    {
        Manifest manifest();

        /** Names of its parts, sorted. */
        List<String> parts();

        /** Bytes of all its files. */
        long bytes();

        /**
         * Hands over the records of a part in the order of writing, each verified; nothing for a part that is not
         * there.
         *
         * @throws DamagedCheckpointException naming file, offset and what is wrong, behind the last whole record.
         */
        void read(String part, Log.RecordConsumer consumer);

        /**
         * Reads all of it.
         *
         * @throws DamagedCheckpointException where it is not whole.
         */
        default void verify()
        {
            parts().forEach(part -> read(part, (address, length) -> true));
        }
    }
}
