package io.millrace.sql.function;

import io.millrace.sql.codegen.Emitter;
import io.millrace.sql.runtime.Regexes;
import java.util.List;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeFamily;

/** Functions that look for a string, or for a regular expression. */
final class SearchFunctions
{
    private static final String UNICODE = "text that is not ASCII, and patterns that are met for the first time";

    private SearchFunctions()
    {
    }

    static List<Declaration> declarations()
    {
        final SqlOperandTypeChecker two = OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.STRING);
        final SqlOperandTypeChecker from =
            OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.STRING, SqlTypeFamily.INTEGER);
        final SqlOperandTypeChecker nth = OperandTypes.family(
            SqlTypeFamily.STRING, SqlTypeFamily.STRING, SqlTypeFamily.INTEGER, SqlTypeFamily.INTEGER);
        final SqlOperandTypeChecker three =
            OperandTypes.family(SqlTypeFamily.STRING, SqlTypeFamily.STRING, SqlTypeFamily.STRING);
        final Emitter found = MethodCalls.value(MethodCalls.of(Regexes.class, "isFound"), true);
        final Emitter extract = MethodCalls.text(MethodCalls.of(Regexes.class, "extract"), true, true);
        final Emitter replace = MethodCalls.text(MethodCalls.of(Regexes.class, "replace"), true, true);
        return List.of(
            Declaration.of("STARTSWITH", "Whether the first string begins with the second.",
                MethodCalls.value("Search.startsWith"),
                Signatures.string("STARTSWITH", ReturnTypes.BOOLEAN_NULLABLE, two)),
            Declaration.of("ENDSWITH", "Whether the first string ends with the second.",
                MethodCalls.value("Search.endsWith"),
                Signatures.string("ENDSWITH", ReturnTypes.BOOLEAN_NULLABLE, two)),
            Declaration.of("INSTR", "Where the second string occurs in the first: at or behind a position, or from " +
                "the end where that is negative; for the nth time.",
                MethodCalls.value(MethodCalls.scratch("Search.instr"), true),
                Signatures.string("INSTR", ReturnTypes.INTEGER_NULLABLE, OperandTypes.or(two, from, nth))),
            Declaration.of("LOCATE", "Where the first string occurs in the second, at or behind a position.",
                MethodCalls.value("Search.locate"),
                Signatures.string("LOCATE", ReturnTypes.INTEGER_NULLABLE, OperandTypes.or(two, from))),
            Declaration.of("REGEXP", "Whether a regular expression is found; an empty one is not.", found,
                Signatures.string("REGEXP", ReturnTypes.BOOLEAN_NULLABLE, two)).allocating(UNICODE),
            Declaration.of("REGEXP_EXTRACT", "What a regular expression finds first, or a group of it; else NULL.",
                extract, Signatures.string("REGEXP_EXTRACT", Signatures.NULLABLE_STRING,
                    OperandTypes.or(OperandTypes.STRING_STRING_INTEGER, OperandTypes.STRING_STRING)))
                .allocating(UNICODE),
            Declaration.of("REGEXP_REPLACE", "The text with everything a regular expression finds replaced.",
                replace, Signatures.string("REGEXP_REPLACE", Signatures.STRING, three)).allocating(UNICODE));
    }
}
