package io.millrace.node.live;

import io.millrace.engine.Failures;
import io.millrace.engine.live.LiveReader;
import io.millrace.engine.live.LiveView;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which job a command is to look at. */
public final class LiveArguments
{
    @Option(names = "--state", paramLabel = "DIR", description = "The job of this state folder, also after its end.")
    private @Nullable Path state;

    @Option(names = "--pid", paramLabel = "N", description = "The running job of this process.")
    private long processId;

    /** A job's file, read a moment ago. */
    public record Found(Path file, LiveView view, Liveness liveness)
    {
    }

    /** The job meant: the one that was named, else the only one that runs; null where that is none or several. */
    public @Nullable Found find()
    {
        if (state != null && processId != 0)
        {
            throw new CommandFailure(ExitCode.USAGE, "--state and --pid: one of them is enough");
        }
        if (state != null)
        {
            return read(ofState(state));
        }
        if (processId != 0)
        {
            final Path file = LiveFolder.ofUser().fileOf(processId);
            if (!Files.exists(file))
            {
                throw new CommandFailure(ExitCode.ENVIRONMENT, "process " + processId +
                    " shows no job of this user; there are " + jobs());
            }
            return read(file);
        }
        final List<Found> running = all().stream().filter(found -> found.liveness != Liveness.DEAD).toList();
        return running.size() == 1 ? running.get(0) : null;
    }

    private static Path ofState(final Path folder)
    {
        if (!Files.isDirectory(folder))
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, "no such folder: " + folder);
        }
        final Path file = folder.resolve(LiveFolder.NAME);
        if (Files.isSymbolicLink(file) && !Files.exists(file))
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, "the counters of " + folder +
                " were in memory; the machine, or the container, has been started anew since the job died");
        }
        if (!Files.exists(file))
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, folder + " has no counters: no job has shown itself there");
        }
        return file;
    }

    /** Reads a job's file. */
    static Found read(final Path file)
    {
        try
        {
            final LiveView view = LiveReader.read(file);
            return new Found(file, view, Liveness.of(view, file));
        }
        catch (final NoSuchFileException e)
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, file + " is gone: the job has ended");
        }
        catch (final IOException e)
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, "can't read counters: " + Failures.reason(e));
        }
    }

    /** Every job of this user that shows itself, dead ones among them; what can't be read is passed over. */
    static List<Found> all()
    {
        final List<Found> all = new ArrayList<>();
        for (final Path file : LiveFolder.ofUser().files())
        {
            try
            {
                all.add(read(file));
            }
            catch (final CommandFailure e)
            {
                continue;
            }
        }
        return all;
    }

    private static String jobs()
    {
        final String jobs = all().stream().map(found -> found.view.processId() + " (" + found.view.job() + ", " +
            found.liveness.key() + ")").collect(Collectors.joining(", "));
        return jobs.isEmpty() ? "none" : jobs;
    }
}
