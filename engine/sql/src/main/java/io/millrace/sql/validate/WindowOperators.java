package io.millrace.sql.validate;

import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * What a group window is asked for, kept apart: Calcite turns TUMBLE_END into start plus size, which can't be told
 * from a sum that the job wrote. Each {@code TUMBLE_END(…)} is wrapped before validation and is then found again.
 */
public final class WindowOperators
{
    public static final SqlFunction START = property("MR_WINDOW_START");
    public static final SqlFunction END = property("MR_WINDOW_END");
    public static final SqlFunction TIME = property("MR_WINDOW_TIME");

    private static final Map<String, SqlFunction> BY_NAME =
        Map.of("TUMBLE_START", START, "TUMBLE_END", END, "TUMBLE_ROWTIME", TIME);

    private WindowOperators()
    {
    }

    private static SqlFunction property(final String name)
    {
        return new SqlFunction(name, SqlKind.OTHER_FUNCTION, ReturnTypes.explicit(SqlTypeName.TIMESTAMP, 3), null,
            OperandTypes.ANY, SqlFunctionCategory.TIMEDATE);
    }

    /** The property of a group window that a function of this name asks for, or null. */
    static @Nullable SqlFunction property(final SqlOperator operator)
    {
        return BY_NAME.get(operator.getName().toUpperCase(Locale.ROOT));
    }

    /** Whether this names a property of a group window. */
    static boolean isProperty(final String name)
    {
        return BY_NAME.containsKey(name.toUpperCase(Locale.ROOT));
    }
}
