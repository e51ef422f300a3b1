package io.millrace.codecs;

/** Writes a row as one record of a format. <b>Threading:</b> one thread. <b>Allocation:</b> none per row. */
public interface RowEncoder
{
    /** The record does not fit. Caller must offer more room and encode again. */
    int FULL = -3;

    /** Bytes written at {@code out}, without a record separator, or FULL. */
    int encode(long row, long out, int capacity);
}
