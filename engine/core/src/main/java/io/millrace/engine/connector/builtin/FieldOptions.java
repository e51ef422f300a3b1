package io.millrace.engine.connector.builtin;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.TableOptions;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The options {@code fields.COLUMN.…} of a generated column. <b>Errors:</b> ConnectorException, naming the option. */
final class FieldOptions
{
    private static final String PREFIX = "fields.";
    private static final int DEFAULT_LENGTH = 100;
    private static final int MAX_LENGTH = 1 << 20;

    private final TableOptions options;
    private final SqlType type;
    private final String prefix;

    FieldOptions(final TableOptions options, final String column, final SqlType type)
    {
        this.options = options;
        this.type = type;
        prefix = PREFIX + column + ".";
    }

    /** Reads the value of one option of a table whose columns are known, and whether it fits its column. */
    static void check(final TableOptions options, final String key)
    {
        final int end = key.lastIndexOf('.');
        final String path = key.substring(PREFIX.length(), end);
        for (final RowLayout.Column column : RowLayout.of(options.columns()).columns())
        {
            if (column.path().equals(path))
            {
                new FieldOptions(options, path, column.type()).check(key.substring(end + 1));
                return;
            }
        }
        throw TableOptions.refusal(
            "table " + options.table() + ": '" + key + "' has no effect: the column is computed");
    }

    private void check(final String name)
    {
        if (type.kind() == SqlType.Kind.ROW)
        {
            throw TableOptions.refusal("table " + options.table() + ": '" + prefix + name + "' is of a ROW: its " +
                "fields have options of their own, such as '" + prefix + type.fields().get(0).name() + "." + name +
                "'");
        }
        if ("kind".equals(name))
        {
            sequence();
            return;
        }
        final String kind = options.text(prefix + "kind", "random").trim();
        if (!"random".equals(kind) && !"sequence".equals(kind))
        {
            return;
        }
        if (!names().contains(name))
        {
            throw TableOptions.refusal("table " + options.table() + ": '" + prefix + name + "' has no effect: " +
                (isSequence() ? "a sequence" : "random values of " + type) + " can have " + String.join(", ", names()));
        }
        switch (name)
        {
            case "min", "start" -> lower();
            case "max", "end" -> upper(prefix + name);
            case "length" -> length();
            case "max-past" -> maxPastMs();
            default -> nullRate();
        }
    }

    private boolean isReal()
    {
        return type.isApproximate() && !isSequence();
    }

    private void lower()
    {
        if (isReal())
        {
            minReal();
        }
        else
        {
            min();
        }
    }

    /** Reads the upper bound; whether it is above the lower one, where that can be read. */
    private void upper(final String key)
    {
        try
        {
            lower();
        }
        catch (final ConnectorException ignored)
        {
            if (isReal())
            {
                real(key, 0);
            }
            else
            {
                bound(key, 0);
            }
            return;
        }
        if (isReal())
        {
            maxReal();
        }
        else
        {
            max();
        }
    }

    /** The options that say something of this column. */
    private List<String> names()
    {
        final List<String> names = new ArrayList<>();
        if (isSequence())
        {
            names.addAll(List.of("start", "end"));
        }
        else if (type.isNumeric())
        {
            names.addAll(List.of("min", "max"));
        }
        else if (type.isString())
        {
            names.add("length");
        }
        else if (type.kind() == SqlType.Kind.DATE || type.kind() == SqlType.Kind.TIMESTAMP)
        {
            names.add("max-past");
        }
        names.add("null-rate");
        return names;
    }

    private boolean isSequence()
    {
        return "sequence".equals(options.text(prefix + "kind", "random").trim());
    }

    /** Whether values count up from one bound to the other, which both are there then. */
    boolean sequence()
    {
        if (!"sequence".equals(options.choice(prefix + "kind", "random", "sequence")))
        {
            return false;
        }
        if (!type.isNumeric() && !type.isString())
        {
            throw options.invalid(prefix + "kind", "sequence", "random, as " + type + " has no sequence");
        }
        options.text(prefix + "start");
        options.text(prefix + "end");
        return true;
    }

