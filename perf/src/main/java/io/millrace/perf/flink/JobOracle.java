package io.millrace.perf.flink;

import io.millrace.perf.peer.Folders;
import io.millrace.perf.search.JobMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;

/**
 * Makes random jobs from seeds, or takes queries that a person wrote; declares their sinks by the types that Flink
 * gives the queries, and runs them with Flink, several in one of its jobs; where that fails, half of them at a time.
 *
 * <p><b>Layout:</b> of the folder, for a job N (a seed, or the name of a file and the number of a query in it):
 * {@code N.sql}, {@code N.jsonl} where the rows are random too, and what Flink answered below {@code N.flink}.
 * {@code N.refused} says why Flink did not plan it or did not run it to its end.
 */
public final class JobOracle
{
    private static final int TOGETHER = 8;

    private final Path folder;
    private final StreamTableEnvironment tables = JudgeEnvironment.create();

    private JobOracle(final Path folder)
    {
        this.folder = folder;
    }

    /**
     * {@code JobOracle SEED COUNT FOLDER} or {@code JobOracle FOLDER FILE...}: a file holds tables, views and queries,
     * and ends in {@code .sql}.
     */
    public static void main(final String[] args) throws Exception
    {
        if (args[0].matches("\\d+"))
        {
            random(Long.parseLong(args[0]), Integer.parseInt(args[1]), folder(args[2]));
        }
        else
        {
            for (final String file : List.of(args).subList(1, args.length))
            {
                written(Path.of(file), folder(args[0]));
            }
        }
        System.exit(0);
    }

    private static Path folder(final String name) throws IOException
    {
        return Files.createDirectories(Path.of(name).toAbsolutePath());
    }

    private static void random(final long first, final int count, final Path folder) throws Exception
    {
        final JobOracle oracle = new JobOracle(folder);
        final List<Planned> together = new ArrayList<>();
        for (long seed = first; seed < first + count; seed++)
        {
            final Path input = folder.resolve(seed + ".jsonl");
            final JobMaker.Made made = JobMaker.make(seed, "j" + seed + "_", input.toString());
            Files.write(input, made.rows());
            oracle.plan(Long.toString(seed), made.declarations(), made.declarations(), made.queries(), together);
            if (together.size() == TOGETHER)
            {
                oracle.run(List.copyOf(together));
                together.clear();
            }
        }
        oracle.run(List.copyOf(together));
    }

    /** Each query is a job of its own, so that one that is refused leaves the others. */
    private static void written(final Path file, final Path folder) throws Exception
    {
        final JobOracle oracle = new JobOracle(folder);
        final List<String> declarations = new ArrayList<>();
        final List<Planned> planned = new ArrayList<>();
        int queries = 0;
        for (final String statement : JobText.statements(Files.readString(file)))
        {
            if (statement.matches("(?is)(SELECT|WITH)\\b.*"))
            {
                final String name = file.getFileName().toString().replace(".sql", "_") + queries++;
                oracle.plan(name, List.of(), declarations, List.of(statement), planned);
            }
            else
            {
                oracle.tables.executeSql(statement);
                declarations.add(statement);
            }
        }
        oracle.run(planned);
    }

    /** A job whose tables are declared, and its INSERTs. */
    private record Planned(String name, List<String> inserts)
    {
    }

    /**
     * @param fresh        of the declarations, those that Flink has not seen.
     * @param declarations tables and views.
     */
    private void plan(final String name, final List<String> fresh, final List<String> declarations,
        final List<String> queries, final List<Planned> planned) throws IOException
    {
        final List<String> statements = new ArrayList<>(declarations);
        final List<String> inserts = new ArrayList<>();
        try
        {
            fresh.forEach(tables::executeSql);
            for (final String query : queries)
            {
                final String sink = "j" + name + "_s" + inserts.size();
                final String declaration = sink(sink, tables.sqlQuery(query).getResolvedSchema(), name);
                tables.executeSql(declaration);
                statements.add(declaration);
                inserts.add("INSERT INTO " + sink + "\n" + query);
            }
            planned.add(new Planned(name, inserts));
        }
        catch (final Exception | AssertionError e)
        {
            Files.writeString(folder.resolve(name + ".refused"),
                "REFUSED " + Rendering.oneLine(Rendering.root(e).getMessage()) + "\n" + queries);
            final String sink = "CREATE TABLE o WITH ('connector' = 'blackhole')";
            statements.add(sink);
            queries.forEach((String query) -> inserts.add("INSERT INTO o\n" + query));
        }
        statements.addAll(inserts);
        Files.writeString(folder.resolve(name + ".sql"), String.join(";\n\n", statements) + ";\n");
    }

    private String sink(final String name, final ResolvedSchema schema, final String job)
    {
        final List<String> columns = new ArrayList<>();
        for (final Column column : schema.getColumns())
        {
            columns.add("`" + column.getName() + "` " +
                column.getDataType().getLogicalType().copy(true).asSummaryString().replaceAll(" \\*.*\\*", ""));
        }
        return "CREATE TABLE " + name + " (\n  " + String.join(",\n  ", columns) + "\n) WITH (\n  'connector' = " +
            "'filesystem',\n  'path' = '" + folder.resolve(job + ".flink").resolve(name) + "',\n" +
            "  'format' = 'json'\n)";
    }

    private void run(final List<Planned> planned) throws IOException
    {
        if (planned.isEmpty())
        {
            return;
        }
        try
        {
            final StatementSet set = tables.createStatementSet();
            planned.forEach((Planned job) -> job.inserts().forEach(set::addInsertSql));
            set.execute().await();
            System.err.println("ran " + planned.get(0).name() + " and " + (planned.size() - 1) + " more");
        }
        catch (final Exception | AssertionError e)
        {
            for (final Planned job : planned)
            {
                final Path answer = folder.resolve(job.name() + ".flink");
                if (Files.exists(answer))
                {
                    Folders.delete(answer);
                }
            }
            if (planned.size() == 1)
            {
                Files.writeString(folder.resolve(planned.get(0).name() + ".refused"),
                    "FAILED " + Rendering.oneLine(Rendering.root(e).toString()));
                return;
            }
            run(planned.subList(0, planned.size() / 2));
            run(planned.subList(planned.size() / 2, planned.size()));
        }
    }
}
