package io.millrace.sql.function;

import io.millrace.codecs.SqlType;
import io.millrace.engine.kernel.Failure;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeFamily;

/** Functions of strings. */
final class StringFunctions
{
    private static final String UNICODE = "text that is not ASCII is converted by java.lang.String";

    private StringFunctions()
    {
    }

    static List<Declaration> declarations()
    {
        final SqlOperandTypeChecker one = OperandTypes.family(SqlTypeFamily.STRING);
        final SqlOperandTypeChecker two = OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.STRING);
        final SqlOperandTypeChecker three =
            OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.STRING, SqlTypeFamily.STRING);
        final SqlOperandTypeChecker part = OperandTypes.or(
            OperandTypes.family(SqlTypeFamily.CHARACTER, SqlTypeFamily.INTEGER),
            OperandTypes.family(SqlTypeFamily.CHARACTER, SqlTypeFamily.INTEGER, SqlTypeFamily.INTEGER));
        final SqlOperandTypeChecker trim = OperandTypes.or(one, two);
        return List.of(
            Declaration.of("LIKE", "Whether the text matches a pattern of % and _, with an optional ESCAPE.",
                LikeEmitter::emit, SqlStdOperatorTable.LIKE),
            Declaration.of("||", "Both strings, one after the other.", StringFunctions::concat,
                SqlStdOperatorTable.CONCAT),
            Declaration.of("CONCAT", "All strings, one after the other; NULL where one is.", StringFunctions::concat,
                Signatures.string("CONCAT", Signatures.STRING,
                    OperandTypes.repeat(SqlOperandCountRanges.from(1), OperandTypes.STRING))),
            Declaration.of("UPPER", "The text in capitals.", (c, e) -> text(c, e, "upper"), SqlStdOperatorTable.UPPER)
                .allocating(UNICODE),
            Declaration.of("LOWER", "The text in small letters.", (c, e) -> text(c, e, "lower"),
                SqlStdOperatorTable.LOWER).allocating(UNICODE),
            Declaration.of("TRIM", "TRIM([BOTH | LEADING | TRAILING] characters FROM text).", StringFunctions::trim,
                SqlStdOperatorTable.TRIM),
            Declaration.of("BTRIM", "Trims both ends: blanks, or the given characters.", StringFunctions::trim,
                Signatures.string("BTRIM", Signatures.VARCHAR_OF_FIRST, trim)),
            Declaration.of("LTRIM", "Trims the beginning.", StringFunctions::trim,
                Signatures.string("LTRIM", Signatures.VARCHAR_OF_FIRST, trim)),
            Declaration.of("RTRIM", "Trims the end.", StringFunctions::trim,
                Signatures.string("RTRIM", Signatures.VARCHAR_OF_FIRST, trim)),
            Declaration.of("SUBSTRING", "Characters from a position, counted from 1, or from the end where negative.",
                StringFunctions::substring,
                Signatures.string("SUBSTRING", Signatures.NULLABLE_VARCHAR_OF_FIRST, part),
                Signatures.string("SUBSTR", Signatures.NULLABLE_VARCHAR_OF_FIRST, part)),
            Declaration.of("CHAR_LENGTH", "Characters of the text.", StringFunctions::length,
                SqlStdOperatorTable.CHAR_LENGTH, SqlStdOperatorTable.CHARACTER_LENGTH),
            Declaration.of("POSITION", "Where the first string first occurs in the second, from 1; 0 if nowhere.",
                StringFunctions::position, SqlStdOperatorTable.POSITION),
            Declaration.of("REPLACE", "The text with every occurrence of the second replaced by the third.",
                StringFunctions::replace, Signatures.string("REPLACE", Signatures.STRING, three)),
            Declaration.of("SPLIT_INDEX", "The token at an index from 0, of the text split at a string or code.",
                StringFunctions::splitIndex, Signatures.string("SPLIT_INDEX", Signatures.NULLABLE_STRING,
                    OperandTypes.or(
                        OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.INTEGER, SqlTypeFamily.INTEGER),
                        OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.STRING, SqlTypeFamily.INTEGER)))));
    }

    private static List<Value> operands(final Code code, final Expr.Call call)
    {
        final List<Value> values = new ArrayList<>();
        for (final Expr operand : call.operands())
        {
            values.add(code.emit(operand));
        }
        return values;
    }

    private static String pair(final Value value)
    {
        return value.first() + ", " + value.second();
    }

    private static Value concat(final Code code, final Expr.Call call)
    {
        final List<Value> parts = operands(code, call);
        return code.strict(call.type(), parts, false, result ->
        {
            final StringBuilder total = new StringBuilder();
            for (final Value part : parts)
            {
                total.append(total.isEmpty() ? "(long)" : " + ").append(part.second());
            }
            final String length = code.fresh("t");
            code.line("final long " + length + " = " + total + ";");
            code.line(result.first() + " = scratch.allocate((int)Math.min(" + length +
                ", Scratch.MAX_BYTES + 1L));");
            code.open("if (" + result.first() + " == 0L)");
            code.fail(Failure.STRING_TOO_LONG, call);
            code.close();
            code.line(result.second() + " = (int)" + length + ";");
            final String at = code.fresh("p");
            code.line("long " + at + " = " + result.first() + ";");
            for (final Value part : parts)
            {
                code.line("Memory.copy(" + part.first() + ", " + at + ", " + part.second() + ");");
                code.line(at + " += " + part.second() + ";");
            }
        });
    }

    private static Value text(final Code code, final Expr.Call call, final String method)
    {
        final List<Value> operands = operands(code, call);
        return code.strict(call.type(), operands, false, result ->
            code.assignString(result, "Strings." + method + "(scratch, " + pair(operands.get(0)) + ")", call));
    }

    private static Value trim(final Code code, final Expr.Call call)
    {
        final String function = call.function();
        final Value value;
        final Value set;
        boolean isLeading = !"RTRIM".equals(function);
        boolean isTrailing = !"LTRIM".equals(function);
        if ("TRIM".equals(function))
        {
            final Object flag = ((Expr.Literal)call.operands().get(0)).value();
            isLeading = !"TRAILING".equals(flag);
            isTrailing = !"LEADING".equals(flag);
            set = code.emit(call.operands().get(1));
            value = code.emit(call.operands().get(2));
        }
        else
        {
            value = code.emit(call.operands().get(0));
            set = call.operands().size() > 1 ? code.emit(call.operands().get(1)) :
                code.stringConstant(SqlType.string(), " ");
        }
        final String ends = ", " + isLeading + ", " + isTrailing + ", ";
        return code.strict(call.type(), List.of(value, set), false, result ->
        {
            code.line(result.first() + " = Strings.trim(scratch, " + pair(value) + ends + pair(set) + ");");
            code.line(result.second() + " = scratch.length;");
        });
    }

    private static Value substring(final Code code, final Expr.Call call)
    {
        final List<Value> operands = operands(code, call);
        return code.strict(call.type(), operands, operands.size() > 2, result ->
        {
            final String count = operands.size() > 2 ? "(int)" + operands.get(2).first() : "Integer.MAX_VALUE";
            code.line(result.first() + " = Strings.substring(scratch, " + pair(operands.get(0)) + ", (int)" +
                operands.get(1).first() + ", " + count + ");");
            code.line(result.second() + " = scratch.length;");
            if (operands.size() > 2)
            {
                code.line(result.isNull() + " = scratch.isNull;");
            }
        });
    }

    private static Value length(final Code code, final Expr.Call call)
    {
        final Value value = code.emit(call.operands().get(0));
        return code.define(call.type(), value.isNull(), "Utf8.count(" + pair(value) + ")");
    }

    private static Value position(final Code code, final Expr.Call call)
    {
        final List<Value> operands = operands(code, call);
        return code.strict(call.type(), operands, false, result -> code.line(result.first() +
            " = Strings.position(" + pair(operands.get(0)) + ", " + pair(operands.get(1)) + ", " +
            (operands.size() > 2 ? "(int)" + operands.get(2).first() : "1") + ");"));
    }

    private static Value replace(final Code code, final Expr.Call call)
    {
        final List<Value> operands = operands(code, call);
        return code.strict(call.type(), operands, false, result -> code.assignString(result,
            "Strings.replace(scratch, " + pair(operands.get(0)) + ", " + pair(operands.get(1)) + ", " +
                pair(operands.get(2)) + ")", call));
    }

    private static Value splitIndex(final Code code, final Expr.Call call)
    {
        final List<Value> operands = operands(code, call);
        final Value separator = operands.get(1);
        return code.strict(call.type(), operands, true, result ->
        {
            code.assignString(result, "Strings.splitIndex(scratch, " + pair(operands.get(0)) + ", " +
                (separator.type().isString() ? pair(separator) : "(int)" + separator.first()) + ", (int)" +
                operands.get(2).first() + ")", call);
            code.line(result.isNull() + " = scratch.isNull;");
        });
    }
}
