package io.millrace.perf.peer;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A peer in a process of its own, pinned to one core, with the class path that is its alone: Flink and the engine
 * carry the same compiler in versions of their own.
 *
 * @param name      as shown.
 * @param mainClass of the peer.
 * @param form      of the job that it is asked for.
 * @param jvm       options of its Java.
 * @param ownJars   which entries of this process's class path it sees.
 */
public record PeerProcess(
    String name, String mainClass, String form, List<String> jvm, Predicate<String> ownJars)
{
    static final List<String> FLINK_JVM = List.of("-Xmx6g", "-XX:+UseParallelGC",
        "--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.util=ALL-UNNAMED",
        "--add-opens=java.base/java.time=ALL-UNNAMED", "--add-opens=java.base/java.nio=ALL-UNNAMED",
        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    private static final List<String> MILLRACE_JVM = List.of("-Xmx1g", "-XX:+UseSerialGC",
        "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");

    /** Flink with the job as {@code form}. */
    public static PeerProcess flink(final String form)
    {
        return new PeerProcess("flink-" + form, "io.millrace.perf.flink.FlinkPeer", form, FLINK_JVM,
            PeerProcess::isFlinks);
    }

    /** Millrace with the job as {@code form}. */
    public static PeerProcess millrace(final String form)
    {
        return new PeerProcess("millrace", "io.millrace.perf.millrace.MillracePeer", form, MILLRACE_JVM,
            PeerProcess::isMillraces);
    }

    /** Everything but Millrace's front end and its compiler, whose classes Flink has in versions of its own. */
    public static boolean isFlinks(final String entry)
    {
        return !entry.contains("slf4j-nop") && !entry.contains("calcite") &&
            !entry.contains("codehaus") && !entry.contains("flink-sql-parser") &&
            !entry.contains("millrace-engine") && !entry.matches(".*/engine/[a-z]+/target/.*");
    }

    /** Everything but Flink, save for its parser. */
    public static boolean isMillraces(final String entry)
    {
        return !entry.contains("log4j") && (!entry.contains("org/apache/flink") || entry.contains("flink-sql-parser"));
    }

    /** The entries of this process's class path that {@code isOwn} lets through. */
    public static String classPath(final Predicate<String> isOwn)
    {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).filter(isOwn)
            .collect(Collectors.joining(File.pathSeparator));
    }

    /** Runs it on a core. */
    public Outcome run(final Assignment assignment, final int core) throws IOException, InterruptedException
    {
        final List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core),
            System.getProperty("java.home") + "/bin/java"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", classPath(ownJars), mainClass));
        command.addAll(assignment.withForm(form).arguments());
        final ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putIfAbsent("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
        final Process process = builder.start();
        final List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8))
        {
            reader.lines().forEach(lines::add);
        }
        final int status = process.waitFor();
        if (status != 0)
        {
            throw new IOException(name + " ended with " + status + ": " + lines);
        }
        return Outcome.parse(lines);
    }
}
