package io.millrace.sql.function;

import io.millrace.sql.runtime.Digests;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransforms;

/** Functions that write numbers, bytes and digests of them as digits. */
final class DigitFunctions
{
    private DigitFunctions()
    {
    }

    static List<Declaration> declarations()
    {
        return List.of(
            Declaration.of("BIN", "An integer's binary digits, 64 of a negative one.",
                MethodCalls.text("Digits.binary"), Signatures.string("BIN", Signatures.STRING,
                    OperandTypes.family(SqlTypeFamily.INTEGER))),
            Declaration.of("HEX", "An integer's hexadecimal digits, 16 of a negative one; of a text, its bytes'.",
                MethodCalls.text("Digits.hex"), Signatures.string("HEX", Signatures.STRING, OperandTypes.or(
                    OperandTypes.family(SqlTypeFamily.INTEGER), OperandTypes.family(SqlTypeFamily.STRING)))),
            digest("MD5", 32), digest("SHA1", 40), digest("SHA224", 56), digest("SHA256", 64), digest("SHA384", 96),
            digest("SHA512", 128));
    }

    private static Declaration digest(final String name, final int digits)
    {
        return Declaration.of(name, "The digest " + name + " of a text, as " + digits + " hexadecimal digits.",
            MethodCalls.text(MethodCalls.of(Digests.class, name.toLowerCase(Locale.ROOT)), false, false),
            Signatures.string(name,
                ReturnTypes.explicit(SqlTypeName.CHAR, digits).andThen(SqlTypeTransforms.TO_NULLABLE),
                OperandTypes.family(SqlTypeFamily.STRING)));
    }
}
