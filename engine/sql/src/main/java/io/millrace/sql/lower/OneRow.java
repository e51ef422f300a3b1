package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Field;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.validate.FlinkTypes;
import java.util.List;

/** The table that rows come from which no table holds: those of VALUES, and of a query without FROM. */
final class OneRow
{
    private static final List<Field> FIELDS = List.of(new Field("x", SqlType.of(Kind.BOOLEAN)));
    private static final List<Value> COLUMNS = Value.ofFields(FIELDS);

    private OneRow()
    {
    }

    static TableDeclaration table(final FlinkTypes types)
    {
        return ConstantRows.table(types, FIELDS, COLUMNS, "{}");
    }

    static boolean isRead(final TableDeclaration table)
    {
        return table.columns() == COLUMNS;
    }
}
