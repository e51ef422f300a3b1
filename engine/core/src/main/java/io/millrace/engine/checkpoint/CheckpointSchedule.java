package io.millrace.engine.checkpoint;

/**
 * When a checkpoint is due: after the interval, and before it where more input has come since the last one than half a
 * second makes again, or where the journal runs out of room. What they cost is bounded: the storage is busy with
 * checkpoints at most a quarter of the time, and those before the interval are under way at most a quarter of it. While
 * the journal is being worked off none is taken, unless a log has no room otherwise, nor at first behind it: it would
 * take from what users wait for.
 *
 * <p><b>Threading:</b> one thread. Times are the caller's.
 */
public final class CheckpointSchedule
{
    /** Pauses are this many times as long as what they follow: a quarter of the time. */
    private static final long PAUSE = 3;
    private static final int MOST_DOUBLINGS = 5;
    private static final long MOST_PATIENCE_NS = 60_000_000_000L;
    private static final long REPLAY_NS = 500_000_000L;
    /** Bytes of blocks made again in a second, until it has been measured. */
    private static final long REPLAY_RATE = 64L << 20;
    /** A replay of fewer bytes tells nothing. */
    private static final long TELLING_BYTES = 8L << 20;

    private final Terms terms;
    /** Whether the journal has been worked off. */
    private boolean isReplayed;
    /** From how many bytes on one comes early. */
    private long replayBytes;
    private long beganNs;
    private long endedNs;
    private long storageNs;
    private long underWayNs;
    /** How many have failed one after the other. */
    private int failures;
    private long inputAtBegin;
    private long journalAtBegin;
    private long outputAtBegin;

    /**
     * @param intervalNs   between the beginnings of two checkpoints.
     * @param minPauseNs   between the end of one and the beginning of the next, however much is to be made again.
     * @param journalBytes by how much the journal may grow between two: it is freed by checkpoints alone, whose own
     *                     entries need room in it.
     * @param outputBytes  by how much the output log may, for the same reason: while it is full no shard comes to the
     *                     entry of the checkpoint that would free it.
     */
    public record Terms(long intervalNs, long minPauseNs, long journalBytes, long outputBytes)
    {
    }

    public CheckpointSchedule(final Terms terms, final long nowNs)
    {
        this.terms = terms;
        beganNs = nowNs;
        endedNs = nowNs;
    }

    /** The checkpoint that the job goes on from reaches up to here in the two logs. */
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
        beganNs = nowNs;
        endedNs = nowNs;
        underWayNs = ns / PAUSE;
        replayBytes = bytes < TELLING_BYTES ? REPLAY_RATE * REPLAY_NS / 1_000_000_000L :
            Math.max(TELLING_BYTES, (long)((double)bytes * REPLAY_NS / Math.max(1, ns)));
    }

    /**
     * Whether the next one is to begin.
     *
     * @param bytes   of blocks that were put into the ring since the job began to run, be it again.
     * @param journal where the journal ends.
     * @param output  where the output log does.
     * @param isLow   whether the journal is about to run out of room.
     */
    boolean isDue(
        final long nowNs, final long bytes, final long journal, final long output, final boolean isLow)
    {
        final long calmNs = nowNs - endedNs;
        final boolean isCalm = calmNs >= PAUSE * storageNs;
        if (journal - journalAtBegin >= terms.journalBytes() || output - outputAtBegin >= terms.outputBytes() ||
            isLow && isCalm && failures == 0)
        {
            return true;
        }
        if (!isReplayed || !isCalm || calmNs < terms.minPauseNs())
        {
            return false;
        }
        return nowNs - beganNs >= (isLow ? patientNs() : terms.intervalNs()) ||
            bytes - inputAtBegin >= replayBytes && calmNs >= PAUSE * underWayNs && failures == 0;
    }

    /** Each one that fails takes some of the little room that the journal has left. */
    private long patientNs()
    {
        return Math.max(terms.intervalNs(),
            Math.min(MOST_PATIENCE_NS, terms.intervalNs() << Math.min(failures, MOST_DOUBLINGS)));
    }

    void begin(final long nowNs, final long bytes, final long journal, final long output)
    {
        outputAtBegin = output;
        beganNs = nowNs;
        inputAtBegin = bytes;
        journalAtBegin = journal;
        storageNs = 0;
    }

    /** The storage was busy with the checkpoint under way. */
    void worked(final long ns)
    {
        storageNs += ns;
    }

    /** After one that failed the next is due at the interval, or when the journal has grown. */
    void end(final long nowNs, final boolean isWhole)
    {
        endedNs = nowNs;
        underWayNs = nowNs - beganNs;
        failures = isWhole ? 0 : failures + 1;
    }
}
