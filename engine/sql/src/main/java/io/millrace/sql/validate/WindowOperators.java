package io.millrace.sql.validate;

import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlShuttle;

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

    /** Whether this names a property of a group window. */
    static boolean isProperty(final String name)
    {
        return BY_NAME.containsKey(name.toUpperCase(Locale.ROOT));
    }

    /** Wraps the properties of group windows everywhere in a query. */
    static SqlNode wrap(final SqlNode query)
    {
        final SqlNode wrapped = query.accept(new SqlShuttle()
        {
            @Override
            public SqlNode visit(final SqlCall call)
            {
                final SqlNode copy = super.visit(call);
                final SqlFunction property = BY_NAME.get(call.getOperator().getName().toUpperCase(Locale.ROOT));
                return property == null || !(copy instanceof SqlCall inner) ? copy :
                    property.createCall(call.getParserPosition(), SqlStdOperatorTable.TUMBLE_START.createCall(
                        call.getParserPosition(), inner.getOperandList()));
            }
        });
        return wrapped == null ? query : wrapped;
    }
}
