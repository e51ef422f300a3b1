package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Field;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.codecs.json.JsonQuotes;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.expr.Expr.Literal;
import io.millrace.sql.logical.Statement.StatelessLeg;
import io.millrace.sql.parse.ParsedStatement.ParsedOption;
import io.millrace.sql.validate.FlinkTypes;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of VALUES as data: legs that read the one row and differ in constants alone become one leg over a table of
 * those constants. Else each row would be code, which takes a thousand times as long to make as to run.
 */
final class ConstantRows
{
    /** Functions of which one operand is a word of the language and no value. */
    private static final Map<String, Integer> WORDS = Map.of("TRIM", 0, "EXTRACT", 0, "FLOOR", 1, "CEIL", 1,
        "TIMESTAMPADD", 0, "TIMESTAMPDIFF", 0);
    private static final Set<Kind> NO_DATA = Set.of(Kind.NULL, Kind.ROW, Kind.INTERVAL_DAY, Kind.INTERVAL_MONTH);

    /** A leg over a table without a number yet. */
    record Leg(TableDeclaration table, @Nullable Expr filter, List<Expr> projection)
    {
        StatelessLeg over(final int number)
        {
            return new StatelessLeg(number, filter, projection);
        }
    }

    /** A leg with inputs, numbered in order, in the place of constants. */
    private record Form(@Nullable Expr filter, List<Expr> projection)
    {
    }

    private final FlinkTypes types;
    private final TableDeclaration oneRow;
    private final Map<Form, List<List<Literal>>> rows = new LinkedHashMap<>();

    ConstantRows(final FlinkTypes types)
    {
        this.types = types;
        oneRow = OneRow.table(types);
    }

    /** Takes a leg that reads the one row. */
    void add(final @Nullable Expr filter, final List<Expr> projection)
    {
        final List<Literal> constants = new ArrayList<>();
        final List<Expr> holed = new ArrayList<>();
        for (final Expr expr : projection)
        {
            // A column that is NULL in some rows alone has one form all the same.
            final boolean isColumn = expr instanceof Literal literal && isData(literal);
            holed.add(isColumn ? hole((Literal)expr, expr.type().withNullable(true), constants) :
                lift(expr, constants));
        }
        rows.computeIfAbsent(new Form(filter == null ? null : lift(filter, constants), List.copyOf(holed)),
            form -> new ArrayList<>()).add(constants);
    }

    /** The legs that deliver the rows of all that were taken. */
    List<Leg> legs()
    {
        final List<Leg> legs = new ArrayList<>();
        rows.forEach((form, constants) -> legs.add(leg(form, constants)));
        return legs;
    }

    private Leg leg(final Form form, final List<List<Literal>> constants)
    {
        final List<Field> fields = new ArrayList<>();
        final List<Integer> places = new ArrayList<>();
        final List<Expr> worth = new ArrayList<>();
        for (int i = 0; i < constants.get(0).size(); i++)
        {
            final Literal first = constants.get(0).get(i);
            boolean isSame = true;
            boolean isNullable = false;
            for (final List<Literal> row : constants)
            {
                isSame &= Objects.equals(row.get(i).value(), first.value());
                isNullable |= row.get(i).value() == null;
            }
            final SqlType type = first.type().withNullable(isNullable);
            worth.add(isSame ? first : new Expr.Input(fields.size(), type));
            if (!isSame)
            {
                fields.add(new Field("c" + fields.size(), type));
                places.add(i);
            }
        }
        final List<Expr> projection = form.projection().stream().map(expr -> fill(expr, worth)).toList();
        final Expr filter = form.filter() == null ? null : fill(form.filter(), worth);
        return new Leg(constants.size() == 1 ? oneRow : table(fields, places, constants), filter, projection);
    }

