package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.sql.expr.Expr;

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
}
