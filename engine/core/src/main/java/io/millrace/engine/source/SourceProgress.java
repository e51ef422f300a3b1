package io.millrace.engine.source;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Source;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.snapshot.Manifest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How far one table has been read, as the ring's entries tell it up to some entry: by partition the last row, the
 * watermark, and whether it is idle or ended; the next ordinal; the counts. Kept by who reads the ring, since the
 * source agent is ahead of it.
 *
 * <p><b>Threading:</b> one thread.
 */
public final class SourceProgress
{
    private final String name;
    private final int table;
    private final int shards;
    final long[] high;
    final long[] low;
    final long[] watermark;
    final boolean[] hasRows;
    final boolean[] isIdle;
    final boolean[] isEnded;
    /** What told the last row of a checkpoint from others; empty where nothing did. */
    final String[] identity;
    private final long[] filtered;
    private long ordinal;
    private long rows;

    /**
     * @param pipelines how many pipelines read the table.
     */
    public SourceProgress(
        final String name, final int table, final int partitions, final int pipelines, final int shards)
    {
        this.name = name;
        this.table = table;
        this.shards = shards;
        high = new long[partitions];
        low = new long[partitions];
        watermark = new long[partitions];
        Arrays.fill(watermark, Kernel.NO_TIME);
        hasRows = new boolean[partitions];
        isIdle = new boolean[partitions];
        isEnded = new boolean[partitions];
        identity = new String[partitions];
        Arrays.fill(identity, "");
        filtered = new long[pipelines];
    }

    /** Takes one entry of the table into account. */
    public void onBlock(final Block block)
    {
        ordinal = block.ordinal() + 1;
        final int partition = block.partition();
        switch (block.kind())
        {
            case BlockDescriptor.KIND_ROWS -> onRows(block, partition);
            case BlockDescriptor.KIND_CONTROL ->
            {
                isIdle[partition] |= block.flags() == BlockDescriptor.CONTROL_IDLE;
                isEnded[partition] |= block.flags() == BlockDescriptor.CONTROL_END;
            }
            default ->
            {
                return;
            }
        }
    }

    private void onRows(final Block block, final int partition)
    {
        high[partition] = block.positionHigh();
        low[partition] = block.lastPosition();
        hasRows[partition] = true;
        isIdle[partition] = false;
        final Sidecar sidecar = block.sidecar();
        final int steps = sidecar.stepCount();
        if (steps > 0)
        {
            watermark[partition] = sidecar.stepWatermark(steps - 1);
        }
        rows += block.count();
        for (int pipeline = 0; pipeline < filtered.length; pipeline++)
        {
            filtered[pipeline] += block.count() - (sidecar.end((pipeline + 1) * shards - 1) -
                sidecar.begin(pipeline * shards));
        }
        for (int dead = 0; dead < sidecar.deadCount(); dead++)
        {
            final int pipeline = sidecar.deadPipeline(dead);
            if (pipeline == Sidecar.ALL_PIPELINES)
            {
                for (int i = 0; i < filtered.length; i++)
                {
                    filtered[i]--;
                }
            }
            else
            {
                filtered[pipeline]--;
            }
        }
    }

    public int partitions()
    {
        return high.length;
    }

    /** Ordinal of the table's next block. */
    public long nextOrdinal()
    {
        return ordinal;
    }

    /** Rows so far. */
    public long rows()
    {
        return rows;
    }

    /** Rows that did not pass, by the table's pipelines. */
    public long filtered(final int pipeline)
    {
        return filtered[pipeline];
    }

    /** Writes everything into a manifest's values. */
    public void describe(final Map<String, String> values)
    {
        final String prefix = "source." + table + ".";
        values.put(prefix + "name", name);
        values.put(prefix + "ordinal", Long.toString(ordinal));
        values.put(prefix + "rows", Long.toString(rows));
        for (int i = 0; i < filtered.length; i++)
        {
            values.put(prefix + "filtered." + i, Long.toString(filtered[i]));
        }
        values.put(prefix + "partitions", Integer.toString(high.length));
        for (int i = 0; i < high.length; i++)
        {
            final String of = prefix + "partition." + i + ".";
            values.put(of + "high", Long.toString(high[i]));
            values.put(of + "low", Long.toString(low[i]));
            values.put(of + "watermark", Long.toString(watermark[i]));
            values.put(of + "rows", Boolean.toString(hasRows[i]));
            values.put(of + "idle", Boolean.toString(isIdle[i]));
            values.put(of + "ended", Boolean.toString(isEnded[i]));
        }
    }

    /** Adds to what {@link #describe} wrote what identifies the last rows of partitions that go on. Any thread. */
    public static void identify(
        final Map<String, String> values, final int table, final List<? extends Source.Partition> partitions)
    {
        for (int i = 0; i < partitions.size(); i++)
        {
            final String of = "source." + table + ".partition." + i + ".";
            if (Boolean.parseBoolean(values.get(of + "rows")) && !Boolean.parseBoolean(values.get(of + "ended")))
            {
                final String identity = partitions.get(i).identify(
                    Long.parseLong(values.get(of + "high")), Long.parseLong(values.get(of + "low")));
                if (!identity.isEmpty())
                {
                    values.put(of + "record", identity);
                }
            }
        }
    }

    /**
     * Takes everything from a manifest's values. Partitions and tables that came since begin at their beginning; after
     * a change of the job there are no counts by pipeline.
     *
     * @throws ConnectorException where a partition of which rows were read is no longer there.
     */
    public void restore(final Manifest manifest)
    {
        final String prefix = "source." + table + ".";
        if (!manifest.values().containsKey(prefix + "name"))
        {
            return;
        }
        ordinal = manifest.number(prefix + "ordinal");
        rows = manifest.number(prefix + "rows");
        for (int i = 0; i < filtered.length; i++)
        {
            final String of = prefix + "filtered." + i;
            filtered[i] = manifest.values().containsKey(of) ? manifest.number(of) : 0;
        }
        final long known = manifest.number(prefix + "partitions");
        for (int i = 0; i < known; i++)
        {
            final String of = prefix + "partition." + i + ".";
            if (i >= high.length)
            {
                requireUnread(known, Boolean.parseBoolean(manifest.text(of + "rows")));
                continue;
            }
            high[i] = manifest.number(of + "high");
            low[i] = manifest.number(of + "low");
            watermark[i] = manifest.number(of + "watermark");
            hasRows[i] = Boolean.parseBoolean(manifest.text(of + "rows"));
            isIdle[i] = Boolean.parseBoolean(manifest.text(of + "idle"));
            isEnded[i] = Boolean.parseBoolean(manifest.text(of + "ended"));
            identity[i] = manifest.values().getOrDefault(of + "record", "");
        }
    }

    private void requireUnread(final long known, final boolean hasRowsOfIt)
    {
        if (hasRowsOfIt)
        {
            throw new ConnectorException(ConnectorException.Kind.ENVIRONMENT, "table " + name +
                ": the input has changed: an earlier run read " + known + " partitions of it, now there are " +
                high.length + "; bring the others back, or begin again with an empty state folder");
        }
    }
}
