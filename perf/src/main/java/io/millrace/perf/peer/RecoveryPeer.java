package io.millrace.perf.peer;

import io.millrace.perf.workload.RecoveryRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is killed and started again: how its processes are started, where its checkpoints show and how it prints.
 *
 * @param shown    a line of the short windows: hour, minute and second of the end, count, sum.
 * @param daily    a line of the long window: user, count, sum, pages.
 * @param manifest how the file's name begins that a checkpoint's folder has once it is complete.
 */
record RecoveryPeer(
    String name, RecoveryRows rows, Path folder, List<String> command, Path checkpoints, String manifest,
    Pattern shown, Pattern daily)
{
    private static final String CONNECTED = "'connector'='%s'";

    /** A node of Millrace, by the launcher, from a file of JSON lines. */
    static RecoveryPeer millrace(final Path folder, final RecoveryRows rows, final Path input, final String interval)
        throws IOException
    {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("job.sql"), RecoveryRows.sql(
            "'connector'='filesystem', 'path'='" + input + "', 'format'='json'",
            "'connector'='filesystem', 'path'='" + folder.resolve("out") + "', 'format'='json'",
            CONNECTED.formatted("print")));
        return new RecoveryPeer("Millrace", rows, folder, List.of(Path.of("millrace").toAbsolutePath().toString(),
            "run", "job.sql", "--state", "state", "--output", "json", "--set",
            "execution.checkpointing.interval=" + interval), folder.resolve("state/checkpoints"), "MANIFEST",
            Pattern.compile("\"w\":\"\\S+ (\\d\\d):(\\d\\d):(\\d\\d)\",\"c\":(\\d+),\"s\":(\\d+)"),
            Pattern.compile("\"user_id\":\"(\\w+)\",\"c\":(\\d+),\"s\":(\\d+),\"pages\":(\\d+)"));
    }

    /**
     * Flink in a process of its own, from rows made in memory.
     *
     * @param rocksdb memory for RocksDB, which then holds the state; "" for state on the heap.
     */
    static RecoveryPeer flink(final Path folder, final RecoveryRows rows, final String interval, final String heap,
        final String rocksdb) throws IOException
    {
        Files.createDirectories(folder);
        final List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(PeerProcess.FLINK_JVM);
        command.addAll(List.of("-Xmx" + heap, "-cp", PeerProcess.classPath(PeerProcess::isFlinks),
            "io.millrace.perf.flink.FlinkRecovery", "keys=" + rows.keys(), "rows=" + rows.rows(),
            "interval=" + interval, "checkpoints=" + folder.resolve("checkpoints")));
        if (!rocksdb.isEmpty())
        {
            command.add("rocksdb=" + rocksdb);
        }
        return new RecoveryPeer("Flink", rows, folder, command, folder.resolve("checkpoints"), "_metadata",
            Pattern.compile("shown\\S*> \\+I\\[\\S+T(\\d\\d):(\\d\\d)(?::(\\d\\d))?, (\\d+), (\\d+)\\]"),
            Pattern.compile("daily\\S*> \\+I\\[(\\w+), (\\d+), (\\d+), (\\d+)\\]"));
    }

    /**
     * Starts a process.
     *
     * @param newest the checkpoint from which it goes on; null for the first.
     */
    Process start(final String said, final @Nullable Path newest) throws IOException
    {
        final List<String> arguments = new ArrayList<>(command);
        if (newest != null && manifest.startsWith("_"))
        {
            arguments.add("restore=" + newest);
        }
        final ProcessBuilder builder = new ProcessBuilder(arguments).directory(folder.toFile())
            .redirectOutput(folder.resolve(said + ".out").toFile())
            .redirectError(folder.resolve(said + ".txt").toFile());
        builder.environment().putIfAbsent("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
        return builder.start();
    }

    /** Folders of checkpoints, be they complete or not. */
    List<Path> checkpointFolders(final boolean isComplete)
    {
        try (Stream<Path> all = Files.walk(checkpoints, 2))
        {
            return all.filter(path -> path.getFileName().toString().matches("chk-\\d+|\\d+"))
                .filter(path -> !isComplete || isComplete(path)).toList();
        }
        catch (final IOException | java.io.UncheckedIOException e)
        {
            // One was deleted meanwhile.
            return List.of();
        }
    }

    /** Whether a checkpoint has its manifest, be it one that was not forced. */
    private boolean isComplete(final Path checkpoint)
    {
        final String[] files = checkpoint.toFile().list();
        return files != null &&
            Stream.of(files).anyMatch(file -> file.startsWith(manifest) && !file.endsWith(".tmp"));
    }

    /** The newest complete checkpoint. */
    Path newest() throws IOException
    {
        return checkpointFolders(true).stream()
            .max(java.util.Comparator.comparingLong(path -> Long.parseLong(
                path.getFileName().toString().toLowerCase(Locale.ROOT).replaceAll("\\D", ""))))
            .orElseThrow(() -> new IOException("no checkpoint of " + name));
    }

    /** The lines of all visible part files of a folder, if it is there. */
    static List<String> lines(final Path folder) throws IOException
    {
        final List<String> lines = new ArrayList<>();
        if (Files.isDirectory(folder))
        {
            try (Stream<Path> parts = Files.list(folder))
            {
                for (final Path part : parts.filter(file -> file.getFileName().toString().startsWith("part")).toList())
                {
                    lines.addAll(Files.readAllLines(part));
                }
            }
        }
        return lines;
    }

    /** Bytes of all files of a folder. */
    static long bytes(final Path folder) throws IOException
    {
        try (Stream<Path> files = Files.walk(folder))
        {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
