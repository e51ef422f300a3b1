package io.millrace.perf.peer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run gave.
 *
 * @param rows         handed over in the whole run.
 * @param measuredRows handed over in the measured part, which took {@code tookNs}.
 * @param cpuNs        processor time of the whole process in the measured part.
 * @param gcMs         collections in the measured part.
 * @param resultBytes  of all results as JSON.
 * @param windows      answers by window start.
 */
public record Outcome(
    long rows, long measuredRows, long tookNs, long cpuNs, long gcMs, long resultBytes, Map<Long, Answer> windows)
{
    /** Rows of a window and the sum of their hashes. */
    public record Answer(long rows, long hash)
    {
    }

    public double rowsPerSecond()
    {
        return measuredRows * 1e9 / tookNs;
    }

    /** Nanoseconds of processor time for each row. */
    public double cpuNsPerRow()
    {
        return (double)cpuNs / Math.max(1, measuredRows);
    }

    /** As {@link #parse} reads it: a key and its value a line. */
    public String text()
    {
        final StringBuilder text = new StringBuilder();
        text.append("rows ").append(rows).append("\nmeasuredRows ").append(measuredRows).append("\ntookNs ")
            .append(tookNs).append("\ncpuNs ").append(cpuNs).append("\ngcMs ").append(gcMs).append("\nresultBytes ")
            .append(resultBytes).append('\n');
        windows.forEach((start, answer) -> text.append("window ").append(start).append(' ').append(answer.rows())
            .append(' ').append(answer.hash()).append('\n'));
        return text.toString();
    }

    /** Reads what {@link #text} wrote; other lines are passed over. */
    public static Outcome parse(final List<String> lines)
    {
        final Map<String, Long> numbers = new TreeMap<>();
        final TreeMap<Long, Answer> windows = new TreeMap<>();
        for (final String line : lines)
        {
            final String[] words = line.split(" ");
            if (words[0].equals("window") && words.length == 4)
            {
                windows.put(Long.parseLong(words[1]),
                    new Answer(Long.parseLong(words[2]), Long.parseLong(words[3])));
            }
            else if (words.length == 2 && words[1].matches("-?[0-9]+"))
            {
                numbers.put(words[0], Long.parseLong(words[1]));
            }
        }
        return new Outcome(number(numbers, "rows"), number(numbers, "measuredRows"), number(numbers, "tookNs"),
            number(numbers, "cpuNs"), number(numbers, "gcMs"), number(numbers, "resultBytes"), windows);
    }

    private static long number(final Map<String, Long> numbers, final String key)
    {
        final Long number = numbers.get(key);
        if (number == null)
        {
            throw new IllegalArgumentException("the peer did not say " + key);
        }
        return number;
    }
}
