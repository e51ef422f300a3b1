package io.millrace.sql.codegen;

import io.millrace.codecs.SqlType;

/**
 * A value as generated code holds it: names of Java locals, or literals.
 *
 * <pre>
 *   type                                   first                  second
 *   BOOLEAN                                boolean
 *   TINYINT, SMALLINT, INT, DATE, months   int
 *   BIGINT, TIMESTAMP(0–3), milliseconds   long
 *   FLOAT, DOUBLE                          float, double
 *   DECIMAL(1–18)                          long, unscaled
 *   DECIMAL(19–38)                         long, low              long, high
 *   TIMESTAMP(4–9)                         long, milliseconds     int, nanoseconds of the millisecond
 *   CHAR, VARCHAR                          long, address          int, length
 *   ROW                                    presence alone: {@code isNull}
 * </pre>
 * Where {@code isNull} holds, a BOOLEAN is false and a string has length 0; other values are unspecified.
 *
 * @param isNull a Java expression without side effects; {@link #NEVER} where the value can't be NULL.
 */
public record Value(SqlType type, String first, String second, String isNull)
{
    /** {@code isNull} of a value that is never NULL. */
    public static final String NEVER = "false";
    /** {@code isNull} of a value that is always NULL. */
    public static final String ALWAYS = "true";

    /** Whether it can be NULL. */
    public boolean isNullable()
    {
        return !NEVER.equals(isNull);
    }

    /** Whether it is NULL whatever the row. */
    public boolean isAlwaysNull()
    {
        return ALWAYS.equals(isNull);
    }

    /** Whether {@code second} is used. */
    public boolean isPair()
    {
        return isPair(type);
    }

    /** Whether values of a type take two locals. */
    public static boolean isPair(final SqlType type)
    {
        return type.isString() || type.kind() == SqlType.Kind.DECIMAL && !type.isCompactDecimal() ||
            type.kind() == SqlType.Kind.TIMESTAMP && !type.isCompactTimestamp();
    }

    /** Java type of {@code first}. */
    public static String firstType(final SqlType type)
    {
        return switch (type.kind())
        {
            case BOOLEAN, ROW, NULL -> "boolean";
            case TINYINT, SMALLINT, INT, DATE, INTERVAL_MONTH -> "int";
            case BIGINT, INTERVAL_DAY, TIMESTAMP, DECIMAL, CHAR, VARCHAR -> "long";
            case FLOAT -> "float";
            case DOUBLE -> "double";
        };
    }

    /** Java type of {@code second}. */
    public static String secondType(final SqlType type)
    {
        return type.kind() == SqlType.Kind.DECIMAL ? "long" : "int";
    }

    /** A literal that initialises {@code first}. */
    public static String zero(final SqlType type)
    {
        return switch (firstType(type))
        {
            case "boolean" -> "false";
            case "int" -> "0";
            case "float" -> "0.0F";
            case "double" -> "0.0";
            default -> "0L";
        };
    }

    /** The value as another type of the same representation. */
    public Value as(final SqlType other)
    {
        return new Value(other, first, second, isNull);
    }
}
