package io.millrace.sql;

import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.sql.diagnostic.Diagnostics;
import io.millrace.sql.function.Functions;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.lower.JobLowering;
import io.millrace.sql.validate.OperatorTable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job's text to its meaning: every error of the text is found, each with its place.
 *
 * <p><b>Threading:</b> instances share nothing that changes; use one for many texts, in any thread.
 *
 * <p><b>Errors:</b> diagnostics, never an exception.
 */
public final class SqlFrontEnd
{
    private final ConnectorCatalogue connectors;
    private final OperatorTable operators = new OperatorTable(Functions.operators());

    public SqlFrontEnd(final ConnectorCatalogue connectors)
    {
        this.connectors = connectors;
    }

    /**
     * Compiles a script.
     *
     * @param overrides options of tables given from outside, by table: they win over the WITH clause. Another
     *                  {@code connector} drops the options of the one before, but for {@code format} and its own.
     */
    public Compilation compile(final String text, final Map<String, Map<String, String>> overrides)
    {
        return compile(text, overrides, null);
    }

    /**
     * Compiles a script that may read {@code late$T} and {@code dlq$T}, which it need not declare.
     *
     * @param tablesFolder the folder that holds their folders; null where none was named.
     */
    public Compilation compile(
        final String text, final Map<String, Map<String, String>> overrides, final @Nullable String tablesFolder)
    {
        final Diagnostics diagnostics = new Diagnostics();
        return new JobLowering(connectors, operators, diagnostics, overrides, tablesFolder).compile(text);
    }
}
