package io.millrace.node.corpus;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.job.EndpointOpener;
import io.millrace.engine.job.Job;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.sql.SqlFrontEnd;
import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A job of the corpus, its input, and what Flink answered. */
final class CorpusJob
{
    static final int MAX_ROW_BYTES = 1 << 20;
    static final Path CORPUS = Path.of("src/test/resources/corpus").toAbsolutePath();
    private static final ObjectMapper MAPPER = new ObjectMapper()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);
    /**
     * Jobs with sums of DOUBLE by a window table function: Flink adds what it has gathered between two watermarks to
     * what came before, Millrace adds row by row, so that the last digit may differ.
     */
    private static final Set<String> ROUNDED = Set.of("x07_double_sums");
    private static final MathContext DIGITS = new MathContext(14);

    private final String name;
    private final Path out;
    private final JobPlan plan;
    private final Map<Path, Map<String, Integer>> answers = new HashMap<>();

    /**
     * @param overrides options by table, beside the paths that lead to the corpus and to {@code out}.
     */
    CorpusJob(final String name, final Path out, final Map<String, Map<String, String>> overrides) throws IOException
    {
        this.name = name;
        this.out = out;
        final String text = Files.readString(CORPUS.resolve("jobs").resolve(name + ".sql"));
        final SqlFrontEnd frontEnd = new SqlFrontEnd(ConnectorCatalogue.load());
        final Map<String, Map<String, String>> all = new HashMap<>();
        frontEnd.compile(text, Map.of()).tables().forEach((table, declared) ->
        {
            final String path = declared.options().get("path");
            if (path != null && !overrides.getOrDefault(table, Map.of()).containsKey("connector"))
            {
                all.put(table, new HashMap<>(Map.of("path", path.startsWith("input/") ?
                    CORPUS.resolve(path).toString() : out.resolve(path.substring("out/".length())).toString())));
            }
        });
        overrides.forEach((table, options) -> all.computeIfAbsent(table, t -> new HashMap<>()).putAll(options));
        final Compilation compilation = frontEnd.compile(text, all);
        final LogicalJob job = compilation.job();
        if (job == null)
        {
            throw new IllegalArgumentException(name + ": " + compilation.diagnostics());
        }
        plan = JobCompiler.compile(name, job);
    }

    /** The same job with another form of its plan. */
    CorpusJob(final CorpusJob job, final JobPlan plan)
    {
        name = job.name;
        out = job.out;
        this.plan = plan;
    }

    static List<String> names()
    {
        try (Stream<Path> jobs = Files.list(CORPUS.resolve("jobs")))
        {
            return jobs.map(path -> path.getFileName().toString()).filter(file -> file.endsWith(".sql"))
                .map(file -> file.substring(0, file.length() - 4)).sorted().toList();
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
    }

    JobPlan plan()
    {
        return plan;
    }

    Job.Endpoints open()
    {
        return open(InputStream.nullInputStream());
    }

    Job.Endpoints open(final InputStream stdin)
    {
        return new EndpointOpener(ConnectorCatalogue.load(), MAX_ROW_BYTES, stdin, new ByteArrayOutputStream(), "json")
            .open(plan);
    }

    /** The lines that a run left in the folder of the only sink, as they are. */
    List<String> lines() throws IOException
    {
        final List<String> lines = new ArrayList<>();
        for (final Path part : parts(out.resolve(only())))
        {
            lines.addAll(Files.readAllLines(part));
        }
        return lines;
    }

    /** Removes what runs left, so that the job may be run again. */
    void clear() throws IOException
    {
        for (final SinkPlan sink : plan.sinks())
        {
            for (final Path part : parts(Path.of(sink.options().get("path"))))
            {
                Files.delete(part);
            }
        }
    }

    /** What is missing (−) and what is too much (+), sink by sink; empty where every sink equals Flink's answer. */
    List<String> differences() throws IOException
    {
        final List<String> differences = new ArrayList<>();
        try (Stream<Path> goldens = Files.list(CORPUS.resolve("golden")))
        {
            for (final Path golden : goldens.sorted().toList())
            {
                final String file = golden.getFileName().toString();
                if (file.equals(name + ".jsonl") || file.startsWith(name + "."))
                {
                    final String sink = file.equals(name + ".jsonl") ? only() :
                        file.substring(name.length() + 1, file.length() - ".jsonl".length());
                    compare(sink, wanted(golden), rows(parts(out.resolve(sink))), differences);
                }
            }
        }
        return differences;
    }

    private Map<String, Integer> wanted(final Path golden) throws IOException
    {
        Map<String, Integer> rows = answers.get(golden);
        if (rows == null)
        {
            rows = rows(List.of(golden));
            answers.put(golden, rows);
        }
        return rows;
    }

    private String only()
    {
        return plan.sinks().get(0).options().getOrDefault("path", "").replaceAll(".*/", "");
    }

    private void compare(
        final String sink, final Map<String, Integer> wanted, final Map<String, Integer> got,
        final List<String> differences)
    {
        final TreeMap<String, Integer> all = new TreeMap<>(wanted);
        all.replaceAll((row, count) -> -count);
        got.forEach((row, count) -> all.merge(row, count, Integer::sum));
        all.forEach((row, count) ->
        {
            if (count != 0 && differences.size() < 20)
            {
                differences.add(sink + " " + (count > 0 ? "+" : "") + count + " " + row);
            }
        });
    }

    static List<Path> parts(final Path folder) throws IOException
    {
        if (!Files.isDirectory(folder))
        {
            return List.of();
        }
        try (Stream<Path> parts = Files.list(folder))
        {
            return parts.filter(part -> !part.getFileName().toString().startsWith(".")).sorted().toList();
        }
    }

    private Map<String, Integer> rows(final List<Path> files) throws IOException
    {
        final Map<String, Integer> rows = new HashMap<>();
        for (final Path file : files)
        {
            for (final String line : Files.readAllLines(file))
            {
                if (!line.isBlank())
                {
                    rows.merge(canonical(MAPPER.readTree(line)), 1, Integer::sum);
                }
            }
        }
        return rows;
    }

    private String canonical(final JsonNode node)
    {
        if (node.isObject())
        {
            final List<String> names = new ArrayList<>();
            final Iterator<String> fields = node.fieldNames();
            while (fields.hasNext())
            {
                names.add(fields.next());
            }
            Collections.sort(names);
            final StringBuilder text = new StringBuilder("{");
            names.forEach(field -> text.append(field).append(':').append(canonical(node.get(field))).append(','));
            return text.append('}').toString();
        }
        if (node.isNumber())
        {
            final BigDecimal value = ROUNDED.contains(name) ? node.decimalValue().round(DIGITS) : node.decimalValue();
            return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
        }
        return node.toString();
    }
}
