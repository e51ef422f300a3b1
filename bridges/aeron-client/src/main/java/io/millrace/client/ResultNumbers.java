package io.millrace.client;

import java.util.Arrays;

/**
 * Which results of a job's writers are new, which come again, and which have become void because another run of the job
 * numbers what was never committed otherwise.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none, but for writers that were not known.
 */
public final class ResultNumbers
{
    /** Told what becomes of results that were handed over. */
    public interface Handler
    {
        /** The writer's results below {@code number} are committed: they are never taken back. */
        default void onCommit(final int writer, final long number)
        {
        }

        /** What came of a writer from {@code number} on is void; results from there on follow, the same or others. */
        default void onRestart(final int writer, final long number)
        {
        }

        /**
         * So many results, of whatever writers, are missing before what comes next: nobody took them, or they died with
         * a media driver.
         */
        default void onMissed(final long results)
        {
        }
    }

    /** Number of each writer's last result. */
    private long[] last = new long[16];
    /** By writer: its results below this number are committed. */
    private long[] committed = new long[16];
    /** By writer: the run of which is known which results of earlier ones it has too. */
    private long[] known = new long[16];
    /** Of the run whose results are handed over. */
    private long epoch = FrameDescriptor.UNKNOWN;
    private long repeated;
    private long voided;

    public ResultNumbers()
    {
        Arrays.fill(last, FrameDescriptor.UNKNOWN);
        Arrays.fill(known, FrameDescriptor.UNKNOWN);
    }

    /** Goes on behind a result that is kept and committed. */
    public void resumeAfter(final int writer, final long number)
    {
        place(writer);
        last[writer] = number;
        committed[writer] = number + 1;
    }

    /**
     * Takes a result's number: whether it is one that has not been handed over.
     *
     * @param run   the epoch that stands beside it.
     * @param base  that of the frame.
     * @param flags those of the frame.
     */
    public boolean isNew(
        final int writer, final long number, final long run, final long base, final int flags, final Handler handler)
    {
        place(writer);
        if (run != epoch && (flags & FrameDescriptor.FLAG_ANEW) != 0)
        {
            begin(run, handler);
        }
        turnTo(run, handler);
        goBack(writer, base, handler);
        if ((flags & FrameDescriptor.FLAG_PROVISIONAL) == 0)
        {
            committed[writer] = Math.max(committed[writer], number + 1);
        }
        if (number <= last[writer])
        {
            repeated++;
            return false;
        }
        last[writer] = number;
        return true;
    }

    /** Takes what a COMMIT says. */
    public void commit(final int writer, final long number, final long run, final long base, final Handler handler)
    {
        place(writer);
        turnTo(run, handler);
        goBack(writer, base, handler);
        if (number > committed[writer])
        {
            committed[writer] = number;
            handler.onCommit(writer, number);
        }
    }

    /** First heard of a writer in a run: it may know less than was committed, after a loss of power. */
    private void goBack(final int writer, final long base, final Handler handler)
    {
        if (known[writer] != epoch)
        {
            known[writer] = epoch;
            if (epoch != 0 && base < committed[writer])
            {
                committed[writer] = base;
                takeBack(writer, handler);
            }
        }
    }

    /** Another run of the job: what the earlier one had not committed is void. */
    private void turnTo(final long run, final Handler handler)
    {
        if (run == epoch)
        {
            return;
        }
        final boolean isFirst = epoch == FrameDescriptor.UNKNOWN;
        epoch = run;
        for (int writer = 0; writer < last.length && !isFirst; writer++)
        {
            takeBack(writer, handler);
        }
    }

    /** A run of a job that keeps nothing: numbers of others say nothing of its own. */
    private void begin(final long run, final Handler handler)
    {
        epoch = run;
        for (int writer = 0; writer < last.length; writer++)
        {
            committed[writer] = 0;
            known[writer] = run;
            takeBack(writer, handler);
        }
    }

    private void takeBack(final int writer, final Handler handler)
    {
        if (last[writer] >= committed[writer])
        {
            last[writer] = committed[writer] - 1;
            voided++;
            handler.onRestart(writer, committed[writer]);
        }
    }

    private void place(final int writer)
    {
        if (writer >= last.length)
        {
            final int before = last.length;
            last = Arrays.copyOf(last, Integer.highestOneBit(writer) * 2);
            Arrays.fill(last, before, last.length, FrameDescriptor.UNKNOWN);
            committed = Arrays.copyOf(committed, last.length);
            known = Arrays.copyOf(known, last.length);
            Arrays.fill(known, before, last.length, FrameDescriptor.UNKNOWN);
        }
    }

    /** A writer's results below this number are committed, as far as it has been said. */
    public long committed(final int writer)
    {
        return writer < committed.length ? committed[writer] : 0;
    }

    /** Results that came again. */
    public long repeated()
    {
        return repeated;
    }

    /** How often a writer's results became void. */
    public long voided()
    {
        return voided;
    }
}
