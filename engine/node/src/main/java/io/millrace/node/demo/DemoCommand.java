package io.millrace.node.demo;

import io.millrace.engine.Failures;
import io.millrace.engine.plan.JobPlan;
import io.millrace.node.job.CompiledJob;
import io.millrace.node.job.Context;
import io.millrace.node.job.JobArguments;
import io.millrace.node.job.JobCompilation;
import io.millrace.node.job.JobExecution;
import io.millrace.node.job.Outcome;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Numbers;
import io.millrace.node.terminal.Terminal;
import io.millrace.node.terminal.TextTable;
import io.millrace.sql.Explain;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace demo}: makes events, runs the example over them and shows what came out. */
@Command(name = "demo", description = "Makes a few million user events and runs the example job over them.")
public final class DemoCommand implements Callable<Integer>
{
    private static final String JOB = "examples/user-metrics/job.sql";
    private static final int SHOWN = 10;

    private final Context context;
    private final Terminal terminal;

    @Option(names = "--rows", paramLabel = "N", defaultValue = "3000000",
        description = "How many events, ${DEFAULT-VALUE} unless said otherwise.")
    private long rows;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of the events.")
    private long seed;

    public DemoCommand(final Context context)
    {
        this.context = context;
        terminal = context.terminal();
    }

    @Override
    public Integer call()
    {
        if (rows < 1)
        {
            throw new CommandFailure(ExitCode.USAGE, "--rows " + rows + ": expected at least 1");
        }
        final Path folder = context.folder().resolve("demo");
        final Path events = folder.resolve("user-events.jsonl");
        final Path results = folder.resolve("results");
        makeEvents(events, results);
        final List<String> overrides = List.of(
            "user_events.connector=filesystem", "user_events.path=" + events,
            "hourly_user_metrics.connector=filesystem", "hourly_user_metrics.path=" + results);
        final JobCompilation compilation = new JobCompilation(
            JobArguments.of(JOB, List.of("pipeline.name=demo"), overrides), jobText(), context.catalogue());
        if (!compilation.isValid())
        {
            terminal.say(compilation.findings());
            return ExitCode.INVALID;
        }
        final CompiledJob job = new CompiledJob(
            compilation.plan(), compilation.settings(), null, Explain.of(compilation.job()));
        terminal.say("\nRunning " + JOB + " over them: events and distinct pages of each user and hour");
        final JobExecution execution = new JobExecution(context);
        try
        {
            final Outcome outcome = execution.run(job, "json");
            if (execution.isInterrupted())
            {
                terminal.say("demo stopped after " + Numbers.counted(outcome.progress().rows(), "event"));
                terminal.say(outcome.table("  "));
                return ExitCode.INTERRUPTED;
            }
            return report(job.plan(), outcome, results);
        }
        finally
        {
            execution.end();
        }
    }

    private void makeEvents(final Path events, final Path results)
    {
        try
        {
            if (Files.isDirectory(results))
            {
                try (Stream<Path> old = Files.list(results))
                {
                    old.forEach(DemoCommand::delete);
                }
            }
            final long startNs = System.nanoTime();
            final long bytes = new DemoEvents(seed).write(events, rows, (written) ->
                terminal.status("Making user events: " + Numbers.grouped(written) + " of " + Numbers.grouped(rows)));
            terminal.say("Made " + Numbers.grouped(rows) + " user events in " +
                Numbers.seconds(System.nanoTime() - startNs) + ": " + events + ", " + Numbers.bytes(bytes));
            terminal.say("  few users and pages make most of them; out of order, some hours late, some broken");
        }
        catch (final IOException e)
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, "can't write " + events + ": " + Failures.reason(e));
        }
        catch (final UncheckedIOException e)
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, "can't empty " + results + ": " + Failures.reason(e));
        }
    }

    private static void delete(final Path file)
    {
        try
        {
            Files.delete(file);
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
    }

    private static String jobText()
    {
        try (InputStream stream = DemoCommand.class.getResourceAsStream("job.sql"))
        {
            if (stream == null)
            {
                throw new IllegalStateException("this build has no " + JOB);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
    }

    private int report(final JobPlan plan, final Outcome outcome, final Path results)
    {
        terminal.say("\nThe busiest of " + Numbers.grouped(outcome.progress().results()) + " results in " + results);
        final TextTable table =
            new TextTable("  ", "user_id", ">event_count", ">unique_pages", "window_start", "window_end");
        TopResults.read(plan.sinks().get(0), context.catalogue(), "event_count", SHOWN)
            .forEach((row) -> table.add(row.cells().toArray(new String[0])));
        terminal.answer(table.toString());
        terminal.say("\nEvery event is accounted for, in = filtered + applied + late + dead");
        terminal.say(outcome.table("  "));
        terminal.say("  " + Numbers.rate(outcome.rowsPerSecond()) + " events/s from JSON on disk to results on disk, " +
            Numbers.seconds(outcome.elapsedNs()) + "; late and dead events: " + outcome.sideFolder());
        outcome.violations().forEach((violation) -> terminal.say("error: " + violation));
        terminal.say(String.join("\n", "", "Try next",
            "  cat .millrace/demo/user-events.jsonl | ./millrace run " + JOB + " \\",
            "    -e user_events.connector=stdin -e hourly_user_metrics.connector=print --output csv | head",
            "  ./millrace explain " + JOB + " \\",
            "    -e user_events.connector=stdin -e hourly_user_metrics.connector=print"));
        return outcome.violations().isEmpty() ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }
}
