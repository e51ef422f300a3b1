package io.millrace.engine.checkpoint;

import static io.millrace.engine.checkpoint.CheckpointSchedule.Due.FORCED;
import static io.millrace.engine.checkpoint.CheckpointSchedule.Due.NOTHING;
import static io.millrace.engine.checkpoint.CheckpointSchedule.Due.UNFORCED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** When checkpoints are due, in milliseconds for short. */
final class CheckpointScheduleTest
{
    private static final long MS = 1_000_000L;
    private static final long MB = 1L << 20;
    /** What a quarter of a second makes again where nothing has been measured. */
    private static final long MUCH = 16 * MB;

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
            500 * MB, MUCH), 0);
    }

    private static CheckpointSchedule.Due due(final CheckpointSchedule schedule, final long nowMs, final long bytes)
    {
        return schedule.due(nowMs * MS, bytes, 0, 0, false);
    }

    private static void take(
        final CheckpointSchedule schedule, final CheckpointSchedule.Due due, final long fromMs, final long copiedMs,
        final long storageMs, final long toMs, final long bytes)
    {
        schedule.begin(fromMs * MS, bytes, 0, 0, due == FORCED);
        schedule.worked(storageMs * MS);
        schedule.copied(copiedMs * MS);
        schedule.end(toMs * MS, true);
    }

    @Test
    void shouldForceOneWhenTheIntervalIsOver()
    {
        final CheckpointSchedule schedule = schedule(1000, 0);
        assertEquals(NOTHING, due(schedule, 999, 0));
        assertEquals(FORCED, due(schedule, 1000, 0));
        take(schedule, FORCED, 1000, 1050, 50, 1100, 0);
        assertEquals(NOTHING, due(schedule, 1999, 1));
        assertEquals(FORCED, due(schedule, 2000, 1));
    }

    @Test
    void shouldLeaveTheStorageAloneWhileNothingComes()
    {
        final CheckpointSchedule schedule = schedule(1000, 0);
        take(schedule, FORCED, 1000, 1050, 50, 1100, 7);
        assertEquals(NOTHING, due(schedule, 100_000, 7));
        assertEquals(FORCED, schedule.due(100_000 * MS, 7, 1000 * MB, 0, false), "the journal has grown by its share");
        take(schedule, UNFORCED, 100_000, 100_050, 50, 100_100, 8);
        assertEquals(FORCED, due(schedule, 101_000, 8), "what has come is in one that was not forced");
        schedule.begin(101_000 * MS, 8, 0, 0, true);
        schedule.end(101_100 * MS, false);
        assertEquals(FORCED, due(schedule, 102_000, 8), "the last has failed");
    }

    @Test
    void shouldStretchTheIntervalWhenTheStorageIsSlow()
    {
        final CheckpointSchedule schedule = schedule(1000, 0);
        take(schedule, FORCED, 1000, 1010, 900, 2000, 0);
        assertEquals(NOTHING, due(schedule, 2000 + 3 * 900 - 1, 1));
        assertEquals(FORCED, due(schedule, 2000 + 3 * 900, 1));
    }

    @Test
    void shouldWaitWhileTheJournalIsWorkedOffAndAsLongBehindIt()
    {
        final CheckpointSchedule schedule = replaying(1000, 0);
        assertEquals(NOTHING, due(schedule, 1999, 100 * MUCH));
        assertEquals(FORCED, schedule.due(1999 * MS, 0, 0, 500 * MB, false), "the output log has no room otherwise");
        schedule.replayed(2000 * MS, MUCH, 600 * MS);
        assertEquals(NOTHING, due(schedule, 2599, 2 * MUCH));
        assertEquals(UNFORCED, due(schedule, 2600, 2 * MUCH), "what was made again doubles at most");
        assertEquals(NOTHING, due(schedule, 2999, 1));
        assertEquals(FORCED, due(schedule, 3000, 1), "the interval begins with the first new row");
    }

    @Test
    void shouldTakeOneThatIsNotForcedWhenMuchIsToBeMadeAgain()
    {
        final CheckpointSchedule schedule = schedule(60_000, 0);
        assertEquals(NOTHING, due(schedule, 100, MUCH - 1));
        assertEquals(UNFORCED, due(schedule, 100, MUCH));
        take(schedule, UNFORCED, 100, 300, 10_000, 400, MUCH);
        assertEquals(NOTHING, due(schedule, 5000, 2 * MUCH - 1));
        assertEquals(NOTHING, due(schedule, 1899, 2 * MUCH), "shards copy a ninth of the time");
        assertEquals(UNFORCED, due(schedule, 1900, 2 * MUCH), "its storage was not forced, and sets no bound");
    }

    @Test
    void shouldForceAtTheIntervalHoweverManyWereNotForced()
    {
        final CheckpointSchedule schedule = schedule(1000, 0);
        take(schedule, UNFORCED, 900, 950, 500, 990, MUCH);
        assertEquals(FORCED, due(schedule, 1000, MUCH));
        assertEquals(FORCED, schedule.due(995 * MS, MUCH, 1000 * MB, 0, false), "it frees no journal");
    }

    @Test
    void shouldNotPauseForTheDiskWhenShardsHaveCopiedQuickly()
    {
        final CheckpointSchedule schedule = schedule(60_000, 0);
        take(schedule, FORCED, 0, 100, 2000, 2100, 0);
        assertEquals(NOTHING, due(schedule, 2100, MUCH - 1));
        assertEquals(UNFORCED, due(schedule, 2100, MUCH));
    }

    @Test
    void shouldTakeTheRateThatAReplayHad()
    {
        final CheckpointSchedule schedule = schedule(60_000, 0);
        schedule.replayed(1000 * MS, 400 * MB, 2000 * MS);
        assertEquals(NOTHING, due(schedule, 3000, 50 * MB - 1));
        assertEquals(UNFORCED, due(schedule, 3000, 50 * MB));
    }

    @Test
    void shouldKeepThePauseThatIsWanted()
    {
        final CheckpointSchedule schedule = schedule(1000, 5000);
        take(schedule, FORCED, 5000, 5050, 10, 5100, MUCH);
        assertEquals(NOTHING, due(schedule, 10_099, 3 * MUCH));
        assertEquals(FORCED, due(schedule, 10_100, 3 * MUCH));
    }

    @Test
    void shouldNotWaitWhenTheJournalRunsOutOfRoom()
    {
        final CheckpointSchedule schedule = schedule(60_000, 60_000);
        take(schedule, FORCED, 1000, 1050, 20, 1100, 0);
        assertEquals(FORCED, schedule.due(1101 * MS, 0, 1000 * MB, 0, false), "it has grown by its share");
        assertEquals(FORCED, schedule.due(1101 * MS, 0, 0, 500 * MB, false), "the output log has");
        assertEquals(NOTHING, schedule.due(1159 * MS, 0, 0, 0, true));
        assertEquals(FORCED, schedule.due(1160 * MS, 0, 0, 0, true));
        schedule.begin(1160 * MS, 0, 0, 0, true);
        schedule.end(1170 * MS, false);
        assertEquals(NOTHING, schedule.due(30_000 * MS, MUCH, 0, 0, true),
            "one has failed: the next is tried at the interval");
        assertEquals(FORCED, schedule.due(61_170 * MS, 0, 0, 0, true));
    }

    @Test
    void shouldBeMorePatientWhenCheckpointsFailAndTheJournalHasNoRoom()
    {
        final CheckpointSchedule schedule = schedule(1000, 0);
        schedule.begin(1000 * MS, 0, 0, 0, true);
        schedule.end(1001 * MS, false);
        assertEquals(FORCED, schedule.due(2000 * MS, 0, 0, 0, false));
        assertEquals(NOTHING, schedule.due(2999 * MS, 0, 0, 0, true));
        assertEquals(FORCED, schedule.due(3000 * MS, 0, 0, 0, true));
        for (int i = 0; i < 10; i++)
        {
            schedule.begin(3000 * MS, 0, 0, 0, true);
            schedule.end(3001 * MS, false);
        }
        assertEquals(NOTHING, schedule.due(34_999 * MS, 0, 0, 0, true));
        assertEquals(FORCED, schedule.due(35_000 * MS, 0, 0, 0, true));
    }
}
