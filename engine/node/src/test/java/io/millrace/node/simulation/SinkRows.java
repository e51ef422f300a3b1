package io.millrace.node.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Rows as the judge compares them: the columns' values with a bar between. */
final class SinkRows
{
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private SinkRows()
    {
    }

    static String time(final long ms)
    {
        return LocalDateTime.ofEpochSecond(Math.floorDiv(ms, 1000L), (int)Math.floorMod(ms, 1000L) * 1_000_000,
            ZoneOffset.UTC).format(TIME);
    }

    static String text(final RowLayout layout, final long row)
    {
        final StringBuilder text = new StringBuilder();
        for (final RowLayout.Column column : layout.columns())
        {
            text.append(text.isEmpty() ? "" : "|");
            if (RowLayout.isNull(row, column))
            {
                text.append("null");
            }
            else if (column.varIndex() >= 0)
            {
                final long at = layout.varAddress(row, column.varIndex());
                final byte[] bytes = new byte[Memory.getInt(at)];
                Memory.copy(at + RowLayout.VAR_HEADER_LENGTH, bytes, 0, bytes.length);
                text.append('\'').append(new String(bytes, UTF_8)).append('\'');
            }
            else
            {
                final long value = Memory.getLong(row + column.fixedOffset());
                text.append(column.type().kind() == SqlType.Kind.TIMESTAMP ? time(value) : Long.toString(value));
            }
        }
        return text.toString();
    }

    static String quoted(final String text)
    {
        return text == null ? "null" : "'" + text + "'";
    }
}
