package io.millrace.perf.peer;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * Counts rows where they enter an engine, and says when the warm-up and the measured part are over. The clock starts
 * with the first row.
 *
 * <p><b>Threading:</b> the source's thread; read the results when the job is done.
 */
public final class Pace
{
    private final long warmNs;
    private final long measureNs;
    private long rows;
    private long firstNs;
    private Reading start = Reading.NONE;
    private Reading end = Reading.NONE;

    public Pace(final Assignment assignment)
    {
        warmNs = assignment.warmMs() * 1_000_000;
        measureNs = assignment.measureMs() * 1_000_000;
    }

    /** A look at the process. */
    record Reading(long rows, long timeNs, long cpuNs, long gcMs)
    {
        static final Reading NONE = new Reading(0, 0, 0, 0);
    }

    /**
     * Called by the source before each batch.
     *
     * @param fresh rows handed over since the last call.
     * @return whether more rows are wanted.
     */
    public boolean proceed(final int fresh)
    {
        rows += fresh;
        final long nowNs = System.nanoTime();
        if (firstNs == 0)
        {
            firstNs = nowNs;
        }
        if (start == Reading.NONE && nowNs - firstNs >= warmNs)
        {
            start = read(nowNs);
        }
        else if (start != Reading.NONE && end == Reading.NONE && nowNs - start.timeNs >= measureNs)
        {
            end = read(nowNs);
        }
        return end == Reading.NONE;
    }

    private Reading read(final long nowNs)
    {
        long gcMs = 0;
        for (final GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans())
        {
            gcMs += Math.max(0, collector.getCollectionTime());
        }
        final OperatingSystemMXBean process =
            (OperatingSystemMXBean)ManagementFactory.getOperatingSystemMXBean();
        return new Reading(rows, nowNs, process.getProcessCpuTime(), gcMs);
    }

    /** All rows handed over. */
    public long rows()
    {
        return rows;
    }

    /** The outcome, once the job is done. */
    public Outcome outcome(final Tally tally)
    {
        final long measured = end.rows - start.rows;
        final long tookNs = Math.max(1, end.timeNs - start.timeNs);
        return new Outcome(rows, measured, tookNs, end.cpuNs - start.cpuNs, end.gcMs - start.gcMs, tally.bytes(),
            tally.windows());
    }
}
