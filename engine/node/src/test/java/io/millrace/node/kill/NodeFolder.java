package io.millrace.node.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Where one job runs, again and again: its text, its results, its state folder. */
final class NodeFolder
{
    private final Path folder;
    private final List<String> settings = new ArrayList<>();

    NodeFolder(final Path folder, final String job, final Map<String, String> settings) throws IOException
    {
        this.folder = Files.createDirectories(folder);
        Files.writeString(folder.resolve("job.sql"), job);
        settings.forEach((key, value) -> this.settings.addAll(List.of("--set", key + "=" + value)));
    }

    /** Settings under which much happens in little input: several threads or one, small blocks, short intervals. */
    static Map<String, String> settings(final Random random)
    {
        return Map.of(
            "parallelism.default", Integer.toString(1 + random.nextInt(3)),
            "millrace.placement", pick(random, "fused", "balanced", "dedicated"),
            "millrace.durability", pick(random, "none", "async", "async", "sync"),
            "execution.checkpointing.interval", pick(random, "10 ms", "30 ms", "100 ms"),
            "millrace.block.bytes", pick(random, "4kb", "16kb", "64kb"),
            "millrace.max-row-bytes", pick(random, "16kb", "64kb"),
            "millrace.segment.bytes", pick(random, "65536", "1048576"),
            "millrace.memory.state", "256mb",
            "millrace.log.bytes", "131072");
    }

    private static String pick(final Random random, final String... values)
    {
        return values[random.nextInt(values.length)];
    }

    Path path()
    {
        return folder;
    }

    Path state()
    {
        return folder.resolve("state");
    }

    Path out()
    {
        return folder.resolve("out");
    }

    /** The arguments of a run that keeps its state. */
    List<String> arguments()
    {
        final List<String> arguments = new ArrayList<>(List.of("run", "job.sql"));
        arguments.addAll(settings);
        arguments.addAll(List.of("--state", "state"));
        return arguments;
    }

    NodeProcess start()
    {
        return NodeProcess.start(folder, arguments());
    }

    /** Starts it with another number of shards than its settings say. */
    NodeProcess start(final int shards)
    {
        final List<String> arguments = arguments();
        arguments.addAll(List.of("--set", "parallelism.default=" + shards));
        return NodeProcess.start(folder, arguments);
    }

    /** Runs the job without a state folder and without an interruption. */
    Rows runPlain()
    {
        final List<String> arguments = new ArrayList<>(List.of("run", "job.sql"));
        arguments.addAll(settings);
        try (NodeProcess node = NodeProcess.start(folder, arguments))
        {
            if (node.exitCode() != 0)
            {
                throw new AssertionError("exit code " + node.exitCode() + ": " + node.errors());
            }
        }
        return Rows.of(out(), folder.resolve(".millrace").resolve("job"));
    }

    /** What readers of the tables see now. */
    Rows visible()
    {
        return Rows.of(out(), state().resolve("tables"));
    }

    /** Visible files of results. */
    long files()
    {
        try (Stream<Path> files = Files.walk(out()))
        {
            return files.filter((file) -> file.toString().endsWith(".jsonl")).count();
        }
        catch (final IOException | java.io.UncheckedIOException e)
        {
            return 0;
        }
    }

    @Override
    public String toString()
    {
        return folder.getFileName() + " " + settings;
    }
}
