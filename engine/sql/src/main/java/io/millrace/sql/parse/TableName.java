package io.millrace.sql.parse;

import java.util.List;
import org.apache.calcite.sql.SqlIdentifier;
import org.jspecify.annotations.Nullable;

/** Names of tables: there is one database in one catalogue, those that Flink has without being asked. */
public final class TableName
{
    public static final String CATALOG = "default_catalog";
    public static final String DATABASE = "default_database";

    /** What a table with another path is. */
    public static final String ELSEWHERE = "a table of another catalog or database";
    public static final String HINT = "all tables are in " + CATALOG + "." + DATABASE;

    private static final List<String> PATH = List.of(CATALOG, DATABASE);

    private TableName()
    {
    }

    /** The name without catalogue and database; null where they are others. */
    public static @Nullable String of(final SqlIdentifier identifier)
    {
        final List<String> names = identifier.names;
        final int last = names.size() - 1;
        return last <= PATH.size() && isPath(names.subList(0, last)) ? names.get(last) : null;
    }

    /** Whether this is the end of the path to all tables. */
    static boolean isPath(final List<String> names)
    {
        return names.size() <= PATH.size() && PATH.subList(PATH.size() - names.size(), PATH.size()).equals(names);
    }
}
