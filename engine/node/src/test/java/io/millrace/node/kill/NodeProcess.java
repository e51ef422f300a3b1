package io.millrace.node.kill;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A node in a process of its own.
 *
 * <p><b>Ownership:</b> the process, which {@link #close()} kills. <b>Threading:</b> one thread.
 */
public final class NodeProcess implements AutoCloseable
{
    /** Far beyond what anything here takes: a busy machine must not fail a test. */
    static final long DEADLINE_SECONDS = 120;
    private static final long PAUSE_NS = 200_000;

    private final Process process;
    private final Path errors;
    private final long startNs = System.nanoTime();
    private String inputLink = "";

    private NodeProcess(final Process process, final Path errors)
    {
        this.process = process;
        this.errors = errors;
    }

    /** Starts a node in a folder; its standard input is a pipe, what it prints goes to stdout.txt and stderr.txt. */
    public static NodeProcess start(final Path folder, final List<String> arguments)
    {
        return start(folder, folder, arguments);
    }

    /**
     * @param options of the virtual machine.
     */
    public static NodeProcess start(
        final Path folder, final List<String> options, final List<String> arguments)
    {
        return start(folder, folder, options, arguments);
    }

    /**
     * @param said where the files of what it prints are.
     */
    static NodeProcess start(final Path folder, final Path said, final List<String> arguments)
    {
        return start(folder, said, List.of(), arguments);
    }

    /**
     * @param options of the virtual machine.
     */
    static NodeProcess start(
        final Path folder, final Path said, final List<String> options, final List<String> arguments)
    {
        final List<String> command = new ArrayList<>(NodeBuild.command());
        command.addAll(1, options);
        command.addAll(arguments);
        final Path errors = said.resolve("stderr.txt");
        try
        {
            return new NodeProcess(new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(said.resolve("stdout.txt").toFile()).redirectError(errors.toFile()).start(), errors);
        }
        catch (final IOException e)
        {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public OutputStream input()
    {
        return process.getOutputStream();
    }

    public long pid()
    {
        return process.pid();
    }

    public boolean isAlive()
    {
        return process.isAlive();
    }

    public long ageNs()
    {
        return System.nanoTime() - startNs;
    }

    /** Waits until the process has ended or something holds: whether it holds while the process lives. */
    public boolean await(final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (process.isAlive())
        {
            if (condition.getAsBoolean())
            {
                return true;
            }
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw new AssertionError("not within " + DEADLINE_SECONDS + " s; the node says: " + errors());
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
        return false;
    }

    /** Exit code of a process that ends by itself. */
    public int exitCode()
    {
        await(() -> false);
        return process.exitValue();
    }

    /** SIGKILL, and waits for the end. */
    public void kill()
    {
        process.destroyForcibly();
        exitCode();
    }

    /** Sends a signal by its name. */
    public void signal(final String name)
    {
        try
        {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
        }
        catch (final IOException e)
        {
            throw new java.io.UncheckedIOException(e);
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * How far the process has read a file, as the system knows it: −1 where it has not opened it, or has closed it
     * again, and where there is no /proc.
     */
    long position(final Path file)
    {
        final String root = "/proc/" + process.pid();
        if (inputLink.isEmpty())
        {
            inputLink = linkTo(Path.of(root, "fd"), file);
        }
        if (inputLink.isEmpty())
        {
            return -1;
        }
        try
        {
            for (final String line : Files.readAllLines(Path.of(root, "fdinfo", inputLink)))
            {
                if (line.startsWith("pos:"))
                {
                    return Long.parseLong(line.substring(4).trim());
                }
            }
            return -1;
        }
        catch (final IOException e)
        {
            return -1;
        }
    }

    private static String linkTo(final Path links, final Path file)
    {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(links))
        {
            for (final Path link : all)
            {
                if (isLinkTo(link, file))
                {
                    return String.valueOf(link.getFileName());
                }
            }
            return "";
        }
        catch (final IOException | java.nio.file.DirectoryIteratorException e)
        {
            return "";
        }
    }

    private static boolean isLinkTo(final Path link, final Path file)
    {
        try
        {
            return Files.readSymbolicLink(link).equals(file);
        }
        catch (final IOException e)
        {
            return false;
        }
    }

    /** What the node has said. */
    public String errors()
    {
        try
        {
            return Files.readString(errors);
        }
        catch (final IOException e)
        {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close()
    {
        if (process.isAlive())
        {
            kill();
        }
    }
}
