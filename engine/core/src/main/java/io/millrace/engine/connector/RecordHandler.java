package io.millrace.engine.connector;

/** Takes records from a partition. A refused record (false) must be offered again, unchanged, at the next poll. */
public interface RecordHandler
{
    /**
     * One record in the table's format.
     *
     * @param address  of its bytes, with {@link io.millrace.codecs.Memory#SLACK} readable bytes behind them.
     * @param position low half of its position; ascending.
     */
    boolean onRecord(long address, int length, long position);

    /** A record longer than the context's {@code maxRecordBytes}: its first bytes, and how long it is. */
    boolean onOversized(long address, int length, long fullLength, long position);

    /**
     * A record that its connector already knows to be none, such as a message without the connector's own header: its
     * first bytes are kept and it is dead, whatever the format would make of them.
     */
    default boolean onMalformed(final long address, final int length, final long position)
    {
        return onOversized(address, length, length, position);
    }

    /** One row already in the table's layout, without computed strings. */
    boolean onRow(long row, int length, long position);
}
