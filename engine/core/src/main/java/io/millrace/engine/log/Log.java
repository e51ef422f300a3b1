package io.millrace.engine.log;

/**
 * An append-only stream of records with one writer and any number of readers. Positions are bytes from the beginning
 * of the stream and ascend, also from one run to the next; a record is readable once {@link #commitPosition()} has
 * passed it.
 *
 * <p><b>Threading:</b> one thread appends, each reader has a thread of its own, one thread calls {@link #doWork()}.
 * <b>Limits:</b> a record is at most {@link #maxRecordLength()} bytes. <b>Errors:</b>
 * {@link io.millrace.engine.storage.StorageException} where the device fails, or a record that is read is damaged.
 */
public interface Log extends AutoCloseable
{
    /** The log takes no more now. Caller must keep the record and try again. */
    long BACK_PRESSURE = -1;

    /** Takes a record's bytes. */
    @FunctionalInterface
    interface RecordConsumer
    {
        /**
         * The memory is valid until this returns.
         *
         * @return whether the record was taken; one that was not is handed over again at the next poll.
         */
        boolean onRecord(long address, int length);
    }

    /** One reader's place. <b>Threading:</b> one thread; {@link #position()} is for all. */
    interface Reader extends AutoCloseable
    {
        /** Behind the last record that was taken. */
        long position();

        /** Whether the log has committed records that have not been taken. For any thread. */
        boolean hasMore();

        /**
         * Hands over committed records until {@code limit} or until the consumer refuses.
         *
         * @return how many were taken.
         */
        int poll(RecordConsumer consumer, int limit);

        /**
         * Goes back, or on, to {@code position}: the end of some record or the begin of the log, not below what this
         * reader has released.
         */
        void seek(long position);

        /** This reader will not come back to anything below {@code position}. */
        void release(long position);

        @Override
        void close();
    }

    /** Longest record. */
    int maxRecordLength();

    /** Appends a record: its end position, or {@link #BACK_PRESSURE}. */
    long tryAppend(long address, int length);

    /** Behind the last record appended. */
    long endPosition();

    /** Up to where records may be acted upon. */
    long commitPosition();

    /** Up to where a loss of power takes nothing; where that is not known, up to where records are committed. */
    default long forcedPosition()
    {
        return commitPosition();
    }

    /** The lowest position that can still be read. */
    long beginPosition();

    /**
     * A reader that begins at {@code position}, the end of some record or the begin of the log. Made before the first
     * append of a run.
     */
    Reader newReader(long position);

    /** Nothing below {@code position} is needed to recover: it may go, once every reader has released it too. */
    void retainFrom(long position);

    /** Whether it refuses because it may hold no more, and what {@link #retainFrom} has kept is what fills it. */
    default boolean isFull()
    {
        return false;
    }

    /** Lets it grow by a piece beyond what it may hold, until it needs less: for who could never free it otherwise. */
    default void exceed()
    {
    }

    /**
     * Makes what was appended up to a position outlive a power loss, whatever the durability. In any thread but the
     * writer's; it takes as long as the device does.
     */
    void sync(long position);

    /**
     * Whether so little room is left that who can wait should, so that what frees it finds some: the entries that are
     * on their way and those of checkpoints. For any thread.
     */
    default boolean isLow()
    {
        return false;
    }

    /** Whether the writer or a commit waits for {@link #doWork()}. For any thread. */
    default boolean hasWork()
    {
        return commitPosition() < endPosition();
    }

    /** Work that must not hold up the writer: making segments, forcing, deleting. Returns how much was done. */
    int doWork();

    @Override
    void close();
}
