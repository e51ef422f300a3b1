package io.millrace.node.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
 * were found.
 *
 * <p>Each bug is compiled alone into a folder whose classes go before the build's, and runs in another process, since
 * it may well end that.
 */
public final class PlantedBugs
{
    /** Of processor time. */
    private static final long LIMIT_NS = 40_000_000_000L;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int SHOWN = 160;
    private static final String WORKER = "--worker";
    private static final String VERDICT = "verdict ";
    private static final String STALE = "stale ";
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
        final Path home = Path.of(System.getProperty("millrace.home", ".")).toAbsolutePath().normalize();
        for (int i = 0; i + 1 < args.length; i += 2)
        {
            if (args[i].equals(WORKER))
            {
                new PlantedBugs(home, runs).work(List.of(args).subList(i + 1, args.length));
                System.exit(0);
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
                final String name = sorted.get(i).getFileName().toString();
                if (only.isEmpty() || List.of(only.split(",")).stream().anyMatch(name::startsWith))
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
            final List<Future<List<Verdict>>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++)
            {
                final List<BugPatch> share = new ArrayList<>();
                for (int bug = i; bug < bugs.size(); bug += threads)
                {
                    share.add(bugs.get(bug));
                }
                running.add(pool.submit(() -> runShare(share)));
            }
            final List<Verdict> verdicts = new ArrayList<>();
            for (final Future<List<Verdict>> share : running)
            {
                verdicts.addAll(share.get());
            }
            verdicts.sort(Comparator.comparing(verdict -> verdict.bug.name()));
            return verdicts;
        }
        finally
        {
            pool.shutdownNow();
        }
    }

    /** Runs bugs in one process after the other: each goes on with those behind the bug that ended the one before. */
    private List<Verdict> runShare(final List<BugPatch> share) throws IOException
    {
        final List<Verdict> verdicts = new ArrayList<>();
        while (verdicts.size() < share.size())
        {
            final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx640m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Dmillrace.home=" + home, "-cp", System.getProperty("java.class.path"), PlantedBugs.class.getName(),
                "--runs", Long.toString(runs), WORKER));
            share.subList(verdicts.size(), share.size()).forEach(bug -> command.add(bug.name()));
            final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String last = "";
            final int before = verdicts.size();
            try (BufferedReader lines = process.inputReader(UTF_8))
            {
                for (String line = lines.readLine(); line != null; line = lines.readLine())
                {
                    if (line.startsWith(STALE))
                    {
                        throw new IllegalArgumentException(line.substring(STALE.length()));
                    }
                    last = line.startsWith("#") ? last : line;
                    if (line.startsWith(VERDICT))
                    {
                        final String[] parts = line.substring(VERDICT.length()).split("\t", 2);
                        verdicts.add(said(new Verdict(
                            share.get(verdicts.size()), Long.parseLong(parts[0]), parts[1])));
                    }
                }
            }
            if (verdicts.size() == before)
            {
                verdicts.add(said(new Verdict(share.get(before), 1, "the process died: " + last)));
            }
        }
        return verdicts;
    }

    private Verdict said(final Verdict verdict)
    {
        synchronized (System.out)
        {
            System.out.printf("%-36s %s  %s%n", verdict.bug.name(), verdict.seeds == 0 ? "NOT FOUND in " + runs :
                "after " + verdict.seeds, verdict.reason.length() > SHOWN ? verdict.reason.substring(0, SHOWN) :
                verdict.reason);
        }
        return verdict;
    }

    /** In a process of its own: one bug after the other, until one has no end. */
    private void work(final List<String> names) throws IOException, InterruptedException
    {
        for (final String name : names)
        {
            final Path folder = Files.createTempDirectory("bug-");
            final String[] verdict = {""};
            try
            {
                final Path classes = folder.resolve("classes");
                plant(name, folder.resolve("src"), classes);
                final Thread thread = new Thread(() -> verdict[0] = simulate(classes), name);
                thread.setDaemon(true);
                thread.start();
                while (thread.isAlive() && THREADS.getThreadCpuTime(thread.getId()) < LIMIT_NS)
                {
                    thread.join(100);
                }
            }
            finally
            {
                delete(folder);
            }
            System.out.println(VERDICT + (verdict[0].isEmpty() ? "1\tno end" : verdict[0]));
            System.out.flush();
            if (verdict[0].isEmpty())
            {
                Runtime.getRuntime().halt(0);
            }
        }
    }

    /** Compiles a bug's files. A patch that has gone stale is no bug that was found: it ends everything. */
    private void plant(final String name, final Path sources, final Path classes) throws IOException
    {
        try
        {
            compile(BugPatch.read(home.resolve(BUGS).resolve(name + ".patch")).apply(home, sources), classes);
        }
        catch (final IllegalArgumentException e)
        {
            System.out.println(STALE + e.getMessage());
            System.out.flush();
            Runtime.getRuntime().halt(1);
        }
    }

    /** Runs seeds with the bug's classes before all others: seeds, a tab, and how it showed. */
    private String simulate(final Path classes)
    {
        try (PlantedLoader loader = new PlantedLoader(classes))
        {
            return (String)loader.loadClass(Simulate.class.getName())
                .getMethod("untilFirstFailure", long.class).invoke(null, runs);
        }
        catch (final ReflectiveOperationException | IOException e)
        {
            final Throwable cause = e instanceof java.lang.reflect.InvocationTargetException && e.getCause() != null ?
                e.getCause() : e;
            return "1\t" + cause.toString().replace('\n', ' ');
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

    private static void compile(final List<Path> files, final Path target) throws IOException
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

    private static String table(final List<Verdict> verdicts)
    {
        final StringBuilder table = new StringBuilder("| bug | found after seeds | how it shows |\n|---|---:|---|\n");
        for (final Verdict verdict : verdicts)
        {
            final String reason = verdict.reason.replace("|", "¦");
            table.append("| `").append(verdict.bug.name()).append("`: ").append(verdict.bug.description()).append(" | ")
                .append(verdict.seeds == 0 ? "**not found**" : Long.toString(verdict.seeds)).append(" | ")
                .append(reason.length() > 100 ? reason.substring(0, 100) + " …" : reason).append(" |\n");
        }
        return table.toString();
    }
}
