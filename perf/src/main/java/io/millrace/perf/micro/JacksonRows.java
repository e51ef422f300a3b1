package io.millrace.perf.micro;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * What one would write with Jackson's streaming parser to get the same rows: one parser over all lines, names compared
 * as the interned strings that Jackson gives, characters taken from its buffer, ASCII copied as bytes.
 */
public final class JacksonRows implements AutoCloseable
{
    private static final long DAY_MS = 86_400_000;

    private final RowLayout.Column time = EventLines.LAYOUT.column("timestamp_col");
    private final RowLayout.Column[] strings = {
        EventLines.LAYOUT.column("user_id"), EventLines.LAYOUT.column("event_type"),
        EventLines.LAYOUT.column("payload.page_url"), EventLines.LAYOUT.column("payload.session_id")
    };
    private final RowLayout.Column payload = EventLines.LAYOUT.column("payload");
    private final byte[][] values = new byte[strings.length][256];
    private final int[] lengths = new int[strings.length];
    private final JsonParser parser;
    private int lastDate;
    private long lastDayMs;

    public JacksonRows(final byte[] lines) throws IOException
    {
        parser = new JsonFactory().createParser(lines);
    }

    /** Bytes of the next row, written at {@code row}; −1 when there is none. */
    public int next(final long row) throws IOException
    {
        if (parser.nextToken() != JsonToken.START_OBJECT)
        {
            return -1;
        }
        Memory.fill(row, EventLines.LAYOUT.blockLength(), (byte)0);
        Arrays.fill(lengths, -1);
        boolean hasTime = false;
        boolean hasPayload = false;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName())
        {
            final JsonToken token = parser.nextToken();
            switch (name)
            {
                case "user_id" -> take(0, token);
                case "event_type" -> take(1, token);
                case "timestamp_col" ->
                {
                    hasTime = token == JsonToken.VALUE_STRING;
                    Memory.putLong(row + time.fixedOffset(), hasTime ? timeMs() : 0);
                }
                case "payload" -> hasPayload = takePayload(token);
                default -> parser.skipChildren();
            }
        }
        if (!hasTime)
        {
            RowLayout.setNull(row, time);
        }
        if (!hasPayload)
        {
            RowLayout.setNull(row, payload);
        }
        return write(row);
    }

    private boolean takePayload(final JsonToken token) throws IOException
    {
        if (token != JsonToken.START_OBJECT)
        {
            parser.skipChildren();
            return false;
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName())
        {
            final JsonToken value = parser.nextToken();
            switch (name)
            {
                case "page_url" -> take(2, value);
                case "session_id" -> take(3, value);
                default -> parser.skipChildren();
            }
        }
        return true;
    }

    private void take(final int index, final JsonToken token) throws IOException
    {
        if (token == JsonToken.VALUE_NULL)
        {
            return;
        }
        final char[] chars = parser.getTextCharacters();
        final int from = parser.getTextOffset();
        final int length = parser.getTextLength();
        if (values[index].length < length)
        {
            values[index] = new byte[length * 2];
        }
        final byte[] value = values[index];
        for (int i = 0; i < length; i++)
        {
            final char c = chars[from + i];
            if (c >= 0x80)
            {
                values[index] = new String(chars, from, length).getBytes(StandardCharsets.UTF_8);
                lengths[index] = values[index].length;
                return;
            }
            value[i] = (byte)c;
        }
        lengths[index] = length;
    }

    private long timeMs() throws IOException
    {
        final char[] c = parser.getTextCharacters();
        final int at = parser.getTextOffset();
        final int date = two(c, at) * 1_000_000 + two(c, at + 2) * 10_000 + two(c, at + 5) * 100 + two(c, at + 8);
        if (date != lastDate)
        {
            lastDate = date;
            lastDayMs = LocalDate.of(date / 10_000, date / 100 % 100, date % 100).toEpochDay() * DAY_MS;
        }
        return lastDayMs + (two(c, at + 11) * 3600 + two(c, at + 14) * 60 + two(c, at + 17)) * 1000L +
            (c[at + 20] - '0') * 100 + two(c, at + 21);
    }

    private static int two(final char[] c, final int at)
    {
        return (c[at] - '0') * 10 + c[at + 1] - '0';
    }

    private int write(final long row)
    {
        long end = row + EventLines.LAYOUT.blockLength();
        for (int i = 0; i < strings.length; i++)
        {
            final int length = Math.max(0, lengths[i]);
            if (lengths[i] < 0)
            {
                RowLayout.setNull(row, strings[i]);
            }
            Memory.putInt(end, length);
            end += RowLayout.VAR_HEADER_LENGTH;
            Memory.copy(values[i], 0, end, length);
            end += length;
        }
        return (int)(end - row);
    }

    @Override
    public void close() throws IOException
    {
        parser.close();
    }
}
