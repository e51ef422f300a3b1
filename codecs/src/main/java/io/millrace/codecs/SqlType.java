package io.millrace.codecs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Flink SQL type as the engine holds it. {@code precision} is the digits of a DECIMAL, the fraction digits of a
 * TIMESTAMP (0 to 9), the characters of a CHAR or VARCHAR ({@link #UNBOUNDED} for STRING), else 0; {@code scale}
 * belongs to DECIMAL alone. A ROW carries its fields. The two intervals exist in expressions only, never in a row.
 */
public record SqlType(Kind kind, int precision, int scale, boolean isNullable, List<Field> fields)
{
    /** Length of STRING, as in Flink: VARCHAR(2147483647). */
    public static final int UNBOUNDED = Integer.MAX_VALUE;
    /** Most digits of a DECIMAL. */
    public static final int MAX_DECIMAL_PRECISION = 38;
    /** Most digits of a DECIMAL whose unscaled value is held in one long. */
    public static final int MAX_COMPACT_PRECISION = 18;

    /** The families that code is generated for. */
    public enum Kind
    {
        BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL, CHAR, VARCHAR, DATE, TIMESTAMP, ROW,
        /** Day to second interval: a long of milliseconds. */
        INTERVAL_DAY,
        /** Year to month interval: an int of months. */
        INTERVAL_MONTH,
        /** The type of a bare NULL literal. */
        NULL
    }

    /** One field of a ROW. */
    public record Field(String name, SqlType type)
    {
    }

    public static SqlType of(final Kind kind)
    {
        return new SqlType(kind, 0, 0, true, List.of());
    }

    public static SqlType string()
    {
        return varchar(UNBOUNDED);
    }

    public static SqlType varchar(final int length)
    {
        return new SqlType(Kind.VARCHAR, length, 0, true, List.of());
    }

    public static SqlType character(final int length)
    {
        return new SqlType(Kind.CHAR, length, 0, true, List.of());
    }

    public static SqlType decimal(final int precision, final int scale)
    {
        return new SqlType(Kind.DECIMAL, precision, scale, true, List.of());
    }

    public static SqlType timestamp(final int precision)
    {
        return new SqlType(Kind.TIMESTAMP, precision, 0, true, List.of());
    }

    public static SqlType row(final List<Field> fields)
    {
        return new SqlType(Kind.ROW, 0, 0, true, List.copyOf(fields));
    }

    public SqlType withNullable(final boolean nullable)
    {
        return nullable == isNullable ? this : new SqlType(kind, precision, scale, nullable, fields);
    }

    public boolean isString()
    {
        return kind == Kind.CHAR || kind == Kind.VARCHAR;
    }

    /** Kept after the fixed block as length and bytes. */
    public boolean isVarLength()
    {
        return isString();
    }

    public boolean isInteger()
    {
        return kind == Kind.TINYINT || kind == Kind.SMALLINT || kind == Kind.INT || kind == Kind.BIGINT;
    }

    public boolean isApproximate()
    {
        return kind == Kind.FLOAT || kind == Kind.DOUBLE;
    }

    public boolean isNumeric()
    {
        return isInteger() || isApproximate() || kind == Kind.DECIMAL;
    }

    /** A DECIMAL of at most 18 digits: its unscaled value is one long. */
    public boolean isCompactDecimal()
    {
        return kind == Kind.DECIMAL && precision <= MAX_COMPACT_PRECISION;
    }

    /** A TIMESTAMP of at most 3 fraction digits: its value is one long of milliseconds since the epoch. */
    public boolean isCompactTimestamp()
    {
        return kind == Kind.TIMESTAMP && precision <= 3;
    }

    /**
     * Bytes in the fixed block: BOOLEAN and TINYINT 1, SMALLINT 2, INT, FLOAT and DATE (days) 4, BIGINT and DOUBLE 8,
     * DECIMAL 8 up to 18 digits, else 16 (low long first), TIMESTAMP 8 (milliseconds) up to 3 fraction digits, else
     * 12 (milliseconds, then int nanoseconds of the millisecond); 0 for strings and ROW.
     */
    public int fixedWidth()
    {
        return switch (kind)
        {
            case BOOLEAN, TINYINT -> 1;
            case SMALLINT -> 2;
            case INT, FLOAT, DATE, INTERVAL_MONTH -> 4;
            case BIGINT, DOUBLE, INTERVAL_DAY -> 8;
            case DECIMAL -> isCompactDecimal() ? 8 : 16;
            case TIMESTAMP -> isCompactTimestamp() ? 8 : 12;
            case CHAR, VARCHAR, ROW, NULL -> 0;
        };
    }

    /** Equal but for nullability, of this type and of nested fields. */
    public boolean isSameAs(final @Nullable SqlType other)
    {
        if (other == null || kind != other.kind || precision != other.precision || scale != other.scale ||
            fields.size() != other.fields.size())
        {
            return false;
        }
        for (int i = 0; i < fields.size(); i++)
        {
            if (!fields.get(i).name().equals(other.fields.get(i).name()) ||
                !fields.get(i).type().isSameAs(other.fields.get(i).type()))
            {
                return false;
            }
        }
        return true;
    }

    /** As Flink prints it: {@code DECIMAL(10, 2) NOT NULL}, {@code ROW<`a` INT, `b` STRING>}. */
    @Override
    public String toString()
    {
        final String text = switch (kind)
        {
            case DECIMAL -> "DECIMAL(" + precision + ", " + scale + ")";
            case CHAR -> "CHAR(" + precision + ")";
            case VARCHAR -> precision == UNBOUNDED ? "STRING" : "VARCHAR(" + precision + ")";
            case TIMESTAMP -> "TIMESTAMP(" + precision + ")";
            case INTERVAL_DAY -> "INTERVAL DAY TO SECOND";
            case INTERVAL_MONTH -> "INTERVAL YEAR TO MONTH";
            case ROW ->
            {
                final StringBuilder row = new StringBuilder("ROW<");
                for (final Field field : fields)
                {
                    row.append(row.length() > 4 ? ", " : "").append('`').append(field.name()).append("` ")
                        .append(field.type());
                }
                yield row.append('>').toString();
            }
            default -> kind.name();
        };
        return isNullable ? text : text + " NOT NULL";
    }
}
