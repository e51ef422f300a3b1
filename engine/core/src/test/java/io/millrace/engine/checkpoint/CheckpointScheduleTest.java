package io.millrace.engine.checkpoint;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When checkpoints are due, in milliseconds for short. */
final class CheckpointScheduleTest
{
    private static final long MS = 1_000_000L;
    private static final long MB = 1L << 20;
    /** What half a second makes again where nothing has been measured. */
    private static final long MUCH = 32 * MB;

    private static CheckpointSchedule schedule(final long intervalMs, final long minPauseMs)
    {
        final CheckpointSchedule schedule = replaying(intervalMs, minPauseMs);
        schedule.replayed(0, 0, 0);
        return schedule;
    }

    /** One of a job that still makes its journal again. */
    private static CheckpointSchedule replaying(final long intervalMs, final long minPauseMs)
    {
        return new CheckpointSchedule(new CheckpointSchedule.Terms(intervalMs * MS, minPauseMs * MS, 1000 * MB,
            500 * MB), 0);
    }

    private static void take(
        final CheckpointSchedule schedule, final long fromMs, final long toMs, final long storageMs, final long bytes)
    {
        schedule.begin(fromMs * MS, bytes, 0, 0);
        schedule.worked(storageMs * MS);
        schedule.end(toMs * MS, true);
    }

    @Test
    void shouldBeDueWhenTheIntervalIsOver()
    {
        final CheckpointSchedule schedule = schedule(1000, 0);
        assertFalse(schedule.isDue(999 * MS, 0, 0, 0, false));
        assertTrue(schedule.isDue(1000 * MS, 0, 0, 0, false));
        take(schedule, 1000, 1100, 50, 0);
        assertFalse(schedule.isDue(1999 * MS, 0, 0, 0, false));
        assertTrue(schedule.isDue(2000 * MS, 0, 0, 0, false));
    }

    @Test
    void shouldStretchTheIntervalWhenTheStorageIsSlow()
    {
        final CheckpointSchedule schedule = schedule(1000, 0);
        take(schedule, 1000, 2000, 900, 0);
        assertFalse(schedule.isDue((2000 + 3 * 900 - 1) * MS, 0, 0, 0, false));
        assertTrue(schedule.isDue((2000 + 3 * 900) * MS, 0, 0, 0, false));
    }

    @Test
    void shouldWaitWhileTheJournalIsWorkedOffAndAsLongBehindIt()
    {
        final CheckpointSchedule schedule = replaying(1000, 0);
        assertFalse(schedule.isDue(1999 * MS, 100 * MUCH, 0, 0, false));
        assertTrue(schedule.isDue(1999 * MS, 0, 0, 500 * MB, false), "the output log has no room otherwise");
        schedule.replayed(2000 * MS, MUCH, 600 * MS);
        assertFalse(schedule.isDue(2599 * MS, 2 * MUCH, 0, 0, false));
        assertTrue(schedule.isDue(2600 * MS, 2 * MUCH, 0, 0, false), "what was made again doubles at most");
        assertFalse(schedule.isDue(2999 * MS, 1, 0, 0, false));
        assertTrue(schedule.isDue(3000 * MS, 1, 0, 0, false), "the interval begins with the first new row");
    }

    @Test
    void shouldBeDueEarlyWhenMuchIsToBeMadeAgain()
    {
        final CheckpointSchedule schedule = schedule(60_000, 0);
        assertFalse(schedule.isDue(100 * MS, MUCH - 1, 0, 0, false));
        assertTrue(schedule.isDue(100 * MS, MUCH, 0, 0, false));
        take(schedule, 100, 300, 10, MUCH);
        assertFalse(schedule.isDue(899 * MS, 2 * MUCH, 0, 0, false), "under way for a quarter of the time");
        assertTrue(schedule.isDue(900 * MS, 2 * MUCH, 0, 0, false));
    }

    @Test
    void shouldTakeTheRateThatAReplayHad()
    {
        final CheckpointSchedule schedule = schedule(60_000, 0);
        schedule.replayed(1000 * MS, 400 * MB, 2000 * MS);
        assertFalse(schedule.isDue(3000 * MS, 100 * MB - 1, 0, 0, false));
        assertTrue(schedule.isDue(3000 * MS, 100 * MB, 0, 0, false));
    }

    @Test
    void shouldKeepThePauseThatIsWanted()
    {
        final CheckpointSchedule schedule = schedule(1000, 5000);
        take(schedule, 5000, 5100, 10, MUCH);
        assertFalse(schedule.isDue(10_099 * MS, 3 * MUCH, 0, 0, false));
        assertTrue(schedule.isDue(10_100 * MS, 3 * MUCH, 0, 0, false));
    }

    @Test
    void shouldNotWaitWhenTheJournalRunsOutOfRoom()
    {
        final CheckpointSchedule schedule = schedule(60_000, 60_000);
        take(schedule, 1000, 1100, 20, 0);
        assertTrue(schedule.isDue(1101 * MS, 0, 1000 * MB, 0, false), "it has grown by its share");
        assertTrue(schedule.isDue(1101 * MS, 0, 0, 500 * MB, false), "the output log has");
        assertFalse(schedule.isDue(1159 * MS, 0, 0, 0, true));
        assertTrue(schedule.isDue(1160 * MS, 0, 0, 0, true));
        schedule.begin(1160 * MS, 0, 0, 0);
        schedule.end(1170 * MS, false);
        assertFalse(schedule.isDue(30_000 * MS, MUCH, 0, 0, true), "one has failed: the next is tried at the interval");
        assertTrue(schedule.isDue(61_170 * MS, 0, 0, 0, true));
    }

    @Test
    void shouldBeMorePatientWhenCheckpointsFailAndTheJournalHasNoRoom()
    {
        final CheckpointSchedule schedule = schedule(1000, 0);
        schedule.begin(1000 * MS, 0, 0, 0);
        schedule.end(1001 * MS, false);
        assertTrue(schedule.isDue(2000 * MS, 0, 0, 0, false));
        assertFalse(schedule.isDue(2999 * MS, 0, 0, 0, true));
        assertTrue(schedule.isDue(3000 * MS, 0, 0, 0, true));
        for (int i = 0; i < 10; i++)
        {
            schedule.begin(3000 * MS, 0, 0, 0);
            schedule.end(3001 * MS, false);
        }
        assertFalse(schedule.isDue(34_999 * MS, 0, 0, 0, true));
        assertTrue(schedule.isDue(35_000 * MS, 0, 0, 0, true));
    }
}
