package io.millrace.engine.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.codecs.json.JsonQuotes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/** One JSON object under construction, field by field, on one line. <b>Threading:</b> one thread. */
final class JsonLine
{
    private static final DateTimeFormatter TIME =
        new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral(' ')
            .appendPattern("HH:mm:ss").appendFraction(ChronoField.NANO_OF_SECOND, 0, 3, true).toFormatter(Locale.ROOT);

    private final StringBuilder line = new StringBuilder();

    JsonLine begin()
    {
        line.setLength(0);
        return this;
    }

    void time(final String name, final long epochMs)
    {
        text(name, LocalDateTime.ofEpochSecond(Math.floorDiv(epochMs, 1000),
            Math.floorMod(epochMs, 1000) * 1_000_000, ZoneOffset.UTC).format(TIME));
    }

    void number(final String name, final long value)
    {
        name(name);
        line.append(value);
    }

    /** Bytes as text, or as {@code NAME_base64} where they are none. */
    void bytes(final String name, final byte[] bytes, final int length)
    {
        try
        {
            text(name, UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString());
        }
        catch (final CharacterCodingException e)
        {
            text(name + "_base64", Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, length)));
        }
    }

    void text(final String name, final String value)
    {
        name(name);
        JsonQuotes.append(line, value);
    }

    private void name(final String name)
    {
        line.append(line.length() == 0 ? "{\"" : ",\"").append(name).append("\":");
    }

    /** The whole line, its line feed included. */
    byte[] end()
    {
        return line.append("}\n").toString().getBytes(UTF_8);
    }
}
