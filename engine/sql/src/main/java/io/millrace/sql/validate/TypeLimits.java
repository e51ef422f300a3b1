package io.millrace.sql.validate;

import io.millrace.codecs.SqlType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Digits and lengths that Flink's types don't have: Calcite would take the nearest that they have. */
final class TypeLimits
{
    private static final Pattern LIMITED = Pattern.compile(
        "\\b(DECIMAL|DEC|NUMERIC|VARCHAR|CHAR|TIMESTAMP)\\s*\\(\\s*(\\d{1,18})\\s*(?:,\\s*(\\d{1,18})\\s*)?\\)");
    private static final int MOST_FRACTION_DIGITS = 9;

    private TypeLimits()
    {
    }

    /** What is wrong with a type as it is written, its parts included; null where nothing is. */
    static @Nullable String violation(final String type)
    {
        final Matcher part = LIMITED.matcher(type);
        while (part.find())
        {
            final long first = Long.parseLong(part.group(2));
            final String second = part.group(3);
            final String rule = switch (part.group(1))
            {
                case "VARCHAR", "CHAR" -> first >= 1 ? null : "its length is 1 or more";
                case "TIMESTAMP" -> first <= MOST_FRACTION_DIGITS ? null :
                    "its seconds have 0 to " + MOST_FRACTION_DIGITS + " fraction digits";
                default -> first < 1 || first > SqlType.MAX_DECIMAL_PRECISION ?
                    "it has 1 to " + SqlType.MAX_DECIMAL_PRECISION + " digits" :
                    second == null || Long.parseLong(second) <= first ? null :
                        "of its " + first + " digits at most all are fraction digits";
            };
            if (rule != null)
            {
                return "there is no " + part.group() + ": " + rule;
            }
        }
        return null;
    }
}
