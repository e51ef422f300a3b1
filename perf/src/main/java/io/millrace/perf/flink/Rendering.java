package io.millrace.perf.flink;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** Values as the oracles' files hold them: one text a value, which says its type's value exactly. */
final class Rendering
{
    private Rendering()
    {
    }

    /**
     * NULL is {@code null}; strings are in JSON quotes; DECIMAL is plain digits with its scale; DOUBLE and FLOAT are
     * the shortest text that reads back; TIMESTAMP has nine fraction digits; intervals are milliseconds or months;
     * a ROW is its fields in brackets.
     */
    static String text(final @Nullable Object value)
    {
        if (value == null)
        {
            return "null";
        }
        if (value instanceof String string)
        {
            return quoted(string);
        }
        if (value instanceof BigDecimal decimal)
        {
            return decimal.toPlainString();
        }
        if (value instanceof LocalDateTime time)
        {
            return timestamp(time);
        }
        if (value instanceof Instant instant)
        {
            return timestamp(LocalDateTime.ofInstant(instant, ZoneOffset.UTC)) + "Z";
        }
        if (value instanceof Duration duration)
        {
            return Long.toString(duration.toMillis());
        }
        if (value instanceof Period period)
        {
            return Long.toString(period.toTotalMonths());
        }
        if (value instanceof Row row)
        {
            final StringBuilder text = new StringBuilder("[");
            for (int i = 0; i < row.getArity(); i++)
            {
                text.append(i > 0 ? "," : "").append(text(row.getField(i)));
            }
            return text.append(']').toString();
        }
        if (value instanceof Number || value instanceof Boolean || value instanceof LocalDate)
        {
            return value.toString();
        }
        return value.getClass().getSimpleName() + ":" + value.toString().replaceAll("\\s+", " ");
    }

    private static String timestamp(final LocalDateTime time)
    {
        return time.toLocalDate() + String.format(" %02d:%02d:%02d.%09d",
            time.getHour(), time.getMinute(), time.getSecond(), time.getNano());
    }

    private static String quoted(final String string)
    {
        final StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < string.length(); i++)
        {
            final char c = string.charAt(i);
            switch (c)
            {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                default ->
                {
                    if (c < ' ' || c == '\u2028' || c == '\u2029' || c == '\u0085')
                    {
                        text.append(String.format("\\u%04x", (int)c));
                    }
                    else
                    {
                        text.append(c);
                    }
                }
            }
        }
        return text.append('"').toString();
    }

    /** A message in one line, without tabs. */
    static String oneLine(final @Nullable String message)
    {
        return message == null ? "" : message.strip().replaceAll("\\s+", " ");
    }

    /** The innermost cause. */
    static Throwable root(final Throwable failure)
    {
        Throwable cause = failure;
        for (Throwable next = cause.getCause(); next != null; next = cause.getCause())
        {
            cause = next;
        }
        return cause;
    }
}
