package io.millrace.perf.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadTest
{
    private static final int SIZE = 20_000;

    static Iterable<String> names()
    {
        return Workload.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldMakeTheSameRowsWhenMadeAgain(final String name)
    {
        final Workload first = Workload.of(name, SIZE);
        final Workload second = Workload.of(name, SIZE);
        final Lines lines = new Lines(first, true);
        final Lines again = new Lines(second, true);
        for (int row = 0; row < SIZE; row += 7)
        {
            assertArrayEquals(lines.line(row), again.line(row));
            assertEquals(first.timeMs(row), second.timeMs(row));
        }
    }

    @Test
    void shouldNeverMakeALateRowWhenTheWatermarkIsFiveSecondsBehind()
    {
        final Workload rows = Workload.of("seed", SIZE);
        long highest = Long.MIN_VALUE;
        long outOfOrder = 0;
        for (long index = 0; index < 3L * SIZE; index++)
        {
            final long time = rows.timeMs(index);
            assertTrue(time > highest - Workload.MOST_DISORDER_MS, "row " + index);
            outOfOrder += time < highest ? 1 : 0;
            highest = Math.max(highest, time);
        }
        assertTrue(outOfOrder > SIZE, outOfOrder + " rows out of order");
    }

    @Test
    void shouldPassNinetyTwoInAHundredWhenTheCentralJobFilters()
    {
        final Workload rows = Workload.of("seed", SIZE);
        final Set<String> passed = Set.of("page_view", "click", "scroll");
        int count = 0;
        for (int row = 0; row < SIZE; row++)
        {
            count += passed.contains(String.valueOf(rows.values("event_type").apply(row))) ? 1 : 0;
        }
        assertEquals(0.92, (double)count / SIZE, 0.01);
    }

    @Test
    void shouldWriteTimesAsTheFormatterDoesWhenHoursChange()
    {
        final TimeText times = new TimeText();
        assertEquals("2024-01-01 00:00:10.000", text(times, Workload.START_MS));
        assertEquals("2024-01-01 00:59:59.999", text(times, 1_704_070_799_999L));
        assertEquals("2024-01-01 01:00:00.000", text(times, 1_704_070_800_000L));
        assertEquals("2024-02-29 23:01:02.034", text(times, 1_709_247_662_034L));
    }

    private static String text(final TimeText times, final long timeMs)
    {
        return new String(times.of(timeMs), StandardCharsets.US_ASCII);
    }
}
