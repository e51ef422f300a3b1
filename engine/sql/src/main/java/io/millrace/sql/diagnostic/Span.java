package io.millrace.sql.diagnostic;

/** A range of the job's text: lines and columns from 1 on, the end included. {@link #NONE} is outside the text. */
public record Span(int line, int column, int endLine, int endColumn)
{
    /** No place in the text: an override of the command line, or the job as a whole. */
    public static final Span NONE = new Span(0, 0, 0, 0);

    /** Whether this is a place in the text. */
    public boolean isInText()
    {
        return line > 0;
    }

    /** From the start of this to the end of {@code last}. */
    public Span to(final Span last)
    {
        return new Span(line, column, last.endLine, last.endColumn);
    }
}