    private TableDeclaration table(
        final List<Field> fields, final List<Integer> places, final List<List<Literal>> constants)
    {
        final StringBuilder text = new StringBuilder();
        for (final List<Literal> row : constants)
        {
            text.append(text.isEmpty() ? "{" : "\n{");
            for (int i = 0; i < places.size(); i++)
            {
                text.append(i == 0 ? "\"" : ",\"").append(fields.get(i).name()).append("\":");
                append(text, row.get(places.get(i)));
            }
            text.append('}');
        }
        return table(types, fields, Value.ofFields(fields), text.toString());
    }

    /** A table without a name, of records that the job holds. */
    static TableDeclaration table(
        final FlinkTypes types, final List<Field> fields, final List<Value> columns, final String records)
    {
        return new TableDeclaration("", Span.NONE, types.builder().build(), fields, List.of(), columns, null, null,
            null, List.of(option("connector", "values"), option("rows", records), option("format", "json")));
    }

    private static ParsedOption option(final String key, final String value)
    {
        return new ParsedOption(key, Span.NONE, value, Span.NONE);
    }

    private static boolean isData(final Literal literal)
    {
        return !NO_DATA.contains(literal.type().kind()) &&
            !(literal.value() instanceof Double number && !isFinite(number, literal.type().kind()));
    }

    private static boolean isFinite(final double number, final Kind kind)
    {
        return kind == Kind.FLOAT ? Float.isFinite((float)number) : Double.isFinite(number);
    }

    private static Expr hole(final Literal literal, final SqlType type, final List<Literal> constants)
    {
        constants.add(literal);
        return new Expr.Input(constants.size() - 1, type);
    }

    /** The same with inputs in the place of constants, which are added to {@code constants}. */
    private static Expr lift(final Expr expr, final List<Literal> constants)
    {
        if (expr instanceof Literal literal)
        {
            return isData(literal) && literal.value() != null ? hole(literal, literal.type(), constants) : literal;
        }
        if (expr instanceof Expr.Cast cast)
        {
            return new Expr.Cast(lift(cast.operand(), constants), cast.type(), cast.isTry());
        }
        if (expr instanceof Expr.Call call)
        {
            final int word = WORDS.getOrDefault(call.function(), -1);
            final List<Expr> operands = new ArrayList<>();
            for (final Expr operand : call.operands())
            {
                operands.add(operands.size() == word ? operand : lift(operand, constants));
            }
            return new Expr.Call(call.function(), List.copyOf(operands), call.type());
        }
        return expr;
    }

    /** What {@link #lift} took apart, with {@code worth} in the place of its inputs. */
    private static Expr fill(final Expr expr, final List<Expr> worth)
    {
        if (expr instanceof Expr.Input input)
        {
            return worth.get(input.index());
        }
        if (expr instanceof Expr.Cast cast)
        {
            return new Expr.Cast(fill(cast.operand(), worth), cast.type(), cast.isTry());
        }
        return expr instanceof Expr.Call call ? new Expr.Call(call.function(),
            call.operands().stream().map(operand -> fill(operand, worth)).toList(), call.type()) : expr;
    }

    /** As JSON, which the table's format reads to the same value. */
    private static void append(final StringBuilder text, final Literal literal)
    {
        final Object value = literal.value();
        if (value == null)
        {
            text.append("null");
            return;
        }
        switch (literal.type().kind())
        {
            case DECIMAL -> text.append(((BigDecimal)value).toPlainString());
            case FLOAT -> text.append(((Number)value).floatValue());
            case DATE -> text.append('"').append(LocalDate.ofEpochDay((long)value)).append('"');
            case TIMESTAMP -> text.append('"').append(Literals.TIMESTAMP.format(time(value))).append('"');
            case CHAR, VARCHAR -> JsonQuotes.append(text, (String)value);
            default -> text.append(value);
        }
    }

    private static LocalDateTime time(final Object value)
    {
        return value instanceof LocalDateTime exact ? exact : LocalDateTime.ofEpochSecond(
            Math.floorDiv((long)value, 1000L), Math.floorMod((long)value, 1000) * 1_000_000, ZoneOffset.UTC);
    }
}
