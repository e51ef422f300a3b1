package io.millrace.sql.function;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Numbers;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlTypeFamily;

/** Functions of dates, timestamps and intervals. */
final class TimeFunctions
{
    private static final Map<String, Long> MULTIPLES = Map.of("DAY", 86_400_000L, "HOUR", 3_600_000L,
        "MINUTE", 60_000L, "SECOND", 1_000L, "MILLISECOND", 1L);
    private static final Map<String, Character> UNITS = Map.of("YEAR", 'Y', "QUARTER", 'Q', "MONTH", 'M',
        "WEEK", 'W', "DECADE", 'E', "CENTURY", 'C', "MILLENNIUM", 'L', "DAY", 'D');
    /** In the order of the reference page. */
    private static final List<Map.Entry<SqlOperator, String>> EXTRACTORS = List.of(
        Map.entry(SqlStdOperatorTable.YEAR, "YEAR"), Map.entry(SqlStdOperatorTable.QUARTER, "QUARTER"),
        Map.entry(SqlStdOperatorTable.MONTH, "MONTH"), Map.entry(SqlStdOperatorTable.WEEK, "WEEK"),
        Map.entry(SqlStdOperatorTable.DAYOFYEAR, "DOY"), Map.entry(SqlStdOperatorTable.DAYOFMONTH, "DAY"),
        Map.entry(SqlStdOperatorTable.DAYOFWEEK, "DOW"), Map.entry(SqlStdOperatorTable.HOUR, "HOUR"),
        Map.entry(SqlStdOperatorTable.MINUTE, "MINUTE"), Map.entry(SqlStdOperatorTable.SECOND, "SECOND"));

    private TimeFunctions()
    {
    }

