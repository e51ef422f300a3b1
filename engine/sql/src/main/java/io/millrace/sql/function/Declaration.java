package io.millrace.sql.function;

import io.millrace.sql.codegen.Emitter;
import java.util.List;
import org.apache.calcite.sql.SqlOperator;
import org.jspecify.annotations.Nullable;

/**
 * One function or operator, declared once.
 *
 * @param name        what {@code Expr.Call} calls it.
 * @param operators   Flink's signature and typing: the operators that mean this function, aliases included.
 * @param emitter     its code.
 * @param doc         one sentence.
 * @param mayAllocate null where a call never allocates; else when it does and why.
 */
public record Declaration(
    String name, List<SqlOperator> operators, Emitter emitter, String doc, @Nullable String mayAllocate)
{
    static Declaration of(final String name, final String doc, final Emitter emitter, final SqlOperator... operators)
    {
        return new Declaration(name, List.of(operators), emitter, doc, null);
    }

    Declaration allocating(final String why)
    {
        return new Declaration(name, operators, emitter, doc, why);
    }
}
