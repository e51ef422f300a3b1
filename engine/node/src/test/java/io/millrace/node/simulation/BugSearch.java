package io.millrace.node.simulation;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongFunction;

/**
 * Looks for the first seed that fails. A seed that takes too long has failed: a job without an end breaks a promise. A
 * search that takes too long without one has found nothing.
 *
 * <p><b>Threading:</b> seeds run in a thread of their own, which goes on where its seed has no end: the process is then
 * best ended.
 */
final class BugSearch
{
    static final String NO_END = "no end";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int LOOK_MS = 20;

    private final LongFunction<String> simulation;
    private final long seedNs;
    private final long searchNs;
    private volatile Seed current = new Seed(1, 0);
    private volatile Verdict verdict;
    private volatile Throwable failure;

    /** How a search ended. */
    enum End
    {
        FOUND,
        NOT_FOUND,
        /** What was to be judged was not: the search itself failed. */
        FAILED
    }

    /**
     * What came of a bug.
     *
     * @param seeds  how many were run, the last of which showed it where it was found.
     * @param reason how it showed, why the search ended, or what failed.
     */
    record Verdict(End end, long seeds, String reason)
    {
        static final String BEGIN = "verdict\t";

        Verdict
        {
            reason = reason.replace('\n', ' ');
        }

        /** As one process tells it to another. */
        String line()
        {
            return BEGIN + end + "\t" + seeds + "\t" + reason;
        }

        static Verdict of(final String line)
        {
            final String[] parts = line.split("\t", 4);
            return new Verdict(End.valueOf(parts[1]), Long.parseLong(parts[2]), parts[3]);
        }
    }

    private record Seed(long number, long beginCpuNs)
    {
    }

    /**
     * @param simulation from a seed to the promise that it broke, or null.
     * @param seedNs     of processor time that a seed may take.
     * @param searchNs   of processor time behind which no other seed begins.
     */
    BugSearch(final LongFunction<String> simulation, final long seedNs, final long searchNs)
    {
        this.simulation = simulation;
        this.seedNs = seedNs;
        this.searchNs = searchNs;
    }

    /** Runs seeds from 1 on, {@code runs} at most. To be called once. */
    Verdict run(final long runs) throws InterruptedException
    {
        final Thread thread = new Thread(() -> verdict = seeds(runs), "seeds");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((dead, thrown) ->
            failure = thrown.getCause() == null ? thrown : thrown.getCause());
        thread.start();
        while (thread.isAlive())
        {
            thread.join(LOOK_MS);
            final Seed seed = current;
            if (THREADS.getThreadCpuTime(thread.getId()) - seed.beginCpuNs > seedNs)
            {
                return new Verdict(End.FOUND, seed.number, NO_END);
            }
        }
        return verdict != null ? verdict : new Verdict(End.FAILED, current.number, "seed " + current.number + ": " +
            failure);
    }

    private Verdict seeds(final long runs)
    {
        for (long seed = 1; seed <= runs; seed++)
        {
            current = new Seed(seed, THREADS.getCurrentThreadCpuTime());
            final String broken = simulation.apply(seed);
            if (broken != null)
            {
                return new Verdict(End.FOUND, seed, broken);
            }
            if (THREADS.getCurrentThreadCpuTime() > searchNs)
            {
                return new Verdict(End.NOT_FOUND, seed, "the time for a bug is over");
            }
        }
        return new Verdict(End.NOT_FOUND, runs, "as many as were asked for");
    }
}
