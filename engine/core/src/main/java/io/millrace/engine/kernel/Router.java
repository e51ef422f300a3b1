package io.millrace.engine.kernel;

/**
 * What a source agent runs on each complete row for each pipeline that reads its table: the filter, every expression
 * before the aggregation that may fail, and the key.
 */
public abstract class Router extends Kernel
{
    /** Result for a row whose place does not matter: the pipeline has no key. Caller chooses. */
    public static final int ANY = 256;

    /** Whether groups matter: with one shard every row goes to it, and any group will do. */
    protected boolean isSharded = true;

    /** Says how many shards there are; before the first row. */
    public final void setShards(final int shards)
    {
        isSharded = shards > 1;
    }

    /** The row's key group, 0 to 255, or {@link #ANY}, FILTERED, DEAD. */
    public abstract int route(long row);
}
