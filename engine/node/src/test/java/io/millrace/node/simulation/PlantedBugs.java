package io.millrace.node.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Is the judge blind? Plants one bug after the other in a copy of the shipped classes and runs seeds until it is found:
 * {@code [--runs N] [--every N] [--only NAME] [--threads T] [--table FILE]}. Exit code 0 where at least 95 of a hundred
 * were found, and no search failed.
 *
 * <p>Each bug is compiled alone into a folder whose classes go before the build's, and runs in another process, since
 * it may well have no end. Where that process dies, or what is planted can't be compiled or loaded, nothing is known of
 * the bug: the search has failed.
 */
public final class PlantedBugs
{
    /** Of processor time. */
    private static final long SEED_NS = 40_000_000_000L;
    private static final long SEARCH_NS = 300_000_000_000L;
    private static final int SHOWN = 160;
    private static final String WORKER = "--worker";
    private static final int WANTED_PERCENT = 95;
    private static final String BUGS = "engine/node/src/test/bugs";

    private final Path home;
    private final long runs;

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
        final Path home = Path.of(System.getProperty("millrace.home", ".")).toAbsolutePath().normalize();
        for (int i = 0; i + 1 < args.length; i += 2)
        {
            if (args[i].equals(WORKER))
            {
                new PlantedBugs(home, runs).work(List.of(args).subList(i + 1, args.length));
                // Without regard to a thread that has no end.
                Runtime.getRuntime().halt(0);
            }
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
        final List<BugPatch> bugs = bugs(home, every, only);
        final Map<BugPatch, BugSearch.Verdict> verdicts = new PlantedBugs(home, runs).run(bugs, threads);
        final long found = count(verdicts, BugSearch.End.FOUND);
        final long failed = count(verdicts, BugSearch.End.FAILED);
        System.out.println(found + " of " + verdicts.size() + " planted bugs were found" +
            (failed == 0 ? "" : ", the search for " + failed + " failed"));
        if (!table.isEmpty())
        {
            Files.writeString(Path.of(table), table(verdicts));
        }
        System.exit(failed == 0 && found * 100 >= verdicts.size() * WANTED_PERCENT ? 0 : 1);
    }

    private static long count(final Map<BugPatch, BugSearch.Verdict> verdicts, final BugSearch.End end)
    {
        return verdicts.values().stream().filter(verdict -> verdict.end() == end).count();
    }

    static List<BugPatch> bugs(final Path home, final int every, final String only) throws IOException
    {
        final List<BugPatch> bugs = new ArrayList<>();
        try (Stream<Path> patches = Files.list(home.resolve(BUGS)))
        {
            final List<Path> sorted = patches.filter(path -> path.toString().endsWith(".patch")).sorted().toList();
            for (int i = 0; i < sorted.size(); i += every)
            {
                final String name = sorted.get(i).getFileName().toString();
                if (only.isEmpty() || List.of(only.split(",")).stream().anyMatch(name::startsWith))
                {
                    bugs.add(BugPatch.read(sorted.get(i)));
                }
            }
        }
        return bugs;
    }

