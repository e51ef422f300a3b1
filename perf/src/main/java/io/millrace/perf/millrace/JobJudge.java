package io.millrace.perf.millrace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.job.EndpointOpener;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobRunner;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.setting.Settings;
import io.millrace.perf.peer.Folders;
import io.millrace.sql.SqlFrontEnd;
import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs that the oracle of jobs made and compares every sink with what Flink answered: rows as JSON values,
 * numbers by value, in any order. Prints a line for each job that differs.
 */
public final class JobJudge
{
    private static final long STATE_BYTES = 1L << 28;
    private static final JsonFactory JSON = new JsonFactory();

    private final Path folder;
    private final ConnectorCatalogue catalogue = ConnectorCatalogue.load();
    private int held;
    private int differing;
    private int unjudged;

    private JobJudge(final Path folder)
    {
        this.folder = folder;
    }

    /** {@code JobJudge FOLDER [SEED...]}. */
    public static void main(final String[] args) throws Exception
    {
        final JobJudge judge = new JobJudge(Path.of(args[0]).toAbsolutePath());
        final List<String> names = List.of(args).subList(1, args.length);
        final List<Path> jobs;
        try (Stream<Path> files = Files.list(judge.folder))
        {
            jobs = files.filter((Path file) -> file.toString().endsWith(".sql"))
                .filter((Path file) -> names.isEmpty() || names.contains(name(file))).sorted().toList();
        }
        for (final Path job : jobs)
        {
            judge.judge(job);
        }
        System.out.println(judge.held + " hold, " + judge.unjudged + " did not run with Flink, " + judge.differing +
            " differ");
        System.exit(judge.differing == 0 ? 0 : 1);
    }

    private static String name(final Path job)
    {
        return job.getFileName().toString().replace(".sql", "");
    }

    private void judge(final Path job) throws Exception
    {
        final String name = name(job);
        final String text = Files.readString(job).replace(name + ".flink", name + ".millrace");
        final Path answer = folder.resolve(name + ".flink");
        if (Files.exists(folder.resolve(name + ".refused")) || !Files.exists(answer))
        {
            unjudged++;
            return;
        }
        final Path ours = folder.resolve(name + ".millrace");
        if (Files.exists(ours))
        {
            Folders.delete(ours);
        }
        final Compilation compilation = new SqlFrontEnd(catalogue).compile(text, Map.of());
        final LogicalJob logical = compilation.job();
        if (logical == null)
        {
            differ(name, "refused: " + compilation.diagnostics().get(0).message());
            return;
        }
        final @Nullable String failure;
        try
        {
            failure = run(name, JobCompiler.compile("j" + name, logical));
        }
        catch (final RuntimeException e)
        {
            differ(name, "no code: " + e);
            return;
        }
        if (failure != null)
        {
            differ(name, failure);
            return;
        }
        boolean isSame = true;
        try (Stream<Path> sinks = Files.list(answer))
        {
            for (final Path sink : sinks.sorted().toList())
            {
                isSame &= compare(name, sink, ours.resolve(sink.getFileName()));
            }
        }
        held += isSame ? 1 : 0;
        differing += isSame ? 0 : 1;
    }

    private void differ(final String name, final String how)
    {
        differing++;
        System.out.println("DIFF " + name + " " + how);
    }

    private @Nullable String run(final String name, final JobPlan plan) throws IOException
    {
        final Path sideFolder = Files.createTempDirectory("millrace-judge");
        final JobOptions options = JobOptions.of(Settings.of(Map.of(Settings.SHARDS.key(),
            Integer.toString(1 + Math.floorMod(name.hashCode(), 3)))), sideFolder, STATE_BYTES, 2);
        final Job.Endpoints endpoints = new EndpointOpener(catalogue, options.maxRowBytes(),
            InputStream.nullInputStream(), OutputStream.nullOutputStream(), "json").open(plan);
        try (JobRunner runner = new JobRunner(plan, options, endpoints))
        {
            runner.start();
            final Throwable failure = runner.await();
            return failure != null ? "failed: " + failure :
                runner.job().violations().isEmpty() ? null : runner.job().violations().toString();
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static boolean compare(final String name, final Path flink, final Path millrace) throws IOException
    {
        final TreeMap<String, Integer> rows = new TreeMap<>();
        count(flink, -1, rows);
        count(millrace, 1, rows);
        final List<String> wrong = new ArrayList<>();
        rows.forEach((String row, Integer count) ->
        {
            if (count != 0)
            {
                wrong.add((count > 0 ? "+" : "") + count + " " + row);
            }
        });
        if (!wrong.isEmpty())
        {
            System.out.println("DIFF " + name + " " + flink.getFileName() + ": " + wrong.size() + " of " + rows.size() +
                "\n    " + String.join("\n    ", wrong.subList(0, Math.min(6, wrong.size()))));
        }
        return wrong.isEmpty();
    }

    private static void count(final Path sink, final int sign, final TreeMap<String, Integer> rows) throws IOException
    {
        if (!Files.isDirectory(sink))
        {
            return;
        }
        try (Stream<Path> files = Files.walk(sink))
        {
            for (final Path file : files.filter(Files::isRegularFile)
                .filter((Path path) -> !path.getFileName().toString().matches("[._].*")).toList())
            {
                for (final String line : Files.readAllLines(file))
                {
                    rows.merge(canonical(line), sign, Integer::sum);
                }
            }
        }
    }

    private static String canonical(final String line) throws IOException
    {
        final StringBuilder text = new StringBuilder();
        try (JsonParser parser = JSON.createParser(line))
        {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken())
            {
                if (token.isNumeric())
                {
                    final BigDecimal value = parser.getDecimalValue();
                    text.append(value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString());
                }
                else
                {
                    text.append(token == JsonToken.VALUE_STRING ? "\"" + parser.getText() + "\"" : parser.getText());
                }
                text.append(token == JsonToken.FIELD_NAME ? ":" : " ");
            }
        }
        return text.toString();
    }
}
