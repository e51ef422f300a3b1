package io.millrace.engine.connector;

import io.millrace.codecs.SqlType;
import io.millrace.engine.setting.Units;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table's options; a value that is missing or doesn't parse is a {@link ConnectorException}.
 *
 * @param columns those that a format delivers or a sink takes; none where nothing is asked that depends on them.
 */
public record TableOptions(String table, Map<String, String> values, List<SqlType.Field> columns)
{
    public TableOptions(final String table, final Map<String, String> values)
    {
        this(table, values, List.of());
    }

    /** The value of an option that must be there. */
    public String text(final String key)
    {
        final String value = values.get(key);
        if (value == null || value.isBlank())
        {
            throw refusal("table " + table + " needs the option '" + key + "'");
        }
        return value;
    }

    /** The value, or {@code otherwise}. */
    public String text(final String key, final String otherwise)
    {
        final String value = values.get(key);
        return value == null ? otherwise : value;
    }

    /** True or false. */
    public boolean flag(final String key, final boolean otherwise)
    {
        final String value = values.get(key);
        if (value == null)
        {
            return otherwise;
        }
        if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false"))
        {
            return value.equalsIgnoreCase("true");
        }
        throw invalid(key, value, "true or false");
    }

    /** One of {@code choices}, the first where none is given. */
    public String choice(final String key, final String... choices)
    {
        final String value = text(key, choices[0]).trim();
        if (!List.of(choices).contains(value))
        {
            final int last = choices.length - 1;
            throw invalid(key, value, String.join(", ", List.of(choices).subList(0, last)) + " or " + choices[last]);
        }
        return value;
    }

    /** A whole number within limits. */
    public long number(final String key, final long otherwise, final long least, final long most)
    {
        final String value = values.get(key);
        if (value == null)
        {
            return otherwise;
        }
        try
        {
            final long number = Long.parseLong(value.trim());
            if (number >= least && number <= most)
            {
                return number;
            }
        }
        catch (final NumberFormatException ignored)
        {
            throw invalid(key, value, "a whole number");
        }
        throw invalid(key, value, "a number from " + least + " to " + most);
    }

    /** Bytes, as in {@code 16mb}. */
    public long bytes(final String key, final long otherwise, final long least)
    {
        final String value = values.get(key);
        if (value == null)
        {
            return otherwise;
        }
        try
        {
            final long bytes = Units.parseBytes(value.trim());
            if (bytes >= least)
            {
                return bytes;
            }
        }
        catch (final IllegalArgumentException ignored)
        {
            throw invalid(key, value, "bytes such as 64kb, 16mb or 2gb");
        }
        throw invalid(key, value, "at least " + least + " bytes");
    }

    /** Nanoseconds. */
    public long duration(final String key, final long otherwise)
    {
        final String value = values.get(key);
        if (value == null)
        {
            return otherwise;
        }
        try
        {
            return Units.parseDuration(value.trim());
        }
        catch (final IllegalArgumentException ignored)
        {
            throw invalid(key, value, "a time span such as 500 ms, 5 s or 1 h");
        }
    }

    /** The value, or null. */
    public @Nullable String find(final String key)
    {
        return values.get(key);
    }

    /** What is thrown for a value that an option can't have. */
    public ConnectorException invalid(final String key, final String value, final String expected)
    {
        return refusal("table " + table + ": option '" + key + "' is '" + value + "', expected " + expected);
    }

    /** The job must change. */
    public static ConnectorException refusal(final String message)
    {
        return new ConnectorException(ConnectorException.Kind.OPTION, message);
    }

    /** The other side must change: a file, a folder, a broker. */
    public static ConnectorException environment(final String message)
    {
        return new ConnectorException(ConnectorException.Kind.ENVIRONMENT, message);
    }
}
