package io.millrace.sql.expr;

import io.millrace.codecs.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A typed scalar expression over numbered inputs. Casts are explicit: where an operator needs its arguments in one
 * type, lowering has put {@link Cast}s there. Three-valued logic throughout.
 */
public sealed interface Expr
{
    SqlType type();

    /**
     * A constant. {@code value} is null for NULL, else by type: Boolean; Long for the integers, DATE (days since the
     * epoch), TIMESTAMP up to 3 digits (milliseconds since the epoch, UTC) and intervals (milliseconds, months);
     * {@link java.time.LocalDateTime} for finer TIMESTAMPs; Double for FLOAT and DOUBLE; BigDecimal (of the type's
     * scale); String.
     */
    record Literal(SqlType type, @Nullable Object value) implements Expr
    {
    }

    /** The value of an input; who evaluates the expression says what its inputs are. */
    record Input(int index, SqlType type) implements Expr
    {
    }

    /**
     * An operator or function applied: {@code function} is the name of a declaration in
     * {@code io.millrace.sql.function}, such as {@code =}, {@code AND}, {@code IS NULL}, {@code UPPER}.
     */
    record Call(String function, List<Expr> operands, SqlType type) implements Expr
    {
    }

    /** CAST, or TRY_CAST where {@code isTry}: NULL instead of a failure. */
    record Cast(Expr operand, SqlType type, boolean isTry) implements Expr
    {
    }

    /** CASE WHEN: the value beside the first condition that is TRUE. Branches that are not chosen don't run. */
    record Case(List<When> whens, Expr otherwise, SqlType type) implements Expr
    {
    }

    /** One branch of a CASE. */
    record When(Expr condition, Expr value)
    {
    }

    /** {@code operand IN (values)}, the values constants of the operand's type, at least one, none NULL. */
    record In(Expr operand, List<Literal> values, SqlType type) implements Expr
    {
    }
}
