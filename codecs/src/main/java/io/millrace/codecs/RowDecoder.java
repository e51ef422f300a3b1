package io.millrace.codecs;

/**
 * Turns one record of a format into a row. <b>Threading:</b> one thread. <b>Allocation:</b> none per record.
 * <b>Errors:</b> nothing is thrown; see the sentinels.
 */
public interface RowDecoder extends AutoCloseable
{
    /** The record can't be decoded. Caller must keep its raw bytes; {@link #failure} says why. */
    int MALFORMED = -2;
    /** The row does not fit. Caller must offer more room and decode again. */
    int FULL = -3;
    /** The record holds no row (an empty line) and is skipped. */
    int BLANK = -4;

    /** Why a record could not be decoded. */
    enum Problem
    {
        NONE, MALFORMED, FIELD_TYPE, FIELD_MISSING, LIMIT
    }

    /**
     * Writes the decoded columns of the record at {@code address} as a row.
     *
     * @param address {@link Memory#SLACK} readable bytes follow the record.
     * @return bytes of the row without computed strings, or a sentinel.
     */
    int decode(long address, int length, long row, int capacity);

    /** Why the last record was MALFORMED. */
    Problem failure();

    /** Index of the column behind the last failure, or −1. */
    int failureColumn();

    /** Values of the last record, which became a row, that did not fit their column and became NULL. */
    int nulledValues();

    /** The column of the {@code index}-th of these values. */
    int nulledColumn(int index);

    @Override
    void close();
}
