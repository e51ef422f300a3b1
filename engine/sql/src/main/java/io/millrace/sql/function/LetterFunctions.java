package io.millrace.sql.function;

import io.millrace.engine.kernel.Failure;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import java.util.List;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeFamily;

/** Functions that cut, fill and change strings character by character. */
final class LetterFunctions
{
    private LetterFunctions()
    {
    }

    static List<Declaration> declarations()
    {
        final SqlOperandTypeChecker one = OperandTypes.family(SqlTypeFamily.STRING);
        final SqlOperandTypeChecker part = OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.INTEGER);
        final SqlOperandTypeChecker three =
            OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.STRING, SqlTypeFamily.STRING);
        final SqlOperandTypeChecker padding =
            OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.INTEGER, SqlTypeFamily.STRING);
        final SqlOperandTypeChecker any = OperandTypes.or(OperandTypes.CHARACTER, OperandTypes.NUMERIC);
        return List.of(
            Declaration.of("CONCAT_WS", "The strings that are not NULL, with the first one between them.",
                LetterFunctions::joined, Signatures.string("CONCAT_WS", Signatures.STRING,
                    OperandTypes.repeat(SqlOperandCountRanges.from(1), OperandTypes.STRING))),
            Declaration.of("LEFT", "The first characters.", MethodCalls.text("Strings.left"),
                Signatures.string("LEFT", Signatures.NULLABLE_VARCHAR_OF_FIRST, part)),
            Declaration.of("RIGHT", "The last characters.", MethodCalls.text("Strings.right"),
                Signatures.string("RIGHT", Signatures.NULLABLE_VARCHAR_OF_FIRST, part)),
            Declaration.of("LPAD", "The text with a string before it, to a length; cut where it is longer.",
                MethodCalls.nullableText("Padding.left"), Signatures.string("LPAD", Signatures.STRING, padding)),
            Declaration.of("RPAD", "The text with a string behind it, to a length; cut where it is longer.",
                MethodCalls.nullableText("Padding.right"), Signatures.string("RPAD", Signatures.STRING, padding)),
            Declaration.of("REPEAT", "The text so many times.", MethodCalls.text("Padding.repeat"),
                Signatures.string("REPEAT", Signatures.STRING, part)),
            Declaration.of("OVERLAY", "OVERLAY(text PLACING other FROM position [FOR length]).",
                MethodCalls.text(MethodCalls.scratch("Padding.overlay"), false, true), SqlStdOperatorTable.OVERLAY),
            Declaration.of("REVERSE", "The characters from the last to the first.",
                MethodCalls.text("Letters.reverse"),
                Signatures.string("REVERSE", Signatures.NULLABLE_STRING, one)),
            Declaration.of("INITCAP", "Each word with a capital and small letters, of ASCII letters.",
                MethodCalls.text("Letters.capitals"), SqlStdOperatorTable.INITCAP),
            Declaration.of("TRANSLATE", "Each character of the second string by the third's at its place, or by " +
                "nothing; NULL of these is as if empty.", LetterFunctions::translated,
                Signatures.string("TRANSLATE", Signatures.STRING_OF_FIRST, three),
                Signatures.string("TRANSLATE3", Signatures.STRING_OF_FIRST, three)),
            Declaration.of("ASCII", "The first byte, 0 of an empty text; negative where the character is not ASCII.",
                MethodCalls.value("Letters.ascii"), Signatures.string("ASCII", ReturnTypes.INTEGER_NULLABLE,
                    OperandTypes.family(SqlTypeFamily.CHARACTER))),
            Declaration.of("CHR", "The character of a code's lowest byte; empty where it is negative.",
                MethodCalls.text("Letters.chr"), Signatures.string("CHR", Signatures.NULLABLE_STRING,
                    OperandTypes.family(SqlTypeFamily.INTEGER))),
            Declaration.of("IS_ALPHA", "Whether the text is letters alone; FALSE of NULL and of numbers.",
                (c, e) -> areAll(c, e, "Letters.areLetters", false),
                Signatures.string("IS_ALPHA", ReturnTypes.BOOLEAN, any)),
            Declaration.of("IS_DIGIT", "Whether the text is digits alone; FALSE of NULL, TRUE of integers.",
                (c, e) -> areAll(c, e, "Letters.areDigits", true),
                Signatures.string("IS_DIGIT", ReturnTypes.BOOLEAN, any)));
    }

    private static Value translated(final Code code, final Expr.Call call)
    {
        final List<Value> operands = MethodCalls.operands(code, call);
        // A string that is NULL has length 0.
        return code.strict(call.type(), operands.subList(0, 1), false, result -> code.assignString(
            result, "Letters.translate(scratch, " + MethodCalls.arguments(operands) + ")", call));
    }

    private static Value joined(final Code code, final Expr.Call call)
    {
        final List<Value> operands = MethodCalls.operands(code, call);
        final Value separator = operands.get(0);
        final List<Value> parts = operands.subList(1, operands.size());
        return code.strict(call.type(), List.of(separator), false, result ->
        {
            final String total = code.fresh("t");
            code.line("long " + total + " = 0L;");
            for (final Value part : parts)
            {
                // A string that is NULL has length 0.
                code.line(total + " += " + part.second() + " + (long)" + separator.second() + ";");
            }
            code.line(result.first() + " = scratch.allocate((int)Math.min(" + total + ", Scratch.MAX_BYTES + 1L));");
            code.open("if (" + result.first() + " == 0L)");
            code.fail(Failure.STRING_TOO_LONG, call);
            code.close();
            final String at = code.fresh("p");
            final String isNext = code.fresh("b");
            code.line("long " + at + " = " + result.first() + ";");
            code.line("boolean " + isNext + " = false;");
            for (final Value part : parts)
            {
                code.open("if (!" + part.isNull() + ")");
                code.open("if (" + isNext + ")");
                code.line("Memory.copy(" + separator.first() + ", " + at + ", " + separator.second() + ");");
                code.line(at + " += " + separator.second() + ";");
                code.close();
                code.line("Memory.copy(" + part.first() + ", " + at + ", " + part.second() + ");");
                code.line(at + " += " + part.second() + ";");
                code.line(isNext + " = true;");
                code.close();
            }
            code.line(result.second() + " = (int)(" + at + " - " + result.first() + ");");
        });
    }

    /** @param ofIntegers what it is of an integer that is not NULL, and in Flink of one that is. */
    private static Value areAll(
        final Code code, final Expr.Call call, final String method, final boolean ofIntegers)
    {
        final Value value = code.emit(call.operands().get(0));
        return !value.type().isString() ?
            code.define(call.type(), Value.NEVER, Boolean.toString(ofIntegers && value.type().isInteger())) :
            code.define(call.type(), Value.NEVER, "!" + value.isNull() + " && " + method + "(" + value.first() +
                ", " + value.second() + ")");
    }
}
