package io.millrace.engine.checkpoint;

/**
 * When a checkpoint is due, and of which kind. It costs two things: the shards, which copy their state beside their
 * rows, and the storage, which is forced.
 * <ul>
 *   <li>One that is <b>forced</b> is due after the interval, or where the journal runs out of room: a loss of power
 *   goes back to it, and the logs let go of what lies before it. The storage is busy with them at most a quarter of
 *   the time, and not at all while nothing comes.</li>
 *   <li>One that is <b>not forced</b> is due where more input has come since the last cut than a quarter of a second
 *   makes again. A process that dies goes back to it; being deleted by the next one soon after, it mostly never reaches
 *   the disk, so that the storage sets no bound.</li>
 * </ul>
 * Those that are not forced come only when shards have not copied for eight times as long as the last took, of
 * whichever kind. Meanwhile they do about half of their work, and what they copy takes the caches from what they work
 * on: about a tenth of the rate is lost, twice what the copying itself takes. The time is that of the copying alone:
 * how long the disk then takes to force it says nothing about what the job has lost. What is to be made again is at
 * most what comes in while shards copy twice and pause once, ten times as long as they copy.
 *
 * <p>While the journal is being worked off none is taken, unless a log has no room otherwise, nor at first behind it:
 * it would take from what users wait for.
 *
 * <p><b>Threading:</b> one thread. Times are the caller's.
 */
public final class CheckpointSchedule
{
    /** The storage is left alone this many times as long as it was busy. */
    private static final long STORAGE_PAUSE = 3;
    /** Shards don't copy this many times as long as they did. */
    private static final long COPY_PAUSE = 8;
    private static final int MOST_DOUBLINGS = 5;
    private static final long MOST_PATIENCE_NS = 60_000_000_000L;
    private static final long REPLAY_NS = 250_000_000L;

    private final Terms terms;
    /** Whether the journal has been worked off. */
    private boolean isReplayed;
    /** From how many bytes on one comes before the interval. */
    private long replayBytes;
    private boolean isForced = true;
    private long beganNs;
    private long forcedBeganNs;
    private long endedNs;
    private long forcedEndedNs;
    private long copiedNs;
    /** How long the storage was busy with the last that was forced, and shards with the last. */
    private long storageNs;
    private long copyNs;
    /** How many have failed one after the other. */
    private int failures;
    private long inputAtBegin;
    /** When the last one began that is forced and whole; −1 before the first. */
    private long inputForced = -1;
    private long journalAtBegin;
    private long outputAtBegin;

    /** What is due. */
    enum Due
    {
        NOTHING,
        UNFORCED,
        FORCED
    }

    /**
     * @param intervalNs   between the beginnings of two that are forced.
     * @param minPauseNs   between the end of one and the beginning of the next, however much is to be made again.
     * @param journalBytes by how much the journal may grow between two that are forced: it is freed by those alone,
     *                     whose own entries need room in it.
     * @param outputBytes  by how much the output log may, for the same reason: while it is full no shard comes to the
     *                     entry of the checkpoint that would free it.
     * @param replayBytes  bytes of blocks that a quarter of a second makes again, until that has been measured; half as
     *                     many are never too many.
     */
    public record Terms(long intervalNs, long minPauseNs, long journalBytes, long outputBytes, long replayBytes)
    {
        /** What a quarter of a second makes again on a slow machine. */
        public static final long REPLAY_BYTES = 16L << 20;
    }

    public CheckpointSchedule(final Terms terms, final long nowNs)
    {
        this.terms = terms;
        beganNs = nowNs;
        forcedBeganNs = nowNs;
        endedNs = nowNs;
        forcedEndedNs = nowNs;
        copiedNs = nowNs;
    }

    /** The last forced checkpoint that the job goes on behind reaches up to here in the two logs. */
    void resume(final long journalPosition, final long outputPosition)
    {
        journalAtBegin = journalPosition;
        outputAtBegin = outputPosition;
    }

    /**
     * The journal has been worked off: so many bytes of blocks were made again in so long a time. The next checkpoint
     * comes after as long again, or after the interval: what is to be made again at most doubles.
     */
    void replayed(final long nowNs, final long bytes, final long ns)
    {
        isReplayed = true;
        forcedBeganNs = nowNs;
        endedNs = nowNs;
        forcedEndedNs = nowNs;
        copiedNs = nowNs;
        copyNs = ns / COPY_PAUSE;
        final long least = terms.replayBytes() / 2;
        replayBytes = bytes < least ? terms.replayBytes() :
            Math.max(least, (long)((double)bytes * REPLAY_NS / Math.max(1, ns)));
    }

    /**
     * What is to begin.
     *
     * @param bytes   of blocks that were put into the ring since the job began to run, be it again.
     * @param journal where the journal ends.
     * @param output  where the output log does.
     * @param isLow   whether the journal is about to run out of room.
     */
    Due due(final long nowNs, final long bytes, final long journal, final long output, final boolean isLow)
    {
        final boolean isCalm = nowNs - forcedEndedNs >= STORAGE_PAUSE * storageNs;
        if (journal - journalAtBegin >= terms.journalBytes() || output - outputAtBegin >= terms.outputBytes() ||
            isLow && isCalm && failures == 0)
        {
            return Due.FORCED;
        }
        if (!isReplayed || nowNs - endedNs < terms.minPauseNs())
        {
            return Due.NOTHING;
        }
        final boolean isOver = nowNs - forcedBeganNs >= (isLow ? patientNs() : terms.intervalNs());
        if (isCalm && isOver && (isLow || bytes != inputForced))
        {
            return Due.FORCED;
        }
        return bytes - inputAtBegin >= replayBytes && nowNs - copiedNs >= COPY_PAUSE * copyNs && failures == 0 ?
            Due.UNFORCED : Due.NOTHING;
    }

    /** Each one that fails takes some of the little room that the journal has left. */
    private long patientNs()
    {
        return Math.max(terms.intervalNs(),
            Math.min(MOST_PATIENCE_NS, terms.intervalNs() << Math.min(failures, MOST_DOUBLINGS)));
    }

    /** One begins that is to be forced, or not. */
    void begin(
        final long nowNs, final long bytes, final long journal, final long output, final boolean isToBeForced)
    {
        isForced = isToBeForced;
        beganNs = nowNs;
        copyNs = 0;
        inputAtBegin = bytes;
        if (isForced)
        {
            forcedBeganNs = nowNs;
            storageNs = 0;
            journalAtBegin = journal;
            outputAtBegin = output;
        }
    }

    /** The storage was busy with the checkpoint under way. */
    void worked(final long ns)
    {
        storageNs += isForced ? ns : 0;
    }

    /** Shards have copied all of it. */
    void copied(final long nowNs)
    {
        copiedNs = nowNs;
        copyNs = nowNs - beganNs;
    }

    /** After one that failed the next is due at the interval, or when the journal has grown. */
    void end(final long nowNs, final boolean isWhole)
    {
        endedNs = nowNs;
        forcedEndedNs = isForced ? nowNs : forcedEndedNs;
        failures = isWhole ? 0 : failures + 1;
        inputForced = isForced && isWhole ? inputAtBegin : inputForced;
    }
}