    /** The least value in the column's own form: unscaled for DECIMAL. */
    long min()
    {
        return bound(prefix + (isSequence() ? "start" : "min"), type.isApproximate() || type.isString() ? 0 :
            -greatest() - 1);
    }

    /** The greatest value likewise, not below the least. */
    long max()
    {
        final String key = prefix + (isSequence() ? "end" : "max");
        final long max = bound(key, type.isString() ? Long.MAX_VALUE : greatest());
        if (min() > max)
        {
            throw options.invalid(key, options.text(key, String.valueOf(max)), "at least " + prefix +
                (isSequence() ? "start" : "min"));
        }
        return max;
    }

    double minReal()
    {
        return real(prefix + "min", 0);
    }

    double maxReal()
    {
        final String key = prefix + "max";
        final double max = real(key, type.kind() == SqlType.Kind.FLOAT ? Float.MAX_VALUE : Double.MAX_VALUE);
        if (minReal() > max)
        {
            throw options.invalid(key, options.text(key, String.valueOf(max)), "at least " + prefix + "min");
        }
        return max;
    }

    /** Characters of a random string. */
    int length()
    {
        final int widest = type.isString() ? Math.min(type.precision(), MAX_LENGTH) : 0;
        return (int)options.number(prefix + "length", Math.min(widest, DEFAULT_LENGTH), 0, Math.max(widest, 1));
    }

    double nullRate()
    {
        final String key = prefix + "null-rate";
        final double rate = real(key, 0);
        if (rate < 0 || rate > 1)
        {
            throw options.invalid(key, options.text(key, ""), "a number from 0 to 1");
        }
        return rate;
    }

    private long greatest()
    {
        return switch (type.kind())
        {
            case TINYINT -> Byte.MAX_VALUE;
            case SMALLINT -> Short.MAX_VALUE;
            case INT -> Integer.MAX_VALUE;
            case DECIMAL -> type.isCompactDecimal() ?
                BigDecimal.TEN.pow(type.precision()).longValueExact() - 1 : Long.MAX_VALUE;
            default -> Long.MAX_VALUE;
        };
    }

    private long bound(final String key, final long otherwise)
    {
        final String value = options.find(key);
        if (value == null)
        {
            return otherwise;
        }
        try
        {
            final BigDecimal number = new BigDecimal(value.trim());
            final long bound = type.kind() == SqlType.Kind.DECIMAL ?
                number.setScale(type.scale(), RoundingMode.HALF_UP).unscaledValue().longValueExact() :
                number.longValueExact();
            final long most = greatest();
            if (bound <= most && bound >= -most - 1 &&
                !(type.isString() && String.valueOf(bound).length() > type.precision()))
            {
                return bound;
            }
        }
        catch (final ArithmeticException | NumberFormatException e)
        {
            throw options.invalid(key, value, "a value of " + type);
        }
        throw options.invalid(key, value, "a value of " + type);
    }

    private double real(final String key, final double otherwise)
    {
        final String value = options.find(key);
        if (value == null)
        {
            return otherwise;
        }
        try
        {
            final double number = Double.parseDouble(value.trim());
            if (Double.isFinite(number) &&
                !(type.kind() == SqlType.Kind.FLOAT && Math.abs(number) > Float.MAX_VALUE))
            {
                return number;
            }
        }
        catch (final NumberFormatException e)
        {
            throw options.invalid(key, value, "a number");
        }
        throw options.invalid(key, value, "a finite number" + (type.isApproximate() ? " of " + type : ""));
    }

    /** How far before now a random time may lie. */
    long maxPastMs()
    {
        return TimeUnit.NANOSECONDS.toMillis(options.duration(prefix + "max-past", 0));
    }
}
