package io.millrace.engine.source;

import io.millrace.codecs.Sidecar;
import io.millrace.engine.Counter;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.kernel.Router;
import io.millrace.engine.kernel.TableKernel;

/**
 * What a complete row goes through on its way into a block: its event time, each pipeline's filter and key, the
 * partition's watermark. What comes of it stands in the block's sidecar.
 *
 * <p><b>Threading:</b> the source agent's thread. <b>Allocation:</b> none.
 */
final class Routing implements AutoCloseable
{
    private static final int GROUPS = 256;

    private final TableKernel kernel;
    private final boolean hasWatermark;
    private final Router[] routers;
    private final WindowGrid grid;
    private final int shards;
    private final int[] shardOfGroup = new int[GROUPS];
    /** Rows of this block that did not pass, by pipeline. */
    private final int[] filtered;
    /** Shard of this block's rows whose place does not matter. */
    private int anyShard;
    private long minTime;
    private long maxTime;

    /** @param kernel the table's, which stays the caller's; the routers are this one's. */
    Routing(
        final TableKernel kernel, final boolean hasWatermark, final Router[] routers, final WindowGrid grid,
        final int shards)
    {
        this.kernel = kernel;
        this.hasWatermark = hasWatermark;
        this.routers = routers;
        this.grid = grid;
        this.shards = shards;
        filtered = new int[routers.length];
        for (int group = 0; group < GROUPS; group++)
        {
            shardOfGroup[group] = group * shards / GROUPS;
        }
    }

    /** Begins a block. */
    void begin(final long ordinal)
    {
        anyShard = (int)(ordinal % shards);
        minTime = Long.MAX_VALUE;
        maxTime = Long.MIN_VALUE;
    }

    /** Least event time of the block's rows; Long.MAX_VALUE where there is none. */
    long minTime()
    {
        return minTime;
    }

    /** Greatest event time of the block's rows; Long.MIN_VALUE where there is none. */
    long maxTime()
    {
        return maxTime;
    }

    /** Takes note of a row's event time: false where it is NULL though the table needs one. */
    boolean takeTime(final long row)
    {
        if (hasWatermark)
        {
            final long time = kernel.rowtime(row);
            if (time == Kernel.NO_TIME)
            {
                return false;
            }
            minTime = Math.min(minTime, time);
            maxTime = Math.max(maxTime, time);
        }
        return true;
    }

    /** Routes the row of a frame, then has it raise its partition's watermark. */
    void route(final long row, final int offset, final Sidecar sidecar, final PartitionState from)
    {
        for (int p = 0; p < routers.length; p++)
        {
            final int group = routers[p].route(row);
            if (group == Kernel.FILTERED)
            {
                filtered[p]++;
            }
            else if (group == Kernel.DEAD)
            {
                sidecar.addDead(offset, p, routers[p].failure(), routers[p].failureSite());
            }
            else
            {
                sidecar.add(p * shards + (group == Router.ANY ? anyShard : shardOfGroup[group]), offset);
            }
        }
        final long watermark = kernel.watermark(row);
        if (watermark > from.watermark)
        {
            from.watermark = watermark;
            if (watermark >= from.nextStep)
            {
                from.nextStep = grid.stepAfter(watermark);
                sidecar.addStep(offset, watermark);
            }
        }
    }

    /** Adds what this block's rows did not pass, by pipeline. */
    void count(final Counter[] ofFiltered)
    {
        for (int p = 0; p < filtered.length; p++)
        {
            ofFiltered[p].add(filtered[p]);
            filtered[p] = 0;
        }
    }

    @Override
    public void close()
    {
        for (final Router router : routers)
        {
            router.close();
        }
    }
}
