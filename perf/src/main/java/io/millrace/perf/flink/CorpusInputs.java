package io.millrace.perf.flink;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes inputs of the corpus that no public data gives: rows of every type with NULLs, and string keys of 40 to 200
 * bytes. The same seed gives the same bytes.
 */
public final class CorpusInputs
{
    private static final int ROWS = 4_000;
    private static final LocalDateTime START = LocalDateTime.of(2024, 1, 1, 0, 0);
    private static final DateTimeFormatter SQL_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS");
    private static final DateTimeFormatter ISO_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS");
    private static final String[] CITIES = {"Köln", "São Paulo", "東京", "Reykjavík", "New York", "", "O'Fallon"};
    private static final long[] KEYS = {
        0, 1, -1, 42, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, -(1L << 32), 9007199254740993L, 1000000007L
    };

    private final SplittableRandom random;

    private CorpusInputs(final long seed)
    {
        random = new SplittableRandom(seed);
    }

    /** Writes the files: {@code CorpusInputs FOLDER}. */
    public static void main(final String[] args) throws IOException
    {
        final Path folder = Path.of(args[0]);
        Files.write(folder.resolve("typed.jsonl"), new CorpusInputs(20240101).typed(SQL_TIME));
        Files.write(folder.resolve("typed_iso.jsonl"), new CorpusInputs(20240102).typed(ISO_TIME).subList(0, 500));
        Files.write(folder.resolve("long_keys.jsonl"), new CorpusInputs(20240103).longKeys());
    }

    /** Rows over six hours, out of order within three seconds, one in fifty late by more. */
    private List<String> typed(final DateTimeFormatter times)
    {
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < ROWS; i++)
        {
            final LocalDateTime time = time(i);
            final StringBuilder line = new StringBuilder("{\"id\":").append(i)
                .append(",\"ts\":\"").append(times.format(time)).append('"');
            field(line, "flag", random.nextInt(3) == 0 ? "false" : "true");
            field(line, "tiny", Integer.toString(random.nextInt(-128, 128)));
            field(line, "small", Integer.toString(random.nextInt(-20, 20) * 1000));
            field(line, "num",
                Integer.toString(random.nextInt(100) == 0 ? Integer.MAX_VALUE : random.nextInt(-50, 50)));
            field(line, "big", Long.toString(KEYS[random.nextInt(KEYS.length)]));
            field(line, "ratio", Float.toString(random.nextInt(-4000, 4000) / 16f));
            field(line, "measure", Double.toString(random.nextDouble() * 1000 - 300));
            field(line, "exact", Double.toString(random.nextInt(-100_000, 100_000) / 64.0));
            field(line, "price", BigDecimal.valueOf(random.nextInt(-500, 9_500), 2).toPlainString());
            field(line, "wide", BigDecimal.valueOf(random.nextLong(), 10).multiply(BigDecimal.valueOf(1_000_003))
                .toPlainString());
            field(line, "label", "\"" + CITIES[random.nextInt(CITIES.length)] + "-" + random.nextInt(6) + "\"");
            field(line, "day", "\"" + START.toLocalDate().minusDays(random.nextInt(5)) + "\"");
            field(line, "at", "\"" + times.format(time.minusSeconds(random.nextInt(4))) + "456\"");
            field(line, "info", info());
            lines.add(line.append('}').toString());
        }
        return lines;
    }

    private LocalDateTime time(final int row)
    {
        final long step = 6L * 3600 * 1000 / ROWS;
        final long early = random.nextInt(50) == 0 ? random.nextInt(3_000_000) : random.nextInt(3_000);
        return START.plusNanos(Math.max(0, row * step - early) * 1_000_000L);
    }

    private String info()
    {
        final StringBuilder info = new StringBuilder("{\"city\":\"").append(CITIES[random.nextInt(CITIES.length)])
            .append('"');
        field(info, "geo", "{\"lat\":" + random.nextInt(-90, 90) + ".25,\"lon\":" + random.nextInt(-180, 180) + ".5}");
        return info.append('}').toString();
    }

    /** A field of value, or NULL one time in fifteen, or missing one time in forty. */
    private void field(final StringBuilder line, final String name, final String value)
    {
        if (random.nextInt(40) > 0)
        {
            line.append(",\"").append(name).append("\":").append(random.nextInt(15) == 0 ? "null" : value);
        }
    }

    /** Sixty keys of 40 to 200 bytes, many of which begin or end alike; some hold characters of several bytes. */
    private List<String> longKeys()
    {
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < 60; i++)
        {
            final StringBuilder key = new StringBuilder("https://example.org/a/long/path/that/all/begin/with/");
            final int length = 40 + random.nextInt(110);
            while (key.length() < length)
            {
                key.append(i % 7 == 0 ? "é" : Character.toString('a' + random.nextInt(3)));
            }
            keys.add(i % 5 == 0 ? key.reverse().toString() : key.append("?id=").append(i % 13).toString());
        }
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < ROWS; i++)
        {
            final StringBuilder line = new StringBuilder("{\"ts\":\"").append(SQL_TIME.format(time(i))).append('"');
            field(line, "url", "\"" + keys.get(random.nextInt(random.nextInt(60) + 1)) + "\"");
            field(line, "referrer", "\"" + keys.get(random.nextInt(60)) + "\"");
            field(line, "cost", BigDecimal.valueOf(random.nextInt(100_000), 3).toPlainString());
            lines.add(line.append('}').toString());
        }
        return lines;
    }
}
