package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.expr.Expr;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Calendar;
import org.apache.calcite.avatica.util.TimeUnit;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.fun.SqlTrimFunction;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.NlsString;
import org.apache.calcite.util.TimestampString;
import org.jspecify.annotations.Nullable;

/** Constants from Calcite's form to ours. */
final class Literals
{
    static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
        .appendPattern("yyyy-MM-dd HH:mm:ss").appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true).toFormatter();

    private Literals()
    {
    }

    /** A constant of a type of ours; null where there is none. */
    static Expr.@Nullable Literal of(final RexLiteral literal, final @Nullable SqlType type)
    {
        final Object value = literal.getTypeName() == SqlTypeName.TIMESTAMP ?
            literal.getValueAs(TimestampString.class) : literal.getTypeName() == SqlTypeName.DATE ?
            literal.getValueAs(DateString.class) : literal.getValue();
        if (value instanceof TimeUnitRange || value instanceof SqlTrimFunction.Flag)
        {
            return text(((Enum<?>)value).name());
        }
        if (type == null)
        {
            return null;
        }
        if (value == null)
        {
            return new Expr.Literal(type.withNullable(true), null);
        }
        if (type.kind() == Kind.INTERVAL_DAY || type.kind() == Kind.INTERVAL_MONTH)
        {
            return new Expr.Literal(type, interval(literal));
        }
        return of(value, type);
    }

    /** Milliseconds or months. Calcite reads a WEEK as one hour, and a QUARTER as one month. */
    static long interval(final RexLiteral literal)
    {
        final BigDecimal number = literal.getValueAs(BigDecimal.class);
        final long value = number == null ? 0 : number.longValue();
        final SqlIntervalQualifier qualifier = literal.getType().getIntervalQualifier();
        if (qualifier == null)
        {
            return value;
        }
        return qualifier.getStartUnit() == TimeUnit.WEEK ? value * 7 * 24 :
            qualifier.getStartUnit() == TimeUnit.QUARTER ? value * 3 : value;
    }

    /** A constant from one of Calcite's values; null where it has none of ours. */
    static Expr.@Nullable Literal of(final Object value, final SqlType type)
    {
        return switch (type.kind())
        {
            case BOOLEAN -> value instanceof Boolean ? new Expr.Literal(type, value) : null;
            case TINYINT, SMALLINT, INT, BIGINT, INTERVAL_DAY, INTERVAL_MONTH ->
                value instanceof BigDecimal number ? new Expr.Literal(type, number.longValue()) : null;
            case FLOAT, DOUBLE -> value instanceof Number number ? new Expr.Literal(type, number.doubleValue()) : null;
            case DECIMAL -> value instanceof BigDecimal number ?
                new Expr.Literal(type, number.setScale(type.scale(), RoundingMode.HALF_UP)) : null;
            case CHAR, VARCHAR -> value instanceof NlsString text ? new Expr.Literal(type, text.getValue()) : null;
            case DATE -> date(type, value);
            case TIMESTAMP -> timestamp(type, value);
            case ROW, NULL -> null;
        };
    }

    private static Expr.@Nullable Literal date(final SqlType type, final Object value)
    {
        if (value instanceof Calendar calendar)
        {
            return new Expr.Literal(type, Math.floorDiv(calendar.getTimeInMillis(), 86_400_000L));
        }
        return value instanceof DateString ?
            new Expr.Literal(type, LocalDate.parse(value.toString()).toEpochDay()) : null;
    }

    private static Expr.@Nullable Literal timestamp(final SqlType type, final Object value)
    {
        if (!(value instanceof TimestampString))
        {
            return null;
        }
        final LocalDateTime time = LocalDateTime.parse(value.toString(), TIMESTAMP);
        return new Expr.Literal(type,
            type.isCompactTimestamp() ? (Object)time.toInstant(ZoneOffset.UTC).toEpochMilli() : time);
    }

    /** A time cut to the digits of a type: backwards, whereas a cast of a value before 1970 cuts towards 1970. */
    private static Expr.Literal truncated(final Object value, final SqlType type)
    {
        final LocalDateTime time = value instanceof LocalDateTime exact ? exact :
            LocalDateTime.ofEpochSecond(Math.floorDiv((long)value, 1000L),
                Math.floorMod((long)value, 1000) * 1_000_000, ZoneOffset.UTC);
        int unit = 1_000_000_000;
        for (int i = 0; i < type.precision(); i++)
        {
            unit /= 10;
        }
        final LocalDateTime cut = time.withNano(time.getNano() / unit * unit);
        return new Expr.Literal(type,
            type.isCompactTimestamp() ? (Object)cut.toInstant(ZoneOffset.UTC).toEpochMilli() : cut);
    }

    static Expr.Literal text(final String value)
    {
        return new Expr.Literal(SqlType.character(Math.max(1, value.length())).withNullable(false), value);
    }

    /** Of the type of {@code like}, where the value is the same in it; else null. */
    static Expr.@Nullable Literal retyped(final Expr.Literal literal, final SqlType type)
    {
        final SqlType target = type.withNullable(literal.value() == null);
        if (literal.value() == null)
        {
            return new Expr.Literal(target, null);
        }
        if (literal.type().isString() && type.kind() == Kind.VARCHAR && literal.value() instanceof String text &&
            text.codePointCount(0, text.length()) <= type.precision())
        {
            return new Expr.Literal(target, text);
        }
        if (literal.type().isInteger() && type.isInteger() && literal.type().fixedWidth() <= type.fixedWidth())
        {
            return new Expr.Literal(target, literal.value());
        }
        if (literal.type().isInteger() && type.kind() == Kind.DECIMAL && literal.value() instanceof Long number)
        {
            final BigDecimal exact = BigDecimal.valueOf(number).setScale(type.scale());
            return exact.precision() <= type.precision() ? new Expr.Literal(target, exact) : null;
        }
        if (literal.type().kind() == Kind.DECIMAL && type.kind() == Kind.DECIMAL &&
            type.scale() >= literal.type().scale() && literal.value() instanceof BigDecimal number)
        {
            final BigDecimal exact = number.setScale(type.scale());
            return exact.precision() <= type.precision() ? new Expr.Literal(target, exact) : null;
        }
        if (literal.type().kind() == Kind.TIMESTAMP && type.kind() == Kind.TIMESTAMP)
        {
            return truncated(literal.value(), target);
        }
        if (literal.type().isNumeric() && type.kind() == Kind.DOUBLE && literal.value() instanceof Number number)
        {
            return new Expr.Literal(target, number.doubleValue());
        }
        return null;
    }
}
