package io.millrace.sql.expr;

import io.millrace.codecs.SqlType.Kind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Expressions back as SQL that a person reads, inputs by name. */
public final class ExprPrinter
{
    private static final int ATOM = 9;
    private static final Map<String, Integer> BINARY = Map.ofEntries(
        Map.entry("OR", 1), Map.entry("AND", 2), Map.entry("=", 4), Map.entry("<>", 4), Map.entry("<", 4),
        Map.entry("<=", 4), Map.entry(">", 4), Map.entry(">=", 4), Map.entry("IS DISTINCT FROM", 4),
        Map.entry("IS NOT DISTINCT FROM", 4), Map.entry("||", 5), Map.entry("+", 6), Map.entry("-", 6),
        Map.entry("*", 7), Map.entry("/", 7));
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private final IntFunction<String> inputs;

    /** @param inputs names of the inputs. */
    public ExprPrinter(final IntFunction<String> inputs)
    {
        this.inputs = inputs;
    }

    /** @param names names of the inputs; an input beyond them prints as its number. */
    public static ExprPrinter of(final List<String> names)
    {
        return new ExprPrinter(index -> index < names.size() ? names.get(index) : "$" + index);
    }

    public String print(final Expr expr)
    {
        return print(expr, 0);
    }

    private String print(final Expr expr, final int outer)
    {
        final int own = level(expr);
        final String text = text(expr, own);
        return own < outer ? "(" + text + ")" : text;
    }

    private static int level(final Expr expr)
    {
        if (expr instanceof Expr.Call call)
        {
            final Integer level = call.operands().size() == 2 ? BINARY.get(call.function()) : null;
            if (level != null)
            {
                return level;
            }
            return call.function().equals("NOT") ? 3 :
                call.function().startsWith("IS ") || call.function().equals("LIKE") ? 4 : ATOM;
        }
        return expr instanceof Expr.In ? 4 : ATOM;
    }

    private String text(final Expr expr, final int own)
    {
        if (expr instanceof Expr.Input input)
        {
            return inputs.apply(input.index());
        }
        if (expr instanceof Expr.Literal literal)
        {
            return literal(literal);
        }
        if (expr instanceof Expr.Cast cast)
        {
            return (cast.isTry() ? "TRY_CAST(" : "CAST(") + print(cast.operand(), 0) + " AS " + cast.type() + ")";
        }
        if (expr instanceof Expr.In in)
        {
            return print(in.operand(), own) + " IN (" + list(in.values()) + ")";
        }
        if (expr instanceof Expr.Case cases)
        {
            final StringBuilder text = new StringBuilder("CASE");
            for (final Expr.When when : cases.whens())
            {
                text.append(" WHEN ").append(print(when.condition(), 0)).append(" THEN ").append(
                    print(when.value(), 0));
            }
            return text.append(" ELSE ").append(print(cases.otherwise(), 0)).append(" END").toString();
        }
        return call((Expr.Call)expr, own);
    }

    private String call(final Expr.Call call, final int own)
    {
        final List<Expr> operands = call.operands();
        if (operands.size() == 2 && BINARY.containsKey(call.function()))
        {
            return print(operands.get(0), own) + " " + call.function() + " " + print(operands.get(1), own + 1);
        }
        return switch (call.function())
        {
            case "NOT" -> "NOT " + print(operands.get(0), own);
            case "NEGATE" -> "-" + print(operands.get(0), ATOM);
            case "LIKE" -> print(operands.get(0), own + 1) + " LIKE " + print(operands.get(1), own + 1) +
                (operands.size() > 2 ? " ESCAPE " + print(operands.get(2), own + 1) : "");
            case "EXTRACT" -> "EXTRACT(" + bare(operands.get(0)) + " FROM " + print(operands.get(1), 0) + ")";
            case "TIMESTAMPADD", "TIMESTAMPDIFF" -> call.function() + "(" + bare(operands.get(0)) + ", " +
                list(operands.subList(1, operands.size())) + ")";
            case "TRIM" -> operands.size() == 3 ? "TRIM(" + bare(operands.get(0)) + " " + print(operands.get(1), 0) +
                " FROM " + print(operands.get(2), 0) + ")" : call.function() + "(" + list(operands) + ")";
            default -> call.function().startsWith("IS ") ? print(operands.get(0), own + 1) + " " + call.function() :
                call.function() + "(" + list(operands) + ")";
        };
    }

    private static String bare(final Expr expr)
    {
        return expr instanceof Expr.Literal literal ? String.valueOf(literal.value()) : "?";
    }

    private String list(final List<? extends Expr> operands)
    {
        final StringBuilder text = new StringBuilder();
        for (final Expr operand : operands)
        {
            text.append(text.isEmpty() ? "" : ", ").append(print(operand, 0));
        }
        return text.toString();
    }

    private static String literal(final Expr.Literal literal)
    {
        final Object value = literal.value();
        if (value == null)
        {
            return "NULL";
        }
        if (value instanceof String text)
        {
            return "'" + text.replace("'", "''") + "'";
        }
        if (value instanceof Boolean bool)
        {
            return bool ? "TRUE" : "FALSE";
        }
        if (value instanceof Long number)
        {
            return number(literal.type().kind(), number);
        }
        return value instanceof LocalDateTime time ? "TIMESTAMP '" + time.toString().replace('T', ' ') + "'" :
            value.toString();
    }

    private static String number(final Kind kind, final long number)
    {
        return switch (kind)
        {
            case DATE -> "DATE '" + LocalDate.ofEpochDay(number) + "'";
            case TIMESTAMP -> "TIMESTAMP '" + timestamp(number) + "'";
            case INTERVAL_DAY -> "INTERVAL " + duration(number);
            case INTERVAL_MONTH -> "INTERVAL '" + number + "' MONTH";
            default -> Long.toString(number);
        };
    }

    private static String timestamp(final long ms)
    {
        final LocalDateTime time = LocalDateTime.ofInstant(Instant.ofEpochMilli(ms), ZoneOffset.UTC);
        final int fraction = (int)Math.floorMod(ms, 1_000L);
        return TIME.format(time) + (fraction == 0 ? "" : String.format(".%03d", fraction));
    }

    /** Milliseconds in the largest unit that holds them whole: {@code '1' HOUR}. */
    public static String duration(final long ms)
    {
        if (ms != 0 && ms % 86_400_000L == 0)
        {
            return "'" + ms / 86_400_000L + "' DAY";
        }
        if (ms != 0 && ms % 3_600_000L == 0)
        {
            return "'" + ms / 3_600_000L + "' HOUR";
        }
        if (ms != 0 && ms % 60_000L == 0)
        {
            return "'" + ms / 60_000L + "' MINUTE";
        }
        return ms % 1_000L == 0 ? "'" + ms / 1_000L + "' SECOND" :
            "'" + ms / 1_000L + "." + String.format("%03d", Math.abs(ms % 1_000L)) + "' SECOND";
    }
}
