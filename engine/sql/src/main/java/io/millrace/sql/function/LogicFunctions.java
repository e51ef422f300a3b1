package io.millrace.sql.function;

import io.millrace.codecs.SqlType;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Comparisons;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import java.util.List;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeTransforms;

/** Logic, comparison and choice. */
final class LogicFunctions
{
    private LogicFunctions()
    {
    }

    static List<Declaration> declarations()
    {
        return List.of(
            Declaration.of("AND", "TRUE where both are; what follows a FALSE does not run.",
                LogicFunctions::and, SqlStdOperatorTable.AND),
            Declaration.of("OR", "TRUE where one is; what follows a TRUE does not run.",
                LogicFunctions::or, SqlStdOperatorTable.OR),
            Declaration.of("NOT", "The opposite; NULL stays NULL.", LogicFunctions::not, SqlStdOperatorTable.NOT),
            Declaration.of("=", "Equality.", Comparisons::emit, SqlStdOperatorTable.EQUALS),
            Declaration.of("<>", "Inequality.", Comparisons::emit, SqlStdOperatorTable.NOT_EQUALS),
            Declaration.of("<", "Order; strings by their bytes.", Comparisons::emit, SqlStdOperatorTable.LESS_THAN),
            Declaration.of("<=", "Order.", Comparisons::emit, SqlStdOperatorTable.LESS_THAN_OR_EQUAL),
            Declaration.of(">", "Order.", Comparisons::emit, SqlStdOperatorTable.GREATER_THAN),
            Declaration.of(">=", "Order.", Comparisons::emit, SqlStdOperatorTable.GREATER_THAN_OR_EQUAL),
            Declaration.of("IS DISTINCT FROM", "Inequality in which NULL is a value.",
                Comparisons::distinct, SqlStdOperatorTable.IS_DISTINCT_FROM),
            Declaration.of("IS NOT DISTINCT FROM", "Equality in which NULL is a value.",
                Comparisons::distinct, SqlStdOperatorTable.IS_NOT_DISTINCT_FROM),
            Declaration.of("IS NULL", "Whether the value is NULL.", LogicFunctions::is,
                SqlStdOperatorTable.IS_NULL, SqlStdOperatorTable.IS_UNKNOWN),
            Declaration.of("IS NOT NULL", "Whether the value is not NULL.", LogicFunctions::is,
                SqlStdOperatorTable.IS_NOT_NULL, SqlStdOperatorTable.IS_NOT_UNKNOWN),
            Declaration.of("IS TRUE", "Whether TRUE.", LogicFunctions::is, SqlStdOperatorTable.IS_TRUE),
            Declaration.of("IS NOT TRUE", "Whether FALSE or NULL.", LogicFunctions::is,
                SqlStdOperatorTable.IS_NOT_TRUE),
            Declaration.of("IS FALSE", "Whether FALSE.", LogicFunctions::is, SqlStdOperatorTable.IS_FALSE),
            Declaration.of("IS NOT FALSE", "Whether TRUE or NULL.", LogicFunctions::is,
                SqlStdOperatorTable.IS_NOT_FALSE),
            Declaration.of("COALESCE", "The first operand that is not NULL; later ones do not run.",
                LogicFunctions::coalesce, CommonType.function("COALESCE", 1, -1), CommonType.function("IFNULL", 2, 2)),
            Declaration.of("NULLIF", "NULL where both are equal, else the first.",
                LogicFunctions::nullIf, SqlStdOperatorTable.NULLIF),
            Declaration.of("IF", "IF(condition, then, else).", LogicFunctions::choose, Signatures.function(
                "IF", SqlFunctionCategory.NUMERIC,
                ((SqlReturnTypeInference)Signatures::ifType)
                    .andThen(SqlTypeTransforms.FORCE_NULLABLE), Signatures.IF_OPERANDS)));
    }

