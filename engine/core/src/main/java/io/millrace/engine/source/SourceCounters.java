package io.millrace.engine.source;

import io.millrace.engine.Counter;
import java.util.Arrays;

/**
 * What one source agent counts.
 *
 * @param rows     records taken and published, blank ones aside.
 * @param blanks   records that hold no row.
 * @param filtered rows that did not pass, by the table's pipelines.
 * @param blocks   blocks of rows published.
 * @param ringRows rows published.
 * @param watermark the table's watermark in milliseconds, the least over its active partitions.
 * @param ticks    tick entries published.
 * @param jumbos   blocks enlarged for one row.
 * @param bytes    bytes of the blocks of rows published.
 * @param position low position of the last row published.
 * @param refused  duty cycles in which the ring took no more.
 * @param nulled   values of this run that did not fit their column and were read as NULL, by decoded column.
 */
public record SourceCounters(
    Counter rows, Counter blanks, Counter[] filtered, Counter blocks, Counter ringRows, Counter watermark,
    Counter ticks, Counter jumbos, Counter bytes, Counter position, Counter refused, Counter[] nulled)
{
    /** Goes on with an earlier run's counts. */
    void restore(final SourceProgress progress)
    {
        rows.set(progress.rows());
        ringRows.set(progress.rows());
        for (int i = 0; i < filtered.length; i++)
        {
            filtered[i].set(progress.filtered(i));
        }
    }

    public static SourceCounters of(final int pipelines, final int decodedColumns)
    {
        final SourceCounters counters = new SourceCounters(
            new Counter(), new Counter(), counters(pipelines), new Counter(), new Counter(), new Counter(),
            new Counter(), new Counter(), new Counter(), new Counter(), new Counter(), counters(decodedColumns));
        counters.watermark.set(Long.MIN_VALUE);
        return counters;
    }

    private static Counter[] counters(final int count)
    {
        final Counter[] counters = new Counter[count];
        Arrays.setAll(counters, i -> new Counter());
        return counters;
    }
}
