package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Field;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.engine.plan.AggregatePlan.TumblingWindow;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.List;

/** What a column of a relation is worth, over the inputs of its path. */
sealed interface Value
{
    /** A scalar; {@code isRowtime} where it still is the event-time attribute of its table. */
    record Scalar(Expr expr, boolean isRowtime) implements Value
    {
    }

    /** A nested ROW; {@code presence} says whether it is there. */
    record Struct(Expr presence, SqlType type, List<Value> fields) implements Value
    {
    }

    /**
     * A column of a window: before aggregation it exists to be grouped by, after it to be asked for its properties.
     *
     * @param time  what chooses the window.
     * @param first index of the input that is the window's start, its end and time behind it; −1 before aggregation.
     */
    record WindowColumn(Property property, TumblingWindow window, Expr time, int first) implements Value
    {
    }

    /** What a window is asked for; GROUP is the window itself, as {@code TUMBLE(…)} in GROUP BY. */
    enum Property
    {
        GROUP, START, END, TIME
    }

    /** The columns of a table, in the order of {@code fields}, which are its layout's. */
    static List<Value> ofFields(final List<Field> fields)
    {
        return ofFields(fields, new int[1], false);
    }

    private static List<Value> ofFields(final List<Field> fields, final int[] next, final boolean isInNullable)
    {
        final List<Value> values = new ArrayList<>();
        for (final Field field : fields)
        {
            final boolean isNullable = field.type().isNullable() || isInNullable;
            final SqlType type = field.type().withNullable(isNullable);
            final Expr input = new Expr.Input(next[0]++, type);
            if (type.kind() == Kind.ROW)
            {
                final SqlType bool = SqlType.of(Kind.BOOLEAN).withNullable(false);
                final Expr presence = isNullable ? new Expr.Call("IS NOT NULL", List.of(input), bool) :
                    new Expr.Literal(bool, true);
                values.add(new Struct(presence, type, ofFields(type.fields(), next, isNullable)));
            }
            else
            {
                values.add(new Scalar(input, false));
            }
        }
        return values;
    }
}
