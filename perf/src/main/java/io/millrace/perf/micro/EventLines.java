package io.millrace.perf.micro;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.perf.workload.Lines;
import io.millrace.perf.workload.TimeText;
import io.millrace.perf.workload.Workload;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** User events as JSON lines, and the row that they are decoded to. */
public final class EventLines
{
    /** The central job's table, every column of it. */
    public static final RowLayout LAYOUT = RowLayout.of(List.of(
        new SqlType.Field("user_id", SqlType.string()),
        new SqlType.Field("event_type", SqlType.string()),
        new SqlType.Field("timestamp_col", SqlType.timestamp(3)),
        new SqlType.Field("payload", SqlType.row(List.of(
            new SqlType.Field("page_url", SqlType.string()), new SqlType.Field("session_id", SqlType.string()))))));

    private final byte[] text;
    private final long[] addresses;
    private final int[] lengths;

    /** Makes {@code count} lines, their keys in the columns' order or shuffled. */
    public EventLines(final int count, final boolean isShuffled)
    {
        final Workload rows = Workload.of("seed", count);
        final Lines lines = new Lines(rows, isShuffled);
        final TimeText times = new TimeText();
        final List<byte[]> all = new ArrayList<>();
        final ByteArrayOutputStream joined = new ByteArrayOutputStream();
        lengths = new int[count];
        addresses = new long[count];
        for (int i = 0; i < count; i++)
        {
            final byte[] line = lines.line(i);
            System.arraycopy(times.of(rows.timeMs(i)), 0, line, Lines.timeOffset(line), TimeText.LENGTH);
            all.add(line);
            joined.writeBytes(line);
            joined.write('\n');
            lengths[i] = line.length;
        }
        text = joined.toByteArray();
        long at = Memory.allocate(text.length);
        Memory.copy(text, 0, at, text.length);
        for (int i = 0; i < count; i++)
        {
            addresses[i] = at;
            at += lengths[i] + 1;
        }
    }

    public int count()
    {
        return lengths.length;
    }

    /** All lines, each with a line feed. */
    public byte[] text()
    {
        return text;
    }

    public long address(final int line)
    {
        return addresses[line];
    }

    public int length(final int line)
    {
        return lengths[line];
    }

    /** Gives the memory back. */
    public void free()
    {
        Memory.free(addresses[0]);
    }
}
