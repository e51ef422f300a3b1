package io.millrace.perf.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * Runs jobs with real Flink and keeps what their sinks hold: one golden a sink, lines in the order of their bytes.
 *
 * <p>A corpus is a folder with {@code jobs/*.sql}, {@code input/} and {@code golden/}. Jobs read {@code input/…} and
 * write {@code out/…}; both are taken relative to the corpus and to a folder of the run. A golden is
 * {@code JOB.jsonl}, or {@code JOB.SINK.jsonl} where a job has several sinks. Every job runs twice and must answer
 * the same.
 *
 * <p><b>Limits:</b> append jobs; a sink that takes changes is refused.
 */
public final class CorpusOracle
{
    private static final Pattern SET = Pattern.compile("(?is)SET\\s+'([^']*)'\\s*=\\s*'([^']*)'");
    private static final Pattern PATH = Pattern.compile("'(input|out)/");

    private final Path corpus;

    public CorpusOracle(final Path corpus)
    {
        this.corpus = corpus.toAbsolutePath();
    }

    /** Writes or checks goldens: {@code CorpusOracle write|check CORPUS JOB...}; no job names mean all. */
    public static void main(final String[] args) throws Exception
    {
        final CorpusOracle oracle = new CorpusOracle(Path.of(args[1]));
        final boolean isCheck = args[0].equals("check");
        int failures = 0;
        for (final Path job : oracle.jobs(List.of(args).subList(2, args.length)))
        {
            failures += oracle.judge(job, isCheck) ? 0 : 1;
        }
        if (!isCheck)
        {
            oracle.writeManifest();
        }
        System.exit(failures == 0 ? 0 : 1);
    }

    /** Lists all goldens with their rows and their hash, as whoever compares with them expects it. */
    private void writeManifest() throws IOException, NoSuchAlgorithmException
    {
        final List<String> manifest = new ArrayList<>();
        manifest.add("golden\tkind\tchanges\trows\tsha256");
        try (Stream<Path> files = Files.list(corpus.resolve("golden")))
        {
            for (final Path file : files.filter((Path path) -> path.toString().endsWith(".jsonl")).sorted().toList())
            {
                final byte[] bytes = Files.readAllBytes(file);
                final long rows = Files.readAllLines(file).size();
                manifest.add(String.join("\t", file.getFileName().toString(), "append", "+" + rows + " -0",
                    Long.toString(rows), HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))));
            }
        }
        Files.write(corpus.resolve("golden").resolve("MANIFEST.tsv"), manifest);
    }

    private List<Path> jobs(final List<String> names) throws IOException
    {
        try (Stream<Path> files = Files.list(corpus.resolve("jobs")))
        {
            return files.filter((Path file) -> file.toString().endsWith(".sql"))
                .filter((Path file) -> names.isEmpty() || names.contains(name(file)) ||
                    names.contains(name(file).substring(0, name(file).indexOf('_'))))
                .sorted().toList();
        }
    }

    private static String name(final Path job)
    {
        final String file = job.getFileName().toString();
        return file.substring(0, file.length() - ".sql".length());
    }

    private boolean judge(final Path job, final boolean isCheck) throws IOException
    {
        final String name = name(job);
        final TreeMap<String, List<String>> answers;
        try
        {
            answers = run(Files.readString(job));
            if (!isCheck && !answers.equals(run(Files.readString(job))))
            {
                System.out.println("FAIL " + name + " two runs differ");
                return false;
            }
        }
        catch (final Exception e)
        {
            System.out.println("FAIL " + name + " " + Rendering.oneLine(Rendering.root(e).toString()));
            return false;
        }
        boolean isSame = true;
        final StringBuilder said = new StringBuilder();
        for (final String sink : answers.keySet())
        {
            final Path golden = corpus.resolve("golden")
                .resolve(name + (answers.size() > 1 ? "." + sink : "") + ".jsonl");
            final List<String> lines = answers.getOrDefault(sink, List.of());
            if (isCheck)
            {
                isSame &= Files.readAllLines(golden).equals(lines);
            }
            else
            {
                Files.write(golden, lines);
            }
            said.append(' ').append(sink).append('=').append(lines.size());
        }
        System.out.println((isSame ? "ok   " : "FAIL ") + name + said);
        return isSame;
    }

    /** Runs a job's text and returns each sink's lines, by the sink's folder. */
    public TreeMap<String, List<String>> run(final String text) throws Exception
    {
        if (text.contains("debezium-json"))
        {
            throw new IllegalArgumentException("a changelog job");
        }
        final Path work = Files.createTempDirectory("judge");
        final Path out = Files.createDirectory(work.resolve("out"));
        try
        {
            final StreamTableEnvironment tables = JudgeEnvironment.create();
            final Matcher path = PATH.matcher(text);
            final String placed = path.replaceAll((MatchResult match) -> Matcher.quoteReplacement(
                "'" + (match.group(1).equals("input") ? corpus.resolve("input") : out) + "/"));
            for (final String statement : JobText.statements(placed))
            {
                final Matcher set = SET.matcher(statement);
                if (set.matches())
                {
                    tables.getConfig().set(set.group(1), set.group(2));
                }
                else
                {
                    tables.executeSql(statement).await();
                }
            }
            return sinks(out);
        }
        finally
        {
            delete(work);
        }
    }

    private static TreeMap<String, List<String>> sinks(final Path out) throws IOException
    {
        final TreeMap<String, List<String>> sinks = new TreeMap<>();
        try (Stream<Path> folders = Files.list(out))
        {
            for (final Path folder : folders.toList())
            {
                sinks.put(folder.getFileName().toString(), lines(folder));
            }
        }
        return sinks;
    }

    private static List<String> lines(final Path folder) throws IOException
    {
        final List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder))
        {
            for (final Path file : files.filter(Files::isRegularFile).toList())
            {
                if (!file.getFileName().toString().matches("[._].*"))
                {
                    lines.addAll(Files.readAllLines(file));
                }
            }
        }
        lines.sort((String a, String b) ->
            Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
        return lines;
    }

    private static void delete(final Path folder) throws IOException
    {
        try (Stream<Path> files = Files.walk(folder))
        {
            files.sorted(Comparator.reverseOrder()).forEach((Path file) ->
            {
                try
                {
                    Files.delete(file);
                }
                catch (final IOException e)
                {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
