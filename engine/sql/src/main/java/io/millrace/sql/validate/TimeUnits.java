package io.millrace.sql.validate;

import java.util.Locale;
import java.util.Set;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/** The units of TIMESTAMPADD and TIMESTAMPDIFF, by their names or by ODBC's. */
final class TimeUnits
{
    private static final Set<String> SUM =
        Set.of("MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR");
    private static final Set<String> DIFFERENCE = Set.of("MICROSECOND", "NANOSECOND");

    private TimeUnits()
    {
    }

    static TimeUnitRange of(final SqlIntervalQualifier qualifier)
    {
        return qualifier.timeFrameName == null ? qualifier.timeUnitRange : TimeUnitRange.valueOf(name(qualifier));
    }

    private static String name(final SqlIntervalQualifier qualifier)
    {
        final String name = qualifier.timeFrameName == null ? qualifier.timeUnitRange.name() :
            qualifier.timeFrameName.toUpperCase(Locale.ROOT).replace("SQL_TSI_", "");
        return "FRAC_SECOND".equals(name) ? "MICROSECOND" : name;
    }

    /** What of a call is not in this build: a sum or a difference in a unit; else null. */
    static @Nullable String refused(final SqlCall call)
    {
        final boolean isSum = call.getKind() == SqlKind.TIMESTAMP_ADD;
        if (!isSum && call.getKind() != SqlKind.TIMESTAMP_DIFF ||
            !(call.operand(0) instanceof SqlIntervalQualifier qualifier))
        {
            return null;
        }
        final String unit = name(qualifier);
        return SUM.contains(unit) || !isSum && DIFFERENCE.contains(unit) ? null :
            call.getOperator().getName() + " by " + unit;
    }
}
