package io.millrace.sql.function;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Emitter;
import io.millrace.sql.codegen.Numbers;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.runtime.DateFormats;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** Times moved and subtracted by units, and times as text or seconds by the patterns of {@code java.text}. */
final class CalendarFunctions
{
    private static final String PATTERNS = "patterns other than yyyy-MM-dd HH:mm:ss and yyyy-MM-dd, text that is not " +
        "exactly so, and years before 1583 or behind 9999: by java.text";
    private static final Map<String, Long> MILLISECONDS = Map.of("MILLISECOND", 1L, "SECOND", 1_000L, "MINUTE", 60_000L,
        "HOUR", 3_600_000L, "DAY", 86_400_000L, "WEEK", 604_800_000L);
    private static final Map<String, Integer> MONTHS = Map.of("MONTH", 1, "QUARTER", 3, "YEAR", 12);

    private CalendarFunctions()
    {
    }

    static List<Declaration> declarations()
    {
        final SqlOperandTypeChecker text = OperandTypes.family(SqlTypeFamily.STRING);
        final SqlOperandTypeChecker pattern = OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.STRING);
        final SqlOperandTypeChecker number = OperandTypes.family(SqlTypeFamily.NUMERIC);
        final SqlOperandTypeChecker precise = OperandTypes.family(SqlTypeFamily.NUMERIC, SqlTypeFamily.INTEGER);
        return List.of(
            Declaration.of("TIMESTAMPADD", "TIMESTAMPADD(unit, number, time): the time so many units later.",
                CalendarFunctions::add, SqlStdOperatorTable.TIMESTAMP_ADD),
            Declaration.of("TIMESTAMPDIFF", "TIMESTAMPDIFF(unit, from, to): whole units from one time to another.",
                CalendarFunctions::difference, SqlStdOperatorTable.TIMESTAMP_DIFF),
            Declaration.of("TO_DATE", "Text as a DATE: as yyyy-MM-dd, and NULL where it can't be read, or by a " +
                "pattern of SimpleDateFormat, and the year 1705471 where it can't.", CalendarFunctions::date,
                Signatures.function("TO_DATE", SqlFunctionCategory.TIMEDATE,
                    ReturnTypes.explicit(SqlTypeName.DATE).andThen(SqlTypeTransforms.FORCE_NULLABLE),
                    OperandTypes.or(text, pattern))).allocating(PATTERNS),
            Declaration.of("UNIX_TIMESTAMP", "Seconds since 1970 of a text as yyyy-MM-dd HH:mm:ss, or by a pattern " +
                "of SimpleDateFormat; the least BIGINT where it can't be read.",
                byPattern("unixTime", "unixTimeOfDate"), Signatures.function("UNIX_TIMESTAMP",
                    SqlFunctionCategory.TIMEDATE, ReturnTypes.BIGINT_NULLABLE, OperandTypes.or(text, pattern)))
                .allocating(PATTERNS),
            Declaration.of("TO_TIMESTAMP_LTZ", "A number of milliseconds since 1970 as a time, or, with a constant 0 " +
                "to 9 behind it, of units of so many decimal digits of a second; NULL outside of the years 0 to " +
                "9999. As the one zone is UTC, it is a TIMESTAMP.", CalendarFunctions::ofEpoch,
                Signatures.function("TO_TIMESTAMP_LTZ", SqlFunctionCategory.TIMEDATE, CalendarFunctions::timeOfEpoch,
                    OperandTypes.or(number, precise, text, pattern, OperandTypes.family(SqlTypeFamily.STRING,
                        SqlTypeFamily.STRING, SqlTypeFamily.STRING)))),
            Declaration.of("FROM_UNIXTIME", "Seconds since 1970 as text: yyyy-MM-dd HH:mm:ss, or by a pattern of " +
                "SimpleDateFormat.", CalendarFunctions::text, Signatures.function("FROM_UNIXTIME",
                    SqlFunctionCategory.TIMEDATE, Signatures.NULLABLE_STRING, OperandTypes.or(
                        OperandTypes.family(SqlTypeFamily.INTEGER),
                        OperandTypes.family(SqlTypeFamily.INTEGER, SqlTypeFamily.STRING)))).allocating(PATTERNS));
    }

    /** TIMESTAMP(3), or of as many digits as the number has. */
    private static RelDataType timeOfEpoch(final SqlOperatorBinding binding)
    {
        final Integer digits = binding.getOperandCount() == 2 && binding.isOperandLiteral(1, false) &&
            SqlTypeUtil.isNumeric(binding.getOperandType(1)) ? binding.getOperandLiteralValue(1, Integer.class) : null;
        return binding.getTypeFactory().createTypeWithNullability(binding.getTypeFactory().createSqlType(
            SqlTypeName.TIMESTAMP, digits == null ? 3 : Math.max(3, Math.min(9, digits))), true);
    }

    private static Value ofEpoch(final Code code, final Expr.Call call)
    {
        final Expr operand = call.operands().get(0);
        final boolean isReal = operand.type().isApproximate();
        final SqlType type = SqlType.of(isReal ? Kind.DOUBLE : Kind.BIGINT).withNullable(operand.type().isNullable());
        final Value number = code.emit(operand.type().kind() == type.kind() ? operand :
            new Expr.Cast(operand, type, false));
        final Object given = call.operands().size() > 1 ? ((Expr.Literal)call.operands().get(1)).value() : null;
        final int digits = given == null ? 3 : ((Number)given).intValue();
        return code.strict(call.type(), List.of(number), true, result ->
        {
            final String arguments = "(" + number.first() + ", " + digits + ");";
            code.line(result.first() + " = Timestamps.ofEpoch" + arguments);
            code.line(result.isNull() + " = " + result.first() + " == Timestamps.NONE;");
            if (result.isPair())
            {
                code.line(result.second() + " = Timestamps.nanosOfEpoch" + arguments);
            }
        });
    }

    private static String constant(final Expr expr)
    {
        return expr instanceof Expr.Literal literal && literal.value() instanceof String text ? text : "";
    }

    /** As time + number * INTERVAL '1' unit. */
    private static Value add(final Code code, final Expr.Call call)
    {
        final String unit = constant(call.operands().get(0));
        final Expr number = call.operands().get(1);
        final Integer months = MONTHS.get(unit);
        final Long milliseconds = MILLISECONDS.get(unit);
        final boolean isMonths = months != null;
        final SqlType interval = SqlType.of(isMonths ? Kind.INTERVAL_MONTH : Kind.INTERVAL_DAY)
            .withNullable(number.type().isNullable());
        final Expr one = new Expr.Literal(
            interval.withNullable(false), months != null ? Long.valueOf(months) : milliseconds);
        return code.emit(new Expr.Call("+", List.of(call.operands().get(2),
            new Expr.Call("*", List.of(number, one), interval)), call.type()));
    }

    private static Value difference(final Code code, final Expr.Call call)
    {
        final String unit = constant(call.operands().get(0));
        final Value from = code.emit(call.operands().get(1));
        final Value to = code.emit(call.operands().get(2));
        final String ms = TimeFunctions.ms(to) + ", " + TimeFunctions.ms(from);
        final String nulls = code.anyNull(List.of(from, to));
        final String milliseconds = "(" + TimeFunctions.ms(to) + " - " + TimeFunctions.ms(from) + ")";
        final String difference = MONTHS.containsKey(unit) ?
            "Timestamps.subtractMonths(" + ms + ") / " + MONTHS.get(unit) : switch (unit)
            {
                // Of weeks, seconds are counted as an INT first, as in Flink; and there is no fraction of one.
                case "WEEK" -> "(int)(" + milliseconds + " / 1000L) / 604800";
                case "MILLISECOND" -> milliseconds + " / 1000L * 1000L";
                case "MICROSECOND" -> milliseconds + " / 1000L * 1000000L";
                case "NANOSECOND" -> milliseconds + " / 1000L * 1000000000L";
                default -> milliseconds + " / " + Objects.requireNonNull(MILLISECONDS.get(unit), unit) + "L";
            };
        return code.define(call.type(), nulls, Numbers.narrow(call.type(), difference));
    }

    private static Value date(final Code code, final Expr.Call call)
    {
        return call.operands().size() > 1 ? byPattern("date", "dateOfDate").emit(code, call) :
            code.emit(new Expr.Cast(call.operands().get(0), call.type(), true));
    }

    private static Emitter byPattern(final String usual, final String usualDate)
    {
        return (code, call) ->
        {
            final String pattern = call.operands().size() > 1 ? constant(call.operands().get(1)) : DateFormats.USUAL;
            final boolean isDate = DateFormats.USUAL_DATE.equals(pattern);
            final boolean isUsual = isDate || DateFormats.USUAL.equals(pattern);
            final Expr.Call kept = isUsual ?
                new Expr.Call(call.function(), call.operands().subList(0, 1), call.type()) : call;
            return MethodCalls.value(MethodCalls.of(DateFormats.class, isDate ? usualDate : usual), !isUsual)
                .emit(code, kept);
        };
    }

    private static Value text(final Code code, final Expr.Call call)
    {
        final boolean isUsual =
            call.operands().size() == 1 || DateFormats.USUAL.equals(constant(call.operands().get(1)));
        final Expr.Call kept = isUsual ?
            new Expr.Call(call.function(), call.operands().subList(0, 1), call.type()) : call;
        return MethodCalls.text(MethodCalls.of(DateFormats.class, "text"), false, !isUsual).emit(code, kept);
    }
}
