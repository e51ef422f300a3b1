package io.millrace.perf.search;

import io.millrace.perf.search.ExpressionMaker.Family;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Random rows as JSON with a column of every type, those that the oracle of functions declares. */
final class TypedRows
{
    /** Its columns by family, as a query names them. */
    static final Map<Family, List<String>> COLUMNS = Map.of(
        Family.BOOL, List.of("b", "b2"),
        Family.INT, List.of("ti", "si", "i", "i2", "l", "l2", "r.a"),
        Family.REAL, List.of("f", "d", "d2", "r.n.x"),
        Family.DEC, List.of("d10", "d10b", "d18", "d38"),
        Family.TEXT, List.of("s", "s2", "v5", "c3", "snum", "sts", "sb", "r.s"),
        Family.DATE, List.of("dt", "dt2", "r.n.d"),
        Family.TIME, List.of("t0", "t3", "t3b", "t6", "t9"));

    static final String[] TEXTS = {
        "", " ", "a", "ab", "abc", "Hello World", "lo", "it's", "é", "日本", "😀x", "straße", "ÀÉİ", "x-y-z", "a,b,,c",
        "  pad  ", "%", "_", "a\\\\b", "user_1", "user%2", "https://a.b/c/d?e=f", "l", "tab\\there", "\\n", "null",
        "ǅ", "ﬁ", "e\\u0301", "aaaa", "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWxYz"
    };
    private static final String[] NUMBERS = {
        "42", "-1", "0", "1.5", "-2.50", "1e3", " 7 ", "+5", "0x10", "99999999999", "9223372036854775808", ".5", "5.",
        "1.2.3", "NaN", "Infinity", "-0", "00012", "3.999", "1E-2", "12345678901234567890.123"
    };
    private static final String[] TIMES = {
        "2024-05-17 13:45:30", "2024-05-17 13:45:30.123", "2024-05-17", "2024-05-17T13:45:30", "2024-5-7 3:4:5",
        "2024-02-30 00:00:00", "13:45:30", "2024-05-17 13:45", "1969-12-31 23:59:59.999", "2024-05-17 13:45:30.123456",
        "2024/05/17 13:45", "20240517", "2024-12-30 00:00:00", " 2024-05-17 13:45:30 ", "2024-13-01", "17.05.2024"
    };
    private static final String[] TRUTHS = {
        "true", "false", "TRUE", "False", "t", "f", "yes", "no", "y", "n", "1", "0", "on", "off", " true", "2", "T"
    };

    private final Draw draw;

    TypedRows(final Draw draw)
    {
        this.draw = draw;
    }

    List<String> rows(final int count)
    {
        final List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++)
        {
            rows.add(row(i));
        }
        return rows;
    }

    private String row(final int id)
    {
        final StringBuilder row = new StringBuilder("{\"id\":").append(id);
        add(row, "b", draw.of("true", "false"));
        add(row, "b2", draw.of("true", "false"));
        add(row, "ti", whole(8));
        add(row, "si", whole(16));
        add(row, "i", whole(32));
        add(row, "i2", whole(32));
        add(row, "l", whole(64));
        add(row, "l2", whole(64));
        add(row, "f", real().replaceAll("E\\d{2,3}", "E7"));
        add(row, "d", real());
        add(row, "d2", real());
        add(row, "d10", decimal(10, 2));
        add(row, "d10b", decimal(10, 2));
        add(row, "d18", decimal(18, 6));
        add(row, "d38", decimal(38, 10));
        add(row, "s", quoted(TEXTS));
        add(row, "s2", quoted("a", "b", "-", ",", "l", "lo", "", "é", "日", "😀", " ", "A", "ab"));
        add(row, "v5", quoted("", "a", "ab", "abcde", "日本", "é-é", " a ", "-", "12", "1.5"));
        add(row, "c3", quoted("abc", "xyz", "a  ", "   ", "日本語", "-1 ", "012"));
        add(row, "snum", quoted(NUMBERS));
        add(row, "sts", quoted(TIMES));
        add(row, "sb", quoted(TRUTHS));
        add(row, "dt", "\"" + day() + "\"");
        add(row, "dt2", "\"" + day() + "\"");
        add(row, "t0", time(0));
        add(row, "t3", time(3));
        add(row, "t3b", time(3));
        add(row, "t6", time(6));
        add(row, "t9", time(9));
        final StringBuilder inner = new StringBuilder("{\"z\":0");
        add(inner, "x", real());
        add(inner, "d", "\"" + day() + "\"");
        final StringBuilder nested = new StringBuilder("{\"z\":0");
        add(nested, "a", whole(32));
        add(nested, "s", quoted(TEXTS));
        add(nested, "n", inner.append('}').toString());
        add(row, "r", nested.append('}').toString());
        return row.append('}').toString();
    }

    private void add(final StringBuilder row, final String name, final String value)
    {
        row.append(",\"").append(name).append("\":").append(draw.once(10) ? "null" : value);
    }

    String whole(final int bits)
    {
        if (!draw.once(4))
        {
            return Integer.toString(draw.between(-20, 100));
        }
        final long most = bits == 64 ? Long.MAX_VALUE : (1L << bits - 1) - 1;
        return switch (draw.below(5))
        {
            case 0 -> Long.toString(most);
            case 1 -> Long.toString(-most - 1);
            case 2 -> "0";
            default -> Long.toString(draw.anyLong() >> 64 - bits);
        };
    }

    String real()
    {
        return switch (draw.below(8))
        {
            case 0 -> draw.of("0.0", "-0.0", "1.0", "-1.0", "0.5", "1.5", "2.5", "-2.5", "0.1");
            case 1 -> draw.of("1.0E20", "-1.0E-20", "9007199254740993", "2147483648.5", "1.0E300", "123456789.125");
            default -> Double.toString(draw.between(-1_000_000, 1_000_000) / (draw.once(2) ? 1000.0 : 64.0));
        };
    }

    String decimal(final int precision, final int scale)
    {
        if (!draw.once(4))
        {
            return BigDecimal.valueOf(draw.between(-10_000, 10_000), Math.min(scale, 2)).setScale(scale)
                .toPlainString();
        }
        final BigInteger limit = BigInteger.TEN.pow(precision);
        final BigInteger value = switch (draw.below(4))
        {
            case 0 -> limit.subtract(BigInteger.ONE);
            case 1 -> BigInteger.ZERO;
            default -> BigInteger.valueOf(draw.anyLong()).multiply(BigInteger.valueOf(draw.anyLong())).abs().mod(limit);
        };
        return new BigDecimal(draw.once(2) ? value : value.negate(), scale).toPlainString();
    }

    String quoted(final String... texts)
    {
        return "\"" + draw.of(texts) + "\"";
    }

    LocalDate day()
    {
        return draw.once(5) ? LocalDate.parse(draw.of("1970-01-01", "1969-12-31", "2024-02-29", "2000-01-31",
            "1900-03-01", "2023-12-31", "2024-12-30", "2400-01-01", "1700-07-04")) :
            LocalDate.ofEpochDay(draw.between(-2000, 21000));
    }

    String time(final int digits)
    {
        final String text = day() + String.format(" %02d:%02d:%02d", draw.below(24), draw.below(60), draw.below(60));
        return "\"" + (digits == 0 ? text :
            text + "." + String.format("%09d", draw.below(1_000_000_000)).substring(0, digits)) + "\"";
    }
}
