package io.millrace.perf.workload;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * The rows of a measured job: a pool made from a seed, replayed for ever with event times that go on. One turn of the
 * pool is one hour of event time, so each hourly window holds about as many rows as the pool; rows are out of order by
 * less than five seconds, and none is late behind a watermark of five seconds.
 *
 * <p><b>Threading:</b> immutable once made.
 */
public final class Workload
{
    /** Event time of one turn of the pool. */
    public static final long TURN_MS = 3_600_000;
    /** Rows are earlier than their turn by less than this. */
    public static final int MOST_DISORDER_MS = 5_000;
    /** Event time of the first row before it is moved: 2024-01-01 00:00:10, so that none falls into the year before. */
    public static final long START_MS = 1_704_067_210_000L;
    private static final long SEED = 20240101;
    private static final int USERS = 100_000;
    private static final int PAGES = 1_000;
    private static final double SKEW = 0.8;
    /** Of a thousand rows; the central job's filter passes the first three, 92 in a hundred. */
    private static final int[] TYPE_SHARES = {600, 800, 920, 970, 1000};
    private static final String[] TYPES = {"page_view", "click", "scroll", "purchase", "login"};

    private final String name;
    private final String timeColumn;
    private final int size;
    /** Event time of each pool row within its turn. */
    private final int[] withinTurnMs;
    private final Map<String, IntFunction<Object>> columns = new LinkedHashMap<>();

    private Workload(final String name, final String timeColumn, final int size)
    {
        this.name = name;
        this.timeColumn = timeColumn;
        this.size = size;
        withinTurnMs = new int[size];
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < size; i++)
        {
            withinTurnMs[i] = (int)(i * TURN_MS / size) - random.nextInt(MOST_DISORDER_MS);
        }
        switch (name)
        {
            case "seed", "distincts" -> addEvents();
            case "bigint-keys" -> addPayments();
            case "long-keys" -> addVisits();
            default -> throw new IllegalArgumentException("no workload " + name + "; there are " + names());
        }
    }

    /** Makes a workload whose pool holds {@code size} rows. */
    public static Workload of(final String name, final int size)
    {
        return new Workload(name, name.equals("seed") || name.equals("distincts") ? "timestamp_col" : "ts", size);
    }

    /** Those that there are. */
    public static List<String> names()
    {
        return List.of("seed", "bigint-keys", "long-keys", "distincts");
    }

    private void addEvents()
    {
        final String[] users = numbered("user_", USERS);
        final String[] pages = numbered("/page/", PAGES);
        final int[] userOf = draws(1, new Zipf(USERS, SKEW));
        final int[] pageOf = draws(2, new Zipf(PAGES, SKEW));
        final byte[] typeOf = new byte[size];
        final SplittableRandom random = new SplittableRandom(SEED + 3);
        for (int i = 0; i < size; i++)
        {
            final int share = random.nextInt(1000);
            while (share >= TYPE_SHARES[typeOf[i]])
            {
                typeOf[i]++;
            }
        }
        columns.put("user_id", i -> users[userOf[i]]);
        columns.put("event_type", i -> TYPES[typeOf[i]]);
        columns.put("payload.page_url", i -> pages[pageOf[i]]);
        columns.put("payload.session_id", i -> "s" + userOf[i] + "-" + (i >>> 14));
    }

    private void addPayments()
    {
        final int[] accountOf = draws(1, new Zipf(USERS, SKEW));
        final int[] kindOf = draws(2, new Zipf(10, SKEW));
        final int[] centsOf = new int[size];
        final SplittableRandom random = new SplittableRandom(SEED + 3);
        for (int i = 0; i < size; i++)
        {
            centsOf[i] = random.nextInt(-1_000_000, 10_000_000);
        }
        columns.put("account", i -> 1_000_000_007L * (accountOf[i] + 1));
        columns.put("kind", i -> (long)kindOf[i] - 5);
        columns.put("amount", i -> BigDecimal.valueOf(centsOf[i], 2));
    }

    private void addVisits()
    {
        final String[] urls = new String[USERS];
        final SplittableRandom random = new SplittableRandom(SEED + 3);
        for (int i = 0; i < USERS; i++)
        {
            final StringBuilder url = new StringBuilder("https://example.org/").append(i).append('/');
            final int length = random.nextInt(40, 201);
            while (url.length() < length)
            {
                url.append((char)('a' + random.nextInt(26)));
            }
            urls[i] = url.toString();
        }
        final int[] urlOf = draws(1, new Zipf(USERS, SKEW));
        columns.put("url", i -> urls[urlOf[i]]);
    }

    private int[] draws(final int stream, final Zipf zipf)
    {
        final SplittableRandom random = new SplittableRandom(SEED + stream);
        final int[] draws = new int[size];
        for (int i = 0; i < size; i++)
        {
            draws[i] = zipf.next(random);
        }
        return draws;
    }

    private static String[] numbered(final String prefix, final int count)
    {
        final String[] names = new String[count];
        for (int i = 0; i < count; i++)
        {
            names[i] = prefix + i;
        }
        return names;
    }

    public String name()
    {
        return name;
    }

    /** Rows of the pool. */
    public int size()
    {
        return size;
    }

    /** The column that holds the event time. */
    public String timeColumn()
    {
        return timeColumn;
    }

    /** Dotted paths of the other columns' leaves, in the order of the table. */
    public List<String> paths()
    {
        return List.copyOf(columns.keySet());
    }

    /** Values by pool row: a String, a Long or a BigDecimal. */
    public IntFunction<Object> values(final String path)
    {
        final IntFunction<Object> values = columns.get(path);
        if (values == null)
        {
            throw new IllegalArgumentException("workload " + name + " has no column " + path);
        }
        return values;
    }

    /** Event time of the {@code index}-th row of the endless stream; its pool row is {@code index % size}. */
    public long timeMs(final long index)
    {
        final long turn = index / size;
        final int row = (int)(index - turn * size);
        return timeMs(turn, row);
    }

    /** {@link #timeMs(long)} where the turn and the pool row are known. */
    public long timeMs(final long turn, final int row)
    {
        return START_MS + turn * TURN_MS + withinTurnMs[row];
    }

    /**
     * The job's text for a form of it.
     *
     * @param form  {@code written}, {@code tvf} or a stage of {@link io.millrace.perf.peer.StageTable}.
     * @param input options of the source table, as between the parentheses of a WITH clause.
     * @param sink  options of the sink table.
     */
    public String sql(final String form, final String input, final String sink)
    {
        final String resource = "/workload/" + name + (form.equals("written") ? "" : "-" + form) + ".sql";
        try (InputStream stream = Workload.class.getResourceAsStream(resource))
        {
            if (stream == null)
            {
                throw new IllegalArgumentException("workload " + name + " has no form " + form);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                .replace("${input}", input).replace("${sink}", sink);
        }
        catch (final IOException e)
        {
            throw new IllegalStateException(e);
        }
    }
}
