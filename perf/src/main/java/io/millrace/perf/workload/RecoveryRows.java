package io.millrace.perf.workload;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;

/**
 * Rows whose answers are known: row n is of user n for the first rows, so that all keys are soon live, then of any; one
 * row a millisecond. Windows of a second hold 1,000 rows each; the window of a day holds all keys until the input ends.
 *
 * @param keys different users.
 * @param rows of the input.
 */
public record RecoveryRows(int keys, int rows) implements Serializable
{
    /** Rows of a short window. */
    public static final int WINDOW_ROWS = 1000;

    private static final int PAGES = 1000;
    /** About one key of so many is shown at the end, chosen by its sum. */
    private static final int SHOWN_OF = 997;
    private static final long MIX = 0x9E3779B97F4A7C15L;
    private static final int BUFFER_LENGTH = 1 << 20;
    private static final int MOST_ROWS = 86_400_000;

    public RecoveryRows
    {
        if (keys < 1 || rows < keys || rows >= MOST_ROWS)
        {
            throw new IllegalArgumentException(keys + " keys, " + rows + " rows: at least as many, less than a day's");
        }
    }

    /** A result of the long window. */
    public record Daily(long count, long sum, long pages)
    {
    }

    public int user(final long n)
    {
        return (int)(n < keys ? n : Long.remainderUnsigned(mix(n), keys));
    }

    public int page(final long n)
    {
        return (int)Long.remainderUnsigned(mix(~n), PAGES);
    }

    private static long mix(final long n)
    {
        long x = (n + 1) * MIX;
        x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
        x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
        return x ^ x >>> 31;
    }

    /** Seconds from the input's beginning to the end of a window, from groups 1 to 3: hour, minute, second. */
    public static long secondOf(final MatchResult shown)
    {
        return Long.parseLong(shown.group(1)) * 3600 + Long.parseLong(shown.group(2)) * 60 +
            (shown.group(3) == null ? 0 : Long.parseLong(shown.group(3)));
    }

    /** A result of the long window, from groups 2 to 4. */
    public static Daily dailyOf(final MatchResult result)
    {
        return new Daily(
            Long.parseLong(result.group(2)), Long.parseLong(result.group(3)), Long.parseLong(result.group(4)));
    }

    /** The sum over the rows of a short window, which ends so many seconds after the input's beginning. */
    public static long sumOfWindow(final long second)
    {
        return (second - 1) * WINDOW_ROWS * WINDOW_ROWS + WINDOW_ROWS * (WINDOW_ROWS - 1L) / 2;
    }

    /** The job, its tables connected as given. */
    public static String sql(final String events, final String daily, final String shown)
    {
        return """
            CREATE TABLE events (n BIGINT, user_id STRING, page STRING, ts TIMESTAMP(3),
              WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
            ) WITH (%s);
            CREATE TABLE daily (user_id STRING, c BIGINT, s BIGINT, pages BIGINT) WITH (%s);
            CREATE TABLE shown (w TIMESTAMP(3), c BIGINT, s BIGINT) WITH (%s);
            EXECUTE STATEMENT SET BEGIN
              INSERT INTO daily SELECT user_id, COUNT(*), SUM(n), COUNT(DISTINCT page)
                FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' DAY))
                GROUP BY window_start, window_end, user_id HAVING MOD(SUM(n), %d) = 0;
              INSERT INTO shown SELECT window_end, COUNT(*), SUM(n)
                FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' SECOND))
                GROUP BY window_start, window_end;
            END;
            """.formatted(events, daily, shown, SHOWN_OF);
    }

    /** What the long window must answer, by user. */
    public Map<String, Daily> daily()
    {
        final long[] sums = new long[keys];
        final int[] counts = new int[keys];
        for (int n = 0; n < rows; n++)
        {
            final int user = user(n);
            sums[user] += n;
            counts[user]++;
        }
        final Map<Integer, BitSet> pages = new HashMap<>();
        for (int user = 0; user < keys; user++)
        {
            if (sums[user] % SHOWN_OF == 0)
            {
                pages.put(user, new BitSet(PAGES));
            }
        }
        for (int n = 0; n < rows; n++)
        {
            final BitSet seen = pages.get(user(n));
            if (seen != null)
            {
                seen.set(page(n));
            }
        }
        final Map<String, Daily> daily = new TreeMap<>();
        pages.forEach((user, seen) ->
            daily.put("u" + user, new Daily(counts[user], sums[user], seen.cardinality())));
        return daily;
    }

    /** Writes the rows as lines of JSON. */
    public void write(final Path file) throws IOException
    {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_LENGTH))
        {
            final StringBuilder line = new StringBuilder();
            for (int n = 0; n < rows; n++)
            {
                line.setLength(0);
                line.append("{\"n\":").append(n).append(",\"user_id\":\"u").append(user(n)).append("\",\"page\":\"/p/")
                    .append(page(n)).append("\",\"ts\":\"2026-01-01 ");
                two(line, n / 3_600_000).append(':');
                two(line, n / 60_000 % 60).append(':');
                two(line, n / 1000 % 60).append('.').append((char)('0' + n / 100 % 10));
                two(line, n % 100).append("\"}\n");
                out.write(line.toString().getBytes(StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static StringBuilder two(final StringBuilder line, final int number)
    {
        return line.append((char)('0' + number / 10)).append((char)('0' + number % 10));
    }
}
