package io.millrace.engine.kernel;

/**
 * Code compiled for one place in a plan. Rows are read and written by address ({@link io.millrace.codecs.Memory}).
 *
 * <p><b>Threading:</b> an instance belongs to one agent; each agent makes its own. <b>Allocation:</b> none per row;
 * intermediate strings and numbers live in {@link #scratch}. <b>Errors:</b> nothing is thrown: a method that can fail
 * returns {@link #DEAD} and leaves the reason in {@link #failure} and {@link #failureSite}.
 */
public abstract class Kernel
{
    /** The row does not pass the filter. Caller must count it as filtered. */
    public static final int FILTERED = -1;
    /** An expression failed. Caller must count the row as dead, with {@link #failure} as the reason. */
    public static final int DEAD = -2;
    /** The output has no room. Caller must offer more room and call again with the same row. */
    public static final int FULL = -3;

    /** "No time": stands for a NULL event time or watermark. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /** Where this kernel's expressions keep intermediate values; emptied at the start of each row. */
    protected final Scratch scratch = new Scratch();
    /** Ordinal of the {@link Failure} behind the last DEAD. */
    protected int failure;
    /** Which expression of the statement failed: an index into the statement's failure sites, or −1. */
    protected int failureSite = -1;

    public final int failure()
    {
        return failure;
    }

    public final int failureSite()
    {
        return failureSite;
    }

    /** Records why; generated code calls it and returns DEAD. */
    protected final void fail(final int failure, final int site)
    {
        this.failure = failure;
        this.failureSite = site;
    }

    /** Gives the scratch memory back. The kernel must not be called again. */
    public final void close()
    {
        scratch.close();
    }
}
