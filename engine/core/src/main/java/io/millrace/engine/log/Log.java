package io.millrace.engine.log;

/**
 * An append-only stream of records with one writer. Positions are bytes from the beginning of the stream and ascend;
 * a record is readable once {@link #commitPosition()} has passed it.
 *
 * <p><b>Threading:</b> one thread appends, one thread tails and truncates. <b>Limits:</b> a record is at most
 * {@link #maxRecordLength()} bytes.
 */
public interface Log extends AutoCloseable
{
    /** The log is full. Caller must keep the record and try again once readers have gone on. */
    long BACK_PRESSURE = -1;

    /** Takes a record's bytes. */
    @FunctionalInterface
    interface RecordConsumer
    {
        /** The memory is valid until this returns. */
        void onRecord(long address, int length);
    }

    /** Longest record. */
    int maxRecordLength();

    /** Appends a record: its end position, or {@link #BACK_PRESSURE}. */
    long tryAppend(long address, int length);

    /** Up to where records may be acted upon. */
    long commitPosition();

    /**
     * Hands the committed records from {@code position} on to the consumer, at most {@code limit} of them.
     *
     * @return the position behind the last one.
     */
    long tail(long position, RecordConsumer consumer, int limit);

    /** No reader will ask for anything below {@code position} again. */
    void truncateBelow(long position);

    @Override
    void close();
}
