package io.millrace.node.simulation;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.SplittableRandom;

/**
 * One row of the input: what a job should see of it, and the text that it reads. A value that is absent is null.
 *
 * @param kind   whether it can be read.
 * @param timeMs event time since the epoch.
 */
record ModelRow(Kind kind, String key, Long value, String page, long timeMs, String text)
{
    static final long START_MS = LocalDateTime.of(2024, 1, 1, 0, 0).toInstant(ZoneOffset.UTC).toEpochMilli();
    private static final String[] KEYS = {"a", "b", "c", "d", "", "a key of more than thirty-two bytes, first",
        "a key of more than thirty-two bytes, other", "ü"};
    private static final String[] PAGES = {"/", "/x", "/x/y", "/a/page/with/a/name/that/is/long", "x"};

    /** What becomes of a row as soon as it is read. */
    enum Kind
    {
        GOOD, MALFORMED, NO_TIME
    }

    /**
     * @param aboutMs event time around which the row's own lies.
     */
    static ModelRow drawn(final SplittableRandom random, final long aboutMs, final Setup.Input input)
    {
        final int dirtPermille = input.dirtPermille();
        final boolean isLate = random.nextInt(1000) < dirtPermille;
        final long timeMs = aboutMs + random.nextLong(-6000, 3000) - (isLate ? random.nextLong(30_000, 300_000) : 0);
        final int number = random.nextInt(input.keys());
        final String key = random.nextInt(20) == 0 ? null : number < KEYS.length ? KEYS[number] : "k" + number;
        final Long value = random.nextInt(20) == 0 ? null : Long.valueOf(random.nextInt(-2, 12));
        final String page = random.nextInt(10) == 0 ? null : PAGES[random.nextInt(PAGES.length)];
        final String time = SinkRows.time(timeMs);
        if (random.nextInt(1000) < dirtPermille)
        {
            final String text = "{\"k\":\"" + key + "\",\"v\":" + value + ",\"t\":\"" + time;
            return new ModelRow(Kind.MALFORMED, null, null, null, 0, text);
        }
        final boolean hasTime = random.nextInt(1000) >= dirtPermille;
        final String text = "{\"k\":" + quoted(key) + ",\"v\":" + value + ",\"p\":" + quoted(page) +
            padding(random, input.padding()) + (hasTime ? ",\"t\":\"" + time + "\"}" : "}");
        return new ModelRow(hasTime ? Kind.GOOD : Kind.NO_TIME, key, value, page, timeMs, text);
    }

    /** A field that no table has. */
    private static String padding(final SplittableRandom random, final int most)
    {
        return most == 0 ? "" : ",\"x\":\"" + "x".repeat(random.nextInt(most)) + "\"";
    }

    private static String quoted(final String text)
    {
        return text == null ? "null" : "\"" + text + "\"";
    }
}
