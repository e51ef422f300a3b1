package io.millrace.node.simulation;

import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.plan.JobPlan;
import io.millrace.sql.SqlFrontEnd;
import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import java.util.List;
import java.util.Map;

/**
 * A job that simulations run, compiled once, and what the judge knows of it: which of the four statements it has, each
 * with the tables that it reads.
 */
enum ModelJob
{
    KEYED("events", Statement.BY_KEY),
    PUBLISHED("published", Statement.BY_KEY, Statement.PLAIN),
    MIXED("events", Statement.BY_KEY, Statement.TOTALS, Statement.PLAIN),
    TOTALS("published", Statement.TOTALS),
    UNION("events, published", Statement.BY_KEY, Statement.TOTALS);

    static final long WINDOW_MS = 60_000;
    static final long DELAY_MS = 5000;

    /** An INSERT, and the name of its sink. */
    enum Statement
    {
        BY_KEY("k STRING, n BIGINT, total BIGINT, pages BIGINT, last STRING, w TIMESTAMP(3)", """
            SELECT k, COUNT(*), SUM(v), COUNT(DISTINCT p), MAX(p), window_end
            FROM TABLE(TUMBLE(TABLE source, DESCRIPTOR(t), INTERVAL '1' MINUTE)) WHERE v <> 0
            GROUP BY k, window_start, window_end"""),
        TOTALS("n BIGINT, total BIGINT, ks BIGINT, first_p STRING, w TIMESTAMP(3)", """
            SELECT COUNT(*), SUM(v), COUNT(DISTINCT k), MIN(p), window_end
            FROM TABLE(TUMBLE(TABLE source, DESCRIPTOR(t), INTERVAL '1' MINUTE))
            GROUP BY window_start, window_end"""),
        PLAIN("k STRING, share BIGINT, t TIMESTAMP(3)", "SELECT k, 100 / v, t FROM source WHERE p LIKE '/x%'");

        private final String columns;
        private final String query;

        Statement(final String columns, final String query)
        {
            this.columns = columns;
            this.query = query;
        }

        String sink()
        {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        boolean hasWindow()
        {
            return this != PLAIN;
        }
    }

    private final List<String> tables;
    private final List<Statement> statements;
    private final JobPlan plan;

    ModelJob(final String tables, final Statement... statements)
    {
        this.tables = List.of(tables.split(", "));
        this.statements = List.of(statements);
        plan = compile();
    }

    private JobPlan compile()
    {
        final StringBuilder text = new StringBuilder();
        for (final String table : tables)
        {
            text.append("CREATE TABLE ").append(table).append("""
                 (k STRING, v BIGINT, p STRING, t TIMESTAMP(3), WATERMARK FOR t AS t - INTERVAL '5' SECOND)
                WITH ('connector' = 'filesystem', 'path' = 'none', 'format' = 'json');
                """);
        }
        statements.forEach(statement -> text.append("CREATE TABLE ").append(statement.sink()).append(" (")
            .append(statement.columns).append(") WITH ('connector' = 'blackhole');\n"));
        if (tables.size() > 1)
        {
            text.append("CREATE VIEW source AS SELECT * FROM ").append(String.join(" UNION ALL SELECT * FROM ", tables))
                .append(";\n");
        }
        text.append("EXECUTE STATEMENT SET BEGIN\n");
        statements.forEach(statement -> text.append("INSERT INTO ").append(statement.sink()).append(' ')
            .append(tables.size() > 1 ? statement.query : statement.query.replace("source", tables.get(0)))
            .append(";\n"));
        final Compilation compilation =
            new SqlFrontEnd(ConnectorCatalogue.load()).compile(text.append("END;\n").toString(), Map.of());
        final LogicalJob job = compilation.job();
        if (job == null)
        {
            throw new IllegalArgumentException(name() + ": " + compilation.diagnostics());
        }
        return JobCompiler.compile("simulated", job);
    }

    JobPlan plan()
    {
        return plan;
    }

    /** Names of the tables that are read, in the order of the plan. */
    List<String> tables()
    {
        return plan.tables().stream().map(table -> table.name()).toList();
    }

    /** In the order of the plan. */
    List<Statement> statements()
    {
        return statements;
    }
}
