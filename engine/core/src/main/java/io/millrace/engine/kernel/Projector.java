package io.millrace.engine.kernel;

/** A stateless pipeline's SELECT list: reads a source row, writes a row of the sink's layout. */
public abstract class Projector extends Kernel
{
    /** Length of the row written at {@code out}, or DEAD, FULL. The filter was the {@link Router}'s. */
    public abstract int project(long row, long out, int capacity);
}