    static List<Declaration> declarations()
    {
        final List<Declaration> declarations = new ArrayList<>(List.of(
            Declaration.of("EXTRACT", "A field of a time, as EXTRACT(unit FROM time).", (c, e) -> extract(c, e,
                unit(e.operands().get(0)), e.operands().get(1)), SqlStdOperatorTable.EXTRACT),
            Declaration.of("TO_TIMESTAMP", "Text as TIMESTAMP(3), by a pattern or as yyyy-MM-dd HH:mm:ss; NULL where " +
                "it can't be read.", PatternEmitter::parse, Signatures.function("TO_TIMESTAMP",
                    SqlFunctionCategory.TIMEDATE, Signatures.NULLABLE_TIMESTAMP, OperandTypes.or(
                        OperandTypes.family(SqlTypeFamily.CHARACTER),
                        OperandTypes.family(SqlTypeFamily.CHARACTER, SqlTypeFamily.CHARACTER))))
                .allocating("patterns with text fields (MMM, EEE, a), and patterns that are not constants"),
            Declaration.of("DATE_FORMAT", "A time as text, by a pattern.", PatternEmitter::format,
                Signatures.function("DATE_FORMAT", SqlFunctionCategory.TIMEDATE, Signatures.NULLABLE_STRING,
                    OperandTypes.or(
                        OperandTypes.family(SqlTypeFamily.TIMESTAMP, SqlTypeFamily.STRING),
                        OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.STRING))))
                .allocating("patterns with text fields (MMM, EEE, a), and patterns that are not constants")));
        for (final Map.Entry<SqlOperator, String> extractor : EXTRACTORS)
        {
            final String unit = extractor.getValue();
            declarations.add(Declaration.of(extractor.getKey().getName(), "EXTRACT(" + unit + " FROM time).",
                (c, e) -> extract(c, e, unit, e.operands().get(0)), extractor.getKey()));
        }
        declarations.add(Declaration.of("WINDOW_START", "The beginning of the window that a time falls into; not " +
            "to be called: it is what window_start of a row stands for.", TimeFunctions::windowStart));
        return declarations;
    }

    /** Operands: the time, the window's size and its offset. */
    private static Value windowStart(final Code code, final Expr.Call call)
    {
        final Value time = code.emit(call.operands().get(0));
        final Value size = code.emit(call.operands().get(1));
        final Value offset = code.emit(call.operands().get(2));
        return code.define(call.type(), time.isNull(), time.first() + " - Math.floorMod(" + time.first() + " - " +
            offset.first() + ", " + size.first() + ")");
    }

    private static String unit(final Expr expr)
    {
        return String.valueOf(((Expr.Literal)expr).value());
    }

    /** {@code +}, {@code -} and {@code *} where an operand is a time or an interval. */
    static Value arithmetic(final Code code, final Expr.Call call)
    {
        Value a = code.emit(call.operands().get(0));
        Value b = code.emit(call.operands().get(1));
        if (isInterval(a.type()) && isPoint(b.type()))
        {
            final Value swap = a;
            a = b;
            b = swap;
        }
        final SqlType type = call.type();
        final String nulls = code.anyNull(List.of(a, b));
        if (isPoint(a.type()) && isInterval(b.type()))
        {
            return shift(code, call, a, b, nulls);
        }
        if (isPoint(a.type()) && isPoint(b.type()))
        {
            return type.kind() == Kind.INTERVAL_MONTH ?
                code.define(type, nulls, "Timestamps.monthsBetween(" + ms(a) + ", " + ms(b) + ")") :
                code.define(type, nulls, ms(a) + " - " + ms(b));
        }
        if (a.type().kind() == Kind.DECIMAL || b.type().kind() == Kind.DECIMAL)
        {
            a = Numbers.as(code, a, SqlType.of(Kind.DOUBLE));
            b = Numbers.as(code, b, SqlType.of(Kind.DOUBLE));
        }
        return code.define(type, nulls,
            "(" + Value.firstType(type) + ")(" + a.first() + " " + call.function() + " " + b.first() + ")");
    }

    private static boolean isInterval(final SqlType type)
    {
        return type.kind() == Kind.INTERVAL_DAY || type.kind() == Kind.INTERVAL_MONTH;
    }

    private static boolean isPoint(final SqlType type)
    {
        return type.kind() == Kind.TIMESTAMP || type.kind() == Kind.DATE;
    }

    /** Milliseconds of a date or time. */
    static String ms(final Value value)
    {
        return value.type().kind() == Kind.DATE ? value.first() + " * 86400000L" : value.first();
    }

    private static Value shift(
        final Code code, final Expr.Call call, final Value point, final Value interval, final String nulls)
    {
        final SqlType type = call.type();
        final String sign = call.function();
        final boolean isMonths = interval.type().kind() == Kind.INTERVAL_MONTH;
        final Value first;
        if (point.type().kind() == Kind.DATE && type.kind() == Kind.DATE)
        {
            first = code.define(type, nulls, isMonths ?
                "Timestamps.addMonths(" + point.first() + ", " + sign + interval.first() + ")" :
                point.first() + " " + sign + " (int)(" + interval.first() + " / 86400000L)");
        }
        else
        {
            first = code.define(type, nulls, isMonths ?
                "Timestamps.addMonths(" + ms(point) + ", " + sign + interval.first() + ")" :
                ms(point) + " " + sign + " " + interval.first());
        }
        return new Value(type, first.first(), Value.isPair(type) ? point.isPair() ? point.second() : "0" : "", nulls);
    }

    private static Value extract(final Code code, final Expr.Call call, final String unit, final Expr operand)
    {
        final Value value = code.emit(operand);
        final SqlType type = call.type();
        final boolean isDate = value.type().kind() == Kind.DATE;
        // Flink divides towards zero, and reads the time of a DATE from its number of days.
        final String ms = ms(value);
        final String day = isDate ? value.first() : "(int)(" + value.first() + " / 86400000L)";
        if (value.type().kind() == Kind.INTERVAL_MONTH)
        {
            return code.define(type, value.isNull(),
                value.first() + ("YEAR".equals(unit) ? " / 12" : "QUARTER".equals(unit) ? " % 12 / 3" : " % 12"));
        }
        final boolean isInterval = value.type().kind() == Kind.INTERVAL_DAY;
        final String time = isDate ? "(long)" + value.first() : value.first();
        final String nanos = value.isPair() ? " + " + value.second() : "";
        final String field = switch (unit)
        {
            case "YEAR" -> "Timestamps.year(" + day + ")";
            case "QUARTER" -> "(Timestamps.month(" + day + ") + 2) / 3";
            case "MONTH" -> "Timestamps.month(" + day + ")";
            case "WEEK" -> "Timestamps.isoWeek(" + day + ")";
            case "DAY" -> isInterval ? value.first() + " / 86400000L" : "Timestamps.dayOfMonth(" + day + ")";
            case "DOY" -> "Timestamps.dayOfYear(" + day + ")";
            case "DOW" -> "Timestamps.dayOfWeek(" + day + ")";
            case "ISODOW" -> "Timestamps.isoDayOfWeek(" + day + ")";
            case "ISOYEAR" -> "Timestamps.isoYear(" + day + ")";
            case "DECADE" -> "Timestamps.year(" + day + ") / 10";
            case "CENTURY" -> "Timestamps.century(Timestamps.year(" + day + "))";
            case "MILLENNIUM" -> "Timestamps.millennium(Timestamps.year(" + day + "))";
            case "HOUR" -> time + " % 86400000L / 3600000L";
            case "MINUTE" -> time + " % 3600000L / 60000L";
            case "SECOND" -> time + " % 60000L / 1000L";
            case "MILLISECOND" -> time + " % 1000L";
            case "MICROSECOND" -> time + " % 1000L * 1000L" + nanos + (nanos.isEmpty() ? "" : " / 1000");
            case "NANOSECOND" -> time + " % 1000L * 1000000L" + nanos;
            case "EPOCH" -> ms + " / 1000L";
            default -> throw new IllegalArgumentException("no unit " + unit);
        };
        return code.define(type, value.isNull(), Numbers.narrow(type, field));
    }

    /** FLOOR and CEIL of a time to a unit. */
    static Value floor(final Code code, final Expr.Call call)
    {
        final Value value = code.emit(call.operands().get(0));
        final String unit = unit(call.operands().get(1));
        final boolean isUp = "CEIL".equals(call.function());
        final SqlType type = call.type();
        final Value first;
        if (value.type().kind() == Kind.DATE)
        {
            final Character letter = UNITS.get(unit);
            first = letter == null ? value : code.define(type, value.isNull(),
                "Timestamps.floorDay(" + value.first() + ", '" + letter + "', " + isUp + ")");
        }
        else if (MULTIPLES.containsKey(unit))
        {
            first = code.define(type, value.isNull(), "Timestamps.floorToMultiple(" + value.first() + ", " +
                MULTIPLES.get(unit) + "L, " + isUp + ")");
        }
        else
        {
            first = code.define(type, value.isNull(), "Timestamps.floorToDay(" + value.first() + ", '" +
                UNITS.get(unit) + "', " + isUp + ")");
        }
        return new Value(type, first.first(), Value.isPair(type) ? "0" : "", value.isNull());
    }
}
