package io.millrace.engine.connector.builtin;

/** How {@code print} shows rows. <b>Threading:</b> one thread. */
interface RowPrinter
{
    /** Appends the row, or keeps it until {@link #show}. */
    void print(long row, int length, TextBuffer out);

    /** Appends what was kept: no more rows are at hand. */
    void show(TextBuffer out);

    /** Appends what comes after the last row. */
    void end(TextBuffer out);
}
