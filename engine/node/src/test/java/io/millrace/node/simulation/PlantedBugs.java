package io.millrace.node.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Is the judge blind? Plants one bug after the other in a copy of the shipped classes and runs seeds until it is found:
 * {@code [--runs N] [--every N] [--only NAME] [--threads T] [--table FILE]}. Exit code 0 where at least 95 of a hundred
 * were found.
 *
 * <p>Each bug is compiled alone into a folder that goes before the build's classes, and runs in a process of its own,
 * since a bug may well end it.
 */
public final class PlantedBugs
{
    private static final long LIMIT_SECONDS = 240;
    private static final int WANTED_PERCENT = 95;
    private static final String BUGS = "engine/node/src/test/bugs";

    private final Path home;
    private final long runs;

    /**
     * What came of a bug.
     *
     * @param seeds  until it was found, 0 where it was not.
     * @param reason how it showed.
     */
    record Verdict(BugPatch bug, long seeds, String reason)
    {
    }

    private PlantedBugs(final Path home, final long runs)
    {
        this.home = home;
        this.runs = runs;
    }

    public static void main(final String[] args) throws IOException, InterruptedException, ExecutionException
    {
        long runs = 2000;
        int every = 1;
        int threads = Runtime.getRuntime().availableProcessors();
        String only = "";
        String table = "";
        for (int i = 0; i + 1 < args.length; i += 2)
        {
            switch (args[i])
            {
                case "--runs" -> runs = Long.parseLong(args[i + 1]);
                case "--every" -> every = Integer.parseInt(args[i + 1]);
                case "--threads" -> threads = Integer.parseInt(args[i + 1]);
                case "--only" -> only = args[i + 1];
                case "--table" -> table = args[i + 1];
                default -> throw new IllegalArgumentException("unknown argument " + args[i]);
            }
        }
        final Path home = Path.of(System.getProperty("millrace.home", ".")).toAbsolutePath().normalize();
        final List<BugPatch> bugs = bugs(home, every, only);
        final List<Verdict> verdicts = new PlantedBugs(home, runs).run(bugs, threads);
        final long found = verdicts.stream().filter(verdict -> verdict.seeds > 0).count();
        System.out.println(found + " of " + verdicts.size() + " planted bugs were found");
        if (!table.isEmpty())
        {
            Files.writeString(Path.of(table), table(verdicts));
        }
        System.exit(found * 100 >= verdicts.size() * WANTED_PERCENT ? 0 : 1);
    }

    static List<BugPatch> bugs(final Path home, final int every, final String only) throws IOException
    {
        final List<BugPatch> bugs = new ArrayList<>();
        try (Stream<Path> patches = Files.list(home.resolve(BUGS)))
        {
            final List<Path> sorted = patches.filter(path -> path.toString().endsWith(".patch")).sorted().toList();
            for (int i = 0; i < sorted.size(); i += every)
            {
                if (sorted.get(i).getFileName().toString().contains(only))
                {
                    bugs.add(BugPatch.read(sorted.get(i)));
                }
            }
        }
        return bugs;
    }

    private List<Verdict> run(final List<BugPatch> bugs, final int threads)
        throws InterruptedException, ExecutionException
    {
        final ExecutorService pool = Executors.newFixedThreadPool(threads);
        try
        {
            final List<Future<Verdict>> running = new ArrayList<>();
            bugs.forEach(bug -> running.add(pool.submit(() -> run(bug))));
            final List<Verdict> verdicts = new ArrayList<>();
            for (final Future<Verdict> one : running)
            {
                final Verdict verdict = one.get();
                verdicts.add(verdict);
                System.out.printf("%-44s %s  %s%n", verdict.bug.name(), verdict.seeds == 0 ? "NOT FOUND in " + runs :
                    "after " + verdict.seeds, verdict.reason);
            }
            return verdicts;
        }
        finally
        {
            pool.shutdownNow();
        }
    }

    private Verdict run(final BugPatch bug) throws IOException, InterruptedException
    {
        final Path work = Files.createTempDirectory("bug-" + bug.name());
        try
        {
            compile(bug.apply(home, work.resolve("src")), work.resolve("classes"));
            return simulate(bug, work);
        }
        finally
        {
            try (Stream<Path> files = Files.walk(work))
            {
                for (final Path file : files.sorted(Comparator.reverseOrder()).toList())
                {
                    Files.delete(file);
                }
            }
        }
    }

    private static synchronized void compile(final List<Path> files, final Path target) throws IOException
    {
        Files.createDirectories(target);
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final List<String> arguments = new ArrayList<>(List.of("-nowarn", "-proc:none", "-parameters", "-cp",
            System.getProperty("java.class.path"), "-d", target.toString()));
        files.forEach(file -> arguments.add(file.toString()));
        if (compiler.run(null, null, null, arguments.toArray(new String[0])) != 0)
        {
            throw new IllegalArgumentException(files + " can't be compiled");
        }
    }

    private Verdict simulate(final BugPatch bug, final Path work) throws IOException, InterruptedException
    {
        final Path output = work.resolve("output");
        final Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", "--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED", "-cp",
            work.resolve("classes") + System.getProperty("path.separator") + System.getProperty("java.class.path"),
            Simulate.class.getName(), "--seed", "1", "--runs", Long.toString(runs), "--threads", "1", "--first",
            "true").directory(work.toFile()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
        {
            process.destroyForcibly().waitFor();
            return new Verdict(bug, 1, "no end");
        }
        final String text = Files.readString(output, UTF_8);
        final String failure = text.lines().filter(line -> line.startsWith("seed ")).findFirst().orElse("");
        if (process.exitValue() == 0)
        {
            return new Verdict(bug, 0, "");
        }
        if (failure.isEmpty())
        {
            return new Verdict(bug, 1, "the process ended with " + process.exitValue() + ": " +
                text.lines().reduce((a, b) -> b).orElse(""));
        }
        return new Verdict(bug, Long.parseLong(text.lines().findFirst().orElse("").split(" ", 2)[0]),
            failure.substring(failure.indexOf(": ") + 2));
    }

    private static String table(final List<Verdict> verdicts)
    {
        final StringBuilder table = new StringBuilder("| bug | found after seeds | how it shows |\n|---|---|---|\n");
        for (final Verdict verdict : verdicts)
        {
            final String reason = verdict.reason.replace("|", "¦");
            table.append("| ").append(verdict.bug.name()).append(": ").append(verdict.bug.description()).append(" | ")
                .append(verdict.seeds == 0 ? "**not found**" : Long.toString(verdict.seeds)).append(" | ")
                .append(reason.length() > 100 ? reason.substring(0, 100) + " …" : reason).append(" |\n");
        }
        return table.toString();
    }
}
