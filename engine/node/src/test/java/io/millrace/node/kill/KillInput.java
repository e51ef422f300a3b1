package io.millrace.node.kill;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Random;

/** User events from a seed: out of order, some late, some that can't be read, some that fail in an expression. */
final class KillInput
{
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS");
    private static final LocalDateTime BEGIN = LocalDateTime.of(2026, 1, 1, 0, 0);
    private static final String[] TYPES = {"page_view", "click", "scroll", "purchase"};
    /** Between two rows: a window of an hour holds 20,000. */
    private static final int STEP_MS = 180;

    private KillInput()
    {
    }

    static void write(final Path file, final long seed, final int rows) throws IOException
    {
        final Random random = new Random(seed);
        final StringBuilder line = new StringBuilder();
        try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8))
        {
            for (int i = 0; i < rows; i++)
            {
                line.setLength(0);
                append(line, i, random);
                writer.append(line).append('\n');
            }
        }
    }

    private static void append(final StringBuilder line, final int number, final Random random)
    {
        long ms = (long)number * STEP_MS - random.nextInt(6000);
        if (random.nextInt(400) == 0)
        {
            ms -= 2 * 3_600_000L;
        }
        final String time = random.nextInt(900) == 0 ? "null" :
            '"' + TIME.format(BEGIN.plusNanos(ms * 1_000_000L)) + '"';
        final int user = (int)(3000 * Math.pow(random.nextDouble(), 2));
        line.append("{\"n\":").append(number).append(",\"user_id\":\"user-").append(user)
            .append("\",\"event_type\":\"").append(TYPES[random.nextInt(TYPES.length)])
            .append("\",\"timestamp_col\":").append(time)
            .append(",\"payload\":{\"page_url\":\"/pages/").append(random.nextInt(200))
            .append("\",\"session_id\":\"s").append(random.nextInt(1 << 20))
            .append("\"},\"amount\":").append(random.nextInt(100_000) / 100.0);
        line.append(random.nextInt(1100) == 0 ? "" : "}");
    }
}
