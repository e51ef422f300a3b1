package io.millrace.node.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * The rows of a release's files, in three parts: those that a checkpoint holds, those behind it, and those that come
 * once the job goes on. Late rows and rows that can't be read are in the first two.
 */
final class ReleaseInput
{
    /** Rows of each part that are neither dead nor late. */
    private static final int ROWS = 240;
    /** Rows of a part that can't be read, and that are late. */
    private static final int DEAD = 4;
    /** Rows that a checkpoint holds. */
    static final int FIRST_ROWS = ROWS + 2 * DEAD;

    /** Where each dead row begins. */
    static final String DEAD_TEXT = "{\"k\":\"né\",";

    private static final int KEYS = 90;
    private static final int STEP_SECONDS = 20;
    private static final String DAY = "2026-01-01 ";

    private ReleaseInput()
    {
    }

    static String name(final int part)
    {
        return "input-" + part + ".jsonl";
    }

    /** Writes the three parts, and rows of another table beside them where they are wanted. */
    static void write(final Path folder, final long seed, final boolean hasEarlier) throws IOException
    {
        final Random random = new Random(seed);
        final StringBuilder earlier = new StringBuilder();
        for (int part = 1; part <= 3; part++)
        {
            final StringBuilder lines = new StringBuilder();
            for (int i = 0; i < ROWS; i++)
            {
                final int n = (part - 1) * ROWS + i;
                row(lines, n, n * STEP_SECONDS - random.nextInt(STEP_SECONDS), random);
                if (part < 3 && i % (ROWS / DEAD) == ROWS / DEAD - 1)
                {
                    lines.append(DEAD_TEXT).append(n).append('\n');
                    row(lines, -n, 0, random);
                }
                earlier.append("{\"n\":").append(n).append(",\"k\":\"e").append(random.nextInt(KEYS))
                    .append("\",\"ts\":\"").append(time(n * STEP_SECONDS)).append("\"}\n");
            }
            Files.writeString(folder.resolve(name(part)), lines);
        }
        if (hasEarlier)
        {
            Files.writeString(folder.resolve("earlier.jsonl"), earlier);
        }
    }

    private static void row(final StringBuilder lines, final int n, final int second, final Random random)
    {
        final int key = (int)(KEYS * random.nextDouble() * random.nextDouble());
        lines.append("{\"n\":").append(n).append(",\"k\":");
        lines.append(key == 1 ? "null" : "\"key-" + (key % 7 == 0 ? "x".repeat(40) : "ü") + key + '"')
            .append(",\"page\":\"/p/").append(random.nextInt(40))
            .append("\",\"flag\":").append(random.nextInt(3) > 0)
            .append(",\"d\":").append(random.nextInt(10_000) / 8.0)
            .append(",\"m\":").append(random.nextInt(1_000_000)).append(".25")
            .append(",\"day_\":\"2026-02-").append(10 + random.nextInt(15))
            .append("\",\"ts\":\"").append(time(Math.max(0, second))).append("\"}\n");
    }

    private static String time(final int second)
    {
        return DAY + two(second / 3600) + ':' + two(second / 60 % 60) + ':' + two(second % 60);
    }

    private static String two(final int number)
    {
        return number < 10 ? "0" + number : Integer.toString(number);
    }
}
