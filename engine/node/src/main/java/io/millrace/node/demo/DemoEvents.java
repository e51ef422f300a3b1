package io.millrace.node.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * User events as they come from the world: few users and pages make most of them, they are out of order within five
 * seconds, some come hours late, some are broken, incomplete, of the wrong type or not in Latin letters. One seed
 * always gives the same bytes.
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> the file while it is written.
 */
final class DemoEvents
{
    /** 2024-01-01 00:00:00 UTC. */
    private static final long START_MS = 1_704_067_200_000L;
    private static final long SPAN_MS = 24 * 3_600_000L;
    private static final int LATENESS_MS = 5_000;
    private static final int USERS = 10_000;
    private static final int PAGES = 2_000;
    private static final int QUANTILES = 1 << 16;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int LONGEST_LINE = 512;
    private static final int ODDS = 1 << 16;

    private static final byte[][] TYPES = {
        ascii("page_view"), ascii("page_view"), ascii("page_view"), ascii("click"), ascii("click"), ascii("scroll"),
        ascii("scroll"), ascii("login")};
    private static final byte[][] NAMES = {utf8("пользователь-"), utf8("用户-"), utf8("josé-"), utf8("\\u00fcser_")};
    private static final byte[] EVENT = ascii("{\"event_id\":");
    private static final byte[] USER = ascii(",\"user_id\":\"");
    private static final byte[] USER_PREFIX = ascii("user_");
    private static final byte[] NULL_USER = ascii(",\"user_id\":null,\"event_type\":\"");
    private static final byte[] MISSING_USER = ascii(",\"event_type\":\"");
    private static final byte[] TYPE = ascii("\",\"event_type\":\"");
    private static final byte[] TIME = ascii("\",\"timestamp_col\":\"");
    private static final byte[] PAGE = ascii("\",\"payload\":{\"page_url\":\"/item/");
    private static final byte[] SESSION = ascii("\",\"session_id\":\"s");
    private static final byte[] NO_PAYLOAD = ascii("\",\"payload\":null");
    private static final byte[] WRONG_PAYLOAD = ascii("\",\"payload\":\"none\"");
    private static final byte[] NO_TIME = ascii("\",\"timestamp_col\":null,\"payload\":null");

    private final SplittableRandom random;
    private final int[] users = zipf(USERS);
    private final int[] pages = zipf(PAGES);
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private int used;
    private long dayMs = -1;
    private final byte[] day = new byte[11];

    DemoEvents(final long seed)
    {
        random = new SplittableRandom(seed);
    }

    /**
     * Writes {@code rows} events.
     *
     * @param progress told now and then how many are written.
     * @return the file's bytes.
     */
    long write(final Path file, final long rows, final LongConsumer progress) throws IOException
    {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE,
            StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING))
        {
            for (long i = 0; i < rows; i++)
            {
                if (used > CHUNK_BYTES - LONGEST_LINE)
                {
                    drain(channel);
                    progress.accept(i);
                }
                event(i, START_MS + (long)((double)i / rows * SPAN_MS));
            }
            drain(channel);
            return channel.size();
        }
    }

    private void drain(final FileChannel channel) throws IOException
    {
        final ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, used);
        while (bytes.hasRemaining())
        {
            channel.write(bytes);
        }
        used = 0;
    }

    private void event(final long number, final long nowMs)
    {
        final long dice = random.nextLong();
        final int odd = (int)(dice >>> 48) & (ODDS - 1);
        final int begin = used;
        add(EVENT);
        digits(number);
        user((int)dice & (QUANTILES - 1), odd);
        add(TYPES[(int)(dice >>> 16) & (TYPES.length - 1)]);
        if (odd < 10)
        {
            add(NO_TIME);
        }
        else
        {
            add(TIME);
            // Below the watermark's delay almost always; now and then hours beyond it.
            final long backMs = odd < 140 ? 3_600_000L + random.nextInt(7_200_000) : random.nextInt(LATENESS_MS);
            time(Math.max(START_MS, nowMs - backMs));
            payload((int)(dice >>> 19), odd);
        }
        chunk[used++] = '}';
        if (odd >= ODDS - 30)
        {
            used = begin + (used - begin) * 2 / 3;
        }
        chunk[used++] = '\n';
    }

    private void user(final int quantile, final int odd)
    {
        if (odd >= 1000 && odd < 1100)
        {
            add(NULL_USER);
            return;
        }
        if (odd >= 1100 && odd < 1200)
        {
            add(MISSING_USER);
            return;
        }
        add(USER);
        add(odd >= 2000 && odd < 2700 ? NAMES[odd & (NAMES.length - 1)] : USER_PREFIX);
        digits(users[quantile]);
        add(TYPE);
    }

    private void payload(final int bits, final int odd)
    {
        if (odd >= 3000 && odd < 3100)
        {
            add(NO_PAYLOAD);
        }
        else if (odd >= 3100 && odd < 3150)
        {
            add(WRONG_PAYLOAD);
        }
        else if (odd >= 3150 && odd < 3200)
        {
            chunk[used++] = '"';
        }
        else
        {
            add(PAGE);
            digits(pages[bits & (QUANTILES - 1)]);
            add(SESSION);
            digits(bits >>> 16 & 0xFFF);
            chunk[used++] = '"';
            chunk[used++] = '}';
        }
    }

    private void time(final long epochMs)
    {
        final long ofDay = epochMs % 86_400_000L;
        final long startOfDay = epochMs - ofDay;
        if (startOfDay != dayMs)
        {
            dayMs = startOfDay;
            final String text = LocalDate.ofEpochDay(startOfDay / 86_400_000L) + " ";
            System.arraycopy(ascii(text), 0, day, 0, day.length);
        }
        add(day);
        final int ms = (int)ofDay;
        padded(ms / 3_600_000, 2);
        chunk[used++] = ':';
        padded(ms / 60_000 % 60, 2);
        chunk[used++] = ':';
        padded(ms / 1000 % 60, 2);
        chunk[used++] = '.';
        padded(ms % 1000, 3);
    }

    private void padded(final int value, final int digits)
    {
        int rest = value;
        for (int i = digits - 1; i >= 0; i--)
        {
            chunk[used + i] = (byte)('0' + rest % 10);
            rest /= 10;
        }
        used += digits;
    }

    private void digits(final long value)
    {
        int count = 1;
        for (long rest = value / 10; rest > 0; rest /= 10)
        {
            count++;
        }
        long rest = value;
        for (int i = count - 1; i >= 0; i--)
        {
            chunk[used + i] = (byte)('0' + rest % 10);
            rest /= 10;
        }
        used += count;
    }

    private void add(final byte[] text)
    {
        System.arraycopy(text, 0, chunk, used, text.length);
        used += text.length;
    }

    /** For each quantile the rank that falls there, where rank r is drawn in proportion to 1 / (r + 40). */
    private static int[] zipf(final int count)
    {
        double total = 0;
        for (int rank = 0; rank < count; rank++)
        {
            total += 1.0 / (rank + 40);
        }
        final int[] ranks = new int[QUANTILES];
        double above = 0;
        int rank = -1;
        for (int i = 0; i < QUANTILES; i++)
        {
            while (above <= (double)i / QUANTILES * total && rank < count - 1)
            {
                rank++;
                above += 1.0 / (rank + 40);
            }
            ranks[i] = rank;
        }
        return ranks;
    }

    private static byte[] ascii(final String text)
    {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
