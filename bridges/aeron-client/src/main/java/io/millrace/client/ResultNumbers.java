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

        /** So many results, of whatever writers, were dropped before what comes next, since nobody took them. */
        default void onMissed(final long results)
        {
        }
    }

    /** Number of each writer's last result. */
    private long[] last = new long[16];
    /** By writer: its results below this number are committed. */
    private long[] committed = new long[16];
    /** Of the run whose results are handed over. */
    private long epoch = FrameDescriptor.UNKNOWN;
    private long repeated;
    private long voided;

    public ResultNumbers()
    {
        Arrays.fill(last, FrameDescriptor.UNKNOWN);
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
     * @param flags those of the frame.
     */
    public boolean isNew(
        final int writer, final long number, final long run, final int flags, final Handler handler)
    {
        place(writer);
        if (run != epoch && (flags & FrameDescriptor.FLAG_ANEW) != 0)
        {
            begin(run, handler);
        }
        turnTo(run, handler);
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
    public void commit(final int writer, final long number, final long run, final Handler handler)
    {
        place(writer);
        turnTo(run, handler);
        if (number > committed[writer])
        {
            committed[writer] = number;
            handler.onCommit(writer, number);
        }
        else if (number < committed[writer])
        {
            // The job knows less than before: it began anew, or its machine lost power.
            committed[writer] = number;
            takeBack(writer, handler);
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