    /** {@code first}: TRUE; {@code isNull}: NULL; neither: FALSE. */
    private static Value and(final Code code, final Expr.Call call)
    {
        final Value result = copy(code, call, code.emit(call.operands().get(0)));
        for (int i = 1; i < call.operands().size(); i++)
        {
            code.open(result.isNullable() ?
                "if (" + result.first() + " | " + result.isNull() + ")" : "if (" + result.first() + ")");
            final Value next = code.emit(call.operands().get(i));
            if (result.isNullable())
            {
                code.line(result.isNull() + " = " + next.isNull() + " | " + next.first() + " & " +
                    result.isNull() + ";");
                code.line(result.first() + " = " + result.first() + " & " + next.first() + ";");
            }
            else
            {
                code.line(result.first() + " = " + next.first() + ";");
            }
            code.close();
        }
        return result;
    }

    private static Value or(final Code code, final Expr.Call call)
    {
        final Value result = copy(code, call, code.emit(call.operands().get(0)));
        for (int i = 1; i < call.operands().size(); i++)
        {
            code.open("if (!" + result.first() + ")");
            final Value next = code.emit(call.operands().get(i));
            if (result.isNullable())
            {
                code.line(result.isNull() + " = " + next.isNull() + " | !" + next.first() + " & " +
                    result.isNull() + ";");
            }
            code.line(result.first() + " = " + next.first() + ";");
            code.close();
        }
        return result;
    }

    private static Value copy(final Code code, final Expr.Call call, final Value first)
    {
        final boolean isNullable = first.isNullable() ||
            call.operands().stream().anyMatch(o -> !(o instanceof Expr.Literal l && l.value() != null) &&
                canBeNull(o));
        final Value result = code.declare(call.type(), isNullable);
        code.line(result.first() + " = " + first.first() + ";");
        if (isNullable)
        {
            code.line(result.isNull() + " = " + first.isNull() + ";");
        }
        return result;
    }

    /** Conservative: code may find that an expression is never NULL although its type allows it. */
    private static boolean canBeNull(final Expr expr)
    {
        return !(expr instanceof Expr.Call call && call.function().startsWith("IS "));
    }

    private static Value not(final Code code, final Expr.Call call)
    {
        final Value a = code.emit(call.operands().get(0));
        return code.define(call.type(), a.isNull(),
            a.isNullable() ? "!" + a.isNull() + " & !" + a.first() : "!" + a.first());
    }

    private static Value is(final Code code, final Expr.Call call)
    {
        final Value a = code.emit(call.operands().get(0));
        return new Value(call.type(), switch (call.function())
        {
            case "IS NULL" -> a.isNull();
            case "IS NOT NULL" -> "(!" + a.isNull() + ")";
            case "IS TRUE" -> a.first();
            case "IS NOT TRUE" -> "(!" + a.first() + ")";
            case "IS FALSE" -> "(!" + a.isNull() + " & !" + a.first() + ")";
            default -> "(" + a.isNull() + " | " + a.first() + ")";
        }, "", Value.NEVER);
    }

    private static Value coalesce(final Code code, final Expr.Call call)
    {
        Expr otherwise = call.operands().get(call.operands().size() - 1);
        for (int i = call.operands().size() - 2; i >= 0; i--)
        {
            final Expr operand = call.operands().get(i);
            final Expr isThere = new Expr.Call("IS NOT NULL", List.of(operand), bool(false));
            otherwise = new Expr.Case(List.of(new Expr.When(isThere, operand)), otherwise, call.type());
        }
        return code.emit(otherwise);
    }

    private static Value nullIf(final Code code, final Expr.Call call)
    {
        final Expr first = call.operands().get(0);
        final Expr equal = new Expr.Call("=", call.operands(), bool(true));
        return code.emit(new Expr.Case(
            List.of(new Expr.When(equal, new Expr.Literal(call.type(), null))), first, call.type()));
    }

    private static Value choose(final Code code, final Expr.Call call)
    {
        return code.emit(new Expr.Case(
            List.of(new Expr.When(call.operands().get(0), call.operands().get(1))), call.operands().get(2),
            call.type()));
    }

    private static SqlType bool(final boolean isNullable)
    {
        return SqlType.of(SqlType.Kind.BOOLEAN).withNullable(isNullable);
    }
}
