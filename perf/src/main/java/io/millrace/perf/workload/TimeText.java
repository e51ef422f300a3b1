package io.millrace.perf.workload;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Event times as text of {@link #LENGTH} bytes. The hour's part is kept, as times of a stream lie close together. */
public final class TimeText
{
    /** Bytes of {@code 2024-01-01 00:00:00.000}. */
    public static final int LENGTH = 23;
    private static final long HOUR_MS = 3_600_000;
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS");

    private final byte[] text = new byte[LENGTH];
    private long hour = Long.MIN_VALUE;

    /** The text of a time; the array is the same at every call. */
    public byte[] of(final long timeMs)
    {
        final long thisHour = Math.floorDiv(timeMs, HOUR_MS);
        if (thisHour != hour)
        {
            hour = thisHour;
            final byte[] whole = FORMAT.format(LocalDateTime.ofInstant(
                Instant.ofEpochMilli(hour * HOUR_MS), ZoneOffset.UTC)).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(whole, 0, text, 0, LENGTH);
        }
        final int rest = (int)(timeMs - hour * HOUR_MS);
        final int seconds = rest / 1000;
        final int millis = rest - seconds * 1000;
        final int minute = seconds / 60;
        final int second = seconds - minute * 60;
        text[14] = (byte)('0' + minute / 10);
        text[15] = (byte)('0' + minute % 10);
        text[17] = (byte)('0' + second / 10);
        text[18] = (byte)('0' + second % 10);
        text[20] = (byte)('0' + millis / 100);
        text[21] = (byte)('0' + millis / 10 % 10);
        text[22] = (byte)('0' + millis % 10);
        return text;
    }
}
