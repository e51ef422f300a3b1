package io.millrace.engine.kernel;

/** What a source agent runs on each row of a table right after decoding: computed columns and the two times. */
public abstract class TableKernel extends Kernel
{
    /**
     * Fills the computed columns. The row at {@code row} holds every physical column; the NULL bits and fixed bytes of
     * computed columns are zero, and computed strings, last in the layout, are not there yet: they are appended.
     *
     * @param length   bytes of the row without computed strings.
     * @param capacity bytes that the row may take.
     * @return the row's complete length, DEAD or FULL.
     */
    public abstract int complete(long row, int length, int capacity);

    /** Event time in milliseconds, or {@link #NO_TIME} where it is NULL. A table without WATERMARK returns 0. */
    public abstract long rowtime(long row);

    /** The WATERMARK expression in milliseconds, {@link #NO_TIME} where it is NULL or the table has none. */
    public abstract long watermark(long row);
}
