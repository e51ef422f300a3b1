package io.millrace.sql.codegen;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.runtime.Decimals;

/** Numbers of one representation as another, without loss of meaning; and names for the decimal engine. */
public final class Numbers
{
    private Numbers()
    {
    }

    /** Name of the kernel's decimal engine. */
    public static String decimals(final Code code)
    {
        return code.instance("decimals", Decimals.class);
    }

    /** High long of an exact number. */
    public static String high(final Value value)
    {
        return value.isPair() ? value.second() : "((long)" + value.first() + " >> 63)";
    }

    /** Digits of an exact number's type. */
    public static int precision(final SqlType type)
    {
        return switch (type.kind())
        {
            case TINYINT -> 3;
            case SMALLINT -> 5;
            case INT -> 10;
            case BIGINT -> 19;
            default -> type.precision();
        };
    }

    /** An integer seen as a DECIMAL of scale 0. Its type may say 19 digits and still be one long. */
    public static Value asDecimal(final Value value)
    {
        if (value.type().kind() == Kind.DECIMAL)
        {
            return value;
        }
        final int precision = precision(value.type());
        final SqlType type = SqlType.decimal(precision, 0);
        return precision <= SqlType.MAX_COMPACT_PRECISION ? value.as(type) :
            new Value(type, value.first(), "(" + value.first() + " >> 63)", value.isNull());
    }

    /** A number as an approximate or integer type, by Java's conversion. */
    public static Value as(final Code code, final Value value, final SqlType type)
    {
        final Kind kind = value.type().kind();
        if (kind == type.kind())
        {
            return value;
        }
        if (kind == Kind.DECIMAL)
        {
            final String call = value.isPair() ?
                "Decimals.doubleOf(" + value.first() + ", " + value.second() + ", " + value.type().scale() + ")" :
                "Decimals.doubleOf(" + value.first() + ", " + value.type().scale() + ")";
            return new Value(type, type.kind() == Kind.FLOAT ? "(float)" + call : call, "", value.isNull());
        }
        return new Value(type, narrow(type, value.first()), "", value.isNull());
    }

    /** A Java expression converted to a type's local, wrapping where the type is narrower. */
    public static String narrow(final SqlType type, final String expression)
    {
        return switch (type.kind())
        {
            case TINYINT -> "(byte)(" + expression + ")";
            case SMALLINT -> "(short)(" + expression + ")";
            case INT -> "(int)(" + expression + ")";
            case BIGINT -> "(long)(" + expression + ")";
            case FLOAT -> "(float)(" + expression + ")";
            case DOUBLE -> "(double)(" + expression + ")";
            default -> expression;
        };
    }
}
