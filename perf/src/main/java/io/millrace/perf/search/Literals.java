package io.millrace.perf.search;

import io.millrace.perf.search.ExpressionMaker.Family;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;

/** Random literals and the texts in them. */
final class Literals
{
    private static final String[] PATTERNS = {
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss.SSS", "yyyy/MM/dd HH:mm", "yyyyMMdd", "HH:mm", "HH",
        "yyyyMMddHHmmss", "dd.MM.yyyy", "M/d/yyyy H:m:s", "yyyy-MM", "yyyy", "yy-MM-dd", "yyyy-MM-dd''T''HH:mm:ss",
        "hh:mm a", "EEE, d MMM yyyy", "MMMM", "D", "DDD", "w", "e", "E", "Q", "QQQ", "k", "K", "h", "SSSSSS", "n", "A",
        "uuuu-MM-dd", "yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "G yyyy", "mm", "ss", "SSS", "yyyy-''W''ww", "y", "YYYY", "u"
    };
    private static final String[] WORDS = {
        "", " ", "a", "b", "abc", "Hello", "Hello World", "lo", "it''s", "é", "日本", "😀", "straße", "ÀÉ", "x-y-z",
        "a,b,,c", "  pad  ", "42", "-1", "1.5", "1e3", "true", "f", "2024-05-17", "2024-05-17 13:45:30", "12:34:56",
        "%", "_", "\\", "user_1", "https://a.b/c/d?e=f", "NaN", "null", "AbC"
    };

    private final Draw draw;

    Literals(final Draw draw)
    {
        this.draw = draw;
    }

    String of(final Family family)
    {
        return switch (family)
        {
            case BOOL -> draw.of("TRUE", "FALSE", "TRUE", "FALSE", "CAST(NULL AS BOOLEAN)");
            case INT -> draw.once(15) ? "CAST(NULL AS " + draw.of("INT", "BIGINT", "TINYINT") + ")" :
                draw.once(4) ? draw.of("0", "1", "-1", "127", "-128", "255", "32767", "100", "2147483647",
                    "-2147483648", "2147483648", "9223372036854775807", "42") : Integer.toString(draw.between(-20, 20));
            case DEC -> draw.once(15) ? "CAST(NULL AS DECIMAL(10, 2))" : decimal();
            case REAL -> draw.of("0e0", "1e0", "-1.5e0", "2.5e0", "1e10", "1e-5", "-0.1e0", "123456.789e0", "1e300",
                "CAST(0.1 AS FLOAT)", "CAST(NULL AS DOUBLE)", "CAST(2.5 AS FLOAT)", "3e0");
            case TEXT -> draw.once(20) ? "CAST(NULL AS STRING)" : "'" + word() + "'";
            case DATE -> draw.once(20) ? "CAST(NULL AS DATE)" : "DATE '" + dateText() + "'";
            case TIME -> draw.once(20) ? "CAST(NULL AS TIMESTAMP(3))" : "TIMESTAMP '" + timeText() + "'";
        };
    }

    private String word()
    {
        return draw.of(WORDS);
    }

    private String decimal()
    {
        final int digits = draw.once(5) ? draw.between(10, 18) : draw.between(1, 7);
        final BigInteger unscaled =
            BigInteger.valueOf(Math.abs(draw.anyLong() >> 1)).multiply(BigInteger.valueOf(1_000_000_007L))
                .mod(BigInteger.TEN.pow(digits));
        final BigDecimal value = new BigDecimal(unscaled, draw.between(1, Math.min(digits + 1, 10)));
        return (draw.once(3) ? "-" : "") + value.toPlainString();
    }

    String dateText()
    {
        return draw.once(4) ? draw.of("1970-01-01", "1969-12-31", "2024-02-29", "2000-02-29", "1900-01-01",
            "2023-12-31", "2024-12-30", "9999-12-31", "2021-01-01") :
            LocalDate.ofEpochDay(draw.between(-3000, 25000)).toString();
    }

    String timeText()
    {
        final LocalDateTime time = LocalDate.parse(dateText()).atTime(draw.below(24), draw.below(60), draw.below(60));
        final String text = time.toLocalDate() + String.format(" %02d:%02d:%02d", time.getHour(), time.getMinute(),
            time.getSecond());
        final int digits = draw.once(2) ? 0 : draw.of("3", "6", "9", "1").charAt(0) - '0';
        return digits == 0 ? text : text + "." + String.format("%09d", draw.below(1_000_000_000)).substring(0, digits);
    }

    String interval()
    {
        return "INTERVAL '" + switch (draw.below(9))
        {
            case 0 -> draw.between(-40, 90) + "' DAY";
            case 1 -> draw.between(-30, 90) + "' HOUR";
            case 2 -> draw.between(0, 90) + "' MINUTE";
            case 3 -> draw.between(0, 90) + "' SECOND";
            case 4 -> draw.between(0, 50) + "." + draw.between(1, 999) + "' SECOND";
            case 5 -> draw.between(-20, 30) + "' MONTH";
            case 6 -> draw.between(0, 9) + "' YEAR";
            case 7 -> draw.between(0, 9) + "-" + draw.between(0, 11) + "' YEAR TO MONTH";
            default -> draw.between(0, 40) + String.format(" %02d:%02d:%02d", draw.below(24), draw.below(60),
                draw.below(60)) + "' DAY TO SECOND";
        };
    }

    String dayInterval()
    {
        return "INTERVAL '" + draw.between(-40, 90) + "' " + draw.of("DAY", "MONTH", "DAY", "MONTH", "YEAR", "HOUR");
    }

    /** A pattern as it stands between the quotes of a SQL string. */
    String pattern()
    {
        return draw.of(PATTERNS);
    }

    /** Text that some pattern reads. */
    String formatted()
    {
        return draw.of("'2024-05-17 13:45:30'", "'2024-05-17'", "'2024/05/17 13:45'", "'20240517'", "'20240517134530'",
            "'17.05.2024'", "'5/7/2024 3:4:5'", "'2024-05'", "'2024-05-17T13:45:30'", "'01:45 PM'",
            "'Fri, 17 May 2024'", "'2024-05-17 13:45:30.123'", "'13:45'", "'24-05-17'", "sts");
    }
}