    private Map<BugPatch, BugSearch.Verdict> run(final List<BugPatch> bugs, final int threads)
        throws InterruptedException, ExecutionException
    {
        final ExecutorService pool = Executors.newFixedThreadPool(threads);
        try
        {
            final List<Future<Map<BugPatch, BugSearch.Verdict>>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++)
            {
                final List<BugPatch> share = new ArrayList<>();
                for (int bug = i; bug < bugs.size(); bug += threads)
                {
                    share.add(bugs.get(bug));
                }
                running.add(pool.submit(() -> runShare(share)));
            }
            final Map<BugPatch, BugSearch.Verdict> verdicts = new TreeMap<>(Comparator.comparingInt(BugPatch::number));
            for (final Future<Map<BugPatch, BugSearch.Verdict>> share : running)
            {
                verdicts.putAll(share.get());
            }
            return verdicts;
        }
        finally
        {
            pool.shutdownNow();
        }
    }

    /** Runs bugs in one process after the other: each goes on with those behind the bug that ended the one before. */
    private Map<BugPatch, BugSearch.Verdict> runShare(final List<BugPatch> share)
        throws IOException, InterruptedException
    {
        final Map<BugPatch, BugSearch.Verdict> verdicts = new LinkedHashMap<>();
        while (verdicts.size() < share.size())
        {
            final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx640m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Dmillrace.home=" + home, "-cp", System.getProperty("java.class.path"), PlantedBugs.class.getName(),
                "--runs", Long.toString(runs), WORKER));
            share.subList(verdicts.size(), share.size()).forEach(bug -> command.add(bug.name()));
            hear(new ProcessBuilder(command), share, verdicts);
        }
        return verdicts;
    }

    /**
     * Takes what a process says of the first bugs of which nothing is known yet. The one that it worked on when it died
     * is judged no more.
     */
    static void hear(
        final ProcessBuilder worker, final List<BugPatch> bugs, final Map<BugPatch, BugSearch.Verdict> verdicts)
        throws IOException, InterruptedException
    {
        final int before = verdicts.size();
        final Process process = worker.redirectErrorStream(true).start();
        String last = "";
        try (BufferedReader lines = process.inputReader(UTF_8))
        {
            for (String line = lines.readLine(); line != null; line = lines.readLine())
            {
                // Of the many lines behind a crash of the Java machine, the first.
                last = line.startsWith("#") && (last.startsWith("# ") || line.length() == 1) ? last : line;
                if (line.startsWith(BugSearch.Verdict.BEGIN))
                {
                    judged(bugs.get(verdicts.size()), BugSearch.Verdict.of(line), verdicts);
                }
            }
        }
        final int exit = process.waitFor();
        if (verdicts.size() < bugs.size() && (exit != 0 || verdicts.size() == before))
        {
            judged(bugs.get(verdicts.size()), new BugSearch.Verdict(BugSearch.End.FAILED, 0,
                "its process ended with exit code " + exit + ": " + last), verdicts);
        }
    }

    private static void judged(
        final BugPatch bug, final BugSearch.Verdict verdict, final Map<BugPatch, BugSearch.Verdict> verdicts)
    {
        verdicts.put(bug, verdict);
        final String reason = verdict.reason();
        synchronized (System.out)
        {
            System.out.printf("%-36s %s  %s%n", bug.name(), switch (verdict.end())
            {
                case FOUND -> "after " + verdict.seeds();
                case NOT_FOUND -> "NOT FOUND in " + verdict.seeds();
                case FAILED -> "FAILED";
            }, reason.length() > SHOWN ? reason.substring(0, SHOWN) : reason);
        }
    }

    /** In a process of its own: one bug after the other, until one has no end or a search fails. */
    private void work(final List<String> names) throws IOException, InterruptedException
    {
        for (final String name : names)
        {
            final BugSearch.Verdict verdict = search(name);
            System.out.println(verdict.line());
            System.out.flush();
            if (verdict.end() == BugSearch.End.FAILED || verdict.reason().equals(BugSearch.NO_END))
            {
                return;
            }
        }
    }

    private BugSearch.Verdict search(final String name) throws IOException, InterruptedException
    {
        final Path folder = Files.createTempDirectory("bug-");
        final Path classes = Files.createDirectories(folder.resolve("classes"));
        try (PlantedLoader loader = new PlantedLoader(classes))
        {
            compile(BugPatch.read(home.resolve(BUGS).resolve(name + ".patch")).apply(home, folder.resolve("src")),
                classes);
            final Method simulation = loader.loadClass(Simulate.class.getName()).getMethod("failure", long.class);
            return new BugSearch(seed -> call(simulation, seed), SEED_NS, SEARCH_NS).run(runs);
        }
        catch (final IllegalArgumentException | ReflectiveOperationException e)
        {
            return new BugSearch.Verdict(BugSearch.End.FAILED, 0, e.toString());
        }
        finally
        {
            delete(folder);
        }
    }

    private static String call(final Method simulation, final long seed)
    {
        try
        {
            return (String)simulation.invoke(null, seed);
        }
        catch (final ReflectiveOperationException e)
        {
            throw new IllegalStateException("no seed can be run", e.getCause() == null ? e : e.getCause());
        }
    }

    private static void delete(final Path folder) throws IOException
    {
        try (Stream<Path> files = Files.walk(folder))
        {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList())
            {
                Files.delete(file);
            }
        }
    }

    static void compile(final List<Path> files, final Path target) throws IOException
    {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final List<String> arguments = new ArrayList<>(List.of("-nowarn", "-proc:none", "-parameters", "-cp",
            System.getProperty("java.class.path"), "-d", target.toString()));
        files.forEach(file -> arguments.add(file.toString()));
        if (compiler.run(null, null, null, arguments.toArray(new String[0])) != 0)
        {
            throw new IllegalArgumentException(files + " can't be compiled");
        }
    }

    private static String table(final Map<BugPatch, BugSearch.Verdict> verdicts)
    {
        final StringBuilder table = new StringBuilder("| bug | found after seeds | how it shows |\n|---|---:|---|\n");
        verdicts.forEach((bug, verdict) ->
        {
            final String reason = verdict.reason().replace("|", "¦");
            table.append("| `").append(bug.name()).append("`: ").append(bug.description()).append(" | ")
                .append(switch (verdict.end())
                {
                    case FOUND -> Long.toString(verdict.seeds());
                    case NOT_FOUND -> "**not found** in " + verdict.seeds();
                    case FAILED -> "**the search failed**";
                }).append(" | ")
                .append(reason.length() > 100 ? reason.substring(0, 100) + " …" : reason).append(" |\n");
        });
        return table.toString();
    }
}
