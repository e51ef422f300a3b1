package io.millrace.perf.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * From Enter to the first row: {@code ./millrace run} of the central job upon a small file, as a person types it, with
 * an archive of class data for its Java and without, in turns. Every run's rows are compared with
 * those that Flink gave.
 */
public final class FirstRow
{
    private static final Path CORPUS = Path.of("engine/node/src/test/resources/corpus");
    private static final Path LIB = Path.of("engine/node/target/millrace/lib");
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9A-F]{4})");
    private static final Path RESULT = Path.of("perf/results/first-row.md");

    private static final String PAGE = """
        # From Enter to the first row

        `./millrace run` of the central job over 20,000 lines of JSON, from the start of the launcher to the first byte
        of its first row; median (least–most) of %d rounds in turns. Each run's %d rows are those that Flink gave. The
        build makes an archive of class data for its Java; the first start with another makes its own.

            perf/run FirstRow rounds=%d java=HOME,HOME

        | Java | start | ms |
        |---|---|---|
        """;

    private final Path home = Path.of("").toAbsolutePath();
    private final Path folder = Files.createTempDirectory("millrace-first-row");
    private final List<String> golden;

    private FirstRow() throws IOException
    {
        // Flink writes what lies beyond the sixteen bits of a char as two escapes.
        golden = Files.readAllLines(home.resolve(CORPUS).resolve("golden/u01_seed.jsonl")).stream()
            .map(FirstRow::unescaped).sorted().toList();
    }

    private static String unescaped(final String line)
    {
        return ESCAPE.matcher(line).replaceAll((MatchResult found) ->
            Character.toString((char)Integer.parseInt(found.group(1), 16)));
    }

    /** Arguments: {@code [rounds=10] [java=HOME,HOME]}, from the repository's root. */
    public static void main(final String[] args) throws IOException, InterruptedException
    {
        final Map<String, String> options = new LinkedHashMap<>();
        for (final String arg : args)
        {
            final String[] parts = arg.split("=", 2);
            options.put(parts[0], parts[parts.length - 1]);
        }
        final FirstRow run = new FirstRow();
        try
        {
            run.measure(Integer.parseInt(options.getOrDefault("rounds", "10")),
                List.of(options.getOrDefault("java", System.getProperty("java.home")).split(",")));
        }
        finally
        {
            Folders.delete(run.folder);
        }
    }

    private void measure(final int rounds, final List<String> javas) throws IOException, InterruptedException
    {
        final Machine machine = Machine.here();
        final String load = Machine.load();
        final Map<String, double[]> milliseconds = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++)
        {
            for (final String java : javas)
            {
                final String name = Path.of(java).getFileName().toString();
                removeArchives();
                final double anew = firstRow(java);
                final double later = firstRow(java);
                milliseconds.computeIfAbsent(
                    name + " | first, where the build had another Java", key -> new double[rounds])[round] = anew;
                milliseconds.computeIfAbsent(name + " | others", key -> new double[rounds])[round] = later;
                System.out.printf("round %d, %s: %.0f ms, then %.0f ms%n", round + 1, name, anew, later);
            }
        }
        final StringBuilder page = new StringBuilder(PAGE.formatted(rounds, golden.size(), rounds));
        milliseconds.forEach((name, values) ->
            page.append("| ").append(name).append(" | ").append(Spread.of(values).text("%.0f")).append(" |\n"));
        page.append('\n').append(machine.processor()).append(", ").append(machine.cores()).append(" cores, ")
            .append(machine.kernel()).append(", load ").append(load).append(", commit ").append(machine.commit())
            .append(".\n");
        Files.writeString(home.resolve(RESULT), page);
    }

    private void removeArchives() throws IOException
    {
        try (DirectoryStream<Path> archives = Files.newDirectoryStream(home.resolve(LIB), "*.jsa"))
        {
            for (final Path archive : archives)
            {
                Files.delete(archive);
            }
        }
    }

    /** Runs the job to its end and checks its rows: milliseconds to the first byte of them. */
    private double firstRow(final String java) throws IOException, InterruptedException
    {
        final ProcessBuilder builder = new ProcessBuilder(home.resolve("millrace").toString(), "run",
            home.resolve(CORPUS).resolve("jobs/u01_seed.sql").toString(),
            "-e", "hourly_user_metrics.connector=print",
            "-e", "user_events.path=" + home.resolve(CORPUS).resolve("input/user_events.jsonl"))
            .directory(folder.toFile()).redirectError(folder.resolve("said").toFile());
        builder.environment().put("JAVA_HOME", java);
        final long beginNs = System.nanoTime();
        final Process node = builder.start();
        try (InputStream out = node.getInputStream())
        {
            final int first = out.read();
            final double milliseconds = (System.nanoTime() - beginNs) / 1e6;
            final List<String> rows = ((char)first + new String(out.readAllBytes(), StandardCharsets.UTF_8)).lines()
                .sorted().toList();
            if (node.waitFor() != 0 || !rows.equals(golden))
            {
                throw new IOException("exit code " + node.exitValue() + ", " + rows.size() + " rows of " +
                    golden.size() + ": " + Files.readString(folder.resolve("said")));
            }
            return milliseconds;
        }
        finally
        {
            node.destroyForcibly();
        }
    }
}
