package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.lower.Value.Scalar;
import io.millrace.sql.lower.Value.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Explicit casts, left out where they change nothing. */
final class Casts
{
    private Casts()
    {
    }

    /** In {@code type}, keeping whether it may be NULL. */
    static Expr to(final Expr operand, final SqlType type)
    {
        return cast(operand, type.withNullable(operand.type().isNullable()), false);
    }

    static Expr cast(final Expr operand, final SqlType type, final boolean isTry)
    {
        if (operand.type().isSameAs(type) && (operand.type().isNullable() == type.isNullable() || type.isNullable()))
        {
            return operand;
        }
        if (operand instanceof Expr.Literal literal)
        {
            final Expr.Literal retyped = Literals.retyped(literal, type);
            if (retyped != null)
            {
                return retyped;
            }
        }
        return new Expr.Cast(operand, type, isTry);
    }

    /**
     * A ROW, or a constant NULL, field by field.
     *
     * @param scalar what a field that is no ROW is worth.
     */
    static Value row(final Value value, final SqlType type, final Function<Value, Expr> scalar)
    {
        final List<Value> fields = new ArrayList<>();
        for (int i = 0; i < type.fields().size(); i++)
        {
            final SqlType to = type.fields().get(i).type();
            final Value field = value instanceof Struct struct ? struct.fields().get(i) : value;
            fields.add(to.kind() == Kind.ROW ? row(field, to, scalar) :
                new Scalar(to(scalar.apply(field), to), false));
        }
        return new Struct(value instanceof Struct struct ? struct.presence() :
            new Expr.Literal(SqlType.of(Kind.BOOLEAN).withNullable(false), false), type, fields);
    }
}
