package io.millrace.perf.latency;

import io.millrace.perf.peer.PeerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process with the class path of this one, Flink aside. */
final class ChildProcess implements AutoCloseable
{
    private final Process process;
    private final Path said;

    /**
     * @param cores as taskset takes them; empty for any.
     * @param said  file that takes what it prints.
     */
    ChildProcess(
        final String cores, final Path said, final List<String> options, final String mainClass,
        final List<String> arguments) throws IOException
    {
        this.said = said;
        final List<String> command = new ArrayList<>();
        if (!cores.isEmpty())
        {
            command.addAll(List.of("taskset", "-c", cores));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx512m", "-XX:MaxDirectMemorySize=2g",
            "-XX:-UsePerfData", "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-cp", PeerProcess.classPath(PeerProcess::isMillraces), mainClass));
        command.addAll(arguments);
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(said.toFile()).redirectInput(ProcessBuilder.Redirect.PIPE);
        builder.environment().putIfAbsent("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
        process = builder.start();
    }

    /** Throws where it has ended. */
    void requireAlive()
    {
        if (!process.isAlive())
        {
            throw new IllegalStateException("the process ended with " + process.exitValue() + ": " + said());
        }
    }

    String said()
    {
        try
        {
            return Files.readString(said);
        }
        catch (final IOException e)
        {
            return e.toString();
        }
    }

    /** SIGTERM, and waits for the end. */
    @Override
    public void close()
    {
        process.destroy();
        try
        {
            if (!process.waitFor(30, TimeUnit.SECONDS))
            {
                process.destroyForcibly();
            }
        }
        catch (final InterruptedException e)
        {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
