package io.millrace.node;

import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.plan.JobPlan;
import io.millrace.node.job.CompiledJob;
import io.millrace.node.job.Context;
import io.millrace.node.job.JobArguments;
import io.millrace.node.job.JobExecution;
import io.millrace.node.job.Outcome;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Numbers;
import io.millrace.node.terminal.Terminal;
import io.millrace.node.upgrade.JobUpgrade;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace run}: a job from its text to its last result. */
@Command(name = "run", description = "Runs a job until its input ends or Ctrl-C is pressed.", footer = {"",
    "Rows of print tables go to standard output, everything else to standard error:",
    "  cat events.jsonl | millrace run job.sql -e events.connector=stdin -e results.connector=print"})
final class RunCommand implements Callable<Integer>
{
    /** How rows are printed. */
    enum Output
    {
        json, csv, table
    }

    private final Context context;
    private final Terminal terminal;

    @Mixin
    private JobArguments arguments = new JobArguments();

    @Option(names = "--output", paramLabel = "json|csv|table",
        description = "How print tables show rows; table on a terminal, else json.")
    private @Nullable Output output;

    @Option(names = "--state", paramLabel = "DIR",
        description = "Where the job keeps what outlives it; the next run goes on there. Without it nothing is kept.")
    private @Nullable Path stateFolder;

    @Option(names = "--replay",
        description = "With --state: begins again from an empty state and reads all input again. Sinks get all again.")
    private boolean isReplay;

    @Option(names = "--drop-state",
        description = "With --state: state of aggregations that the job no longer has may be thrown away.")
    private boolean isDropAllowed;

    RunCommand(final Context context)
    {
        this.context = context;
        terminal = context.terminal();
    }

    @Override
    public Integer call()
    {
        final Path folder = stateFolder;
        if (folder == null && (isReplay || isDropAllowed))
        {
            throw new CommandFailure(ExitCode.USAGE, "--replay and --drop-state are of no use without --state");
        }
        final CompiledJob job = CompiledJob.of(arguments, folder, context);
        if (job == null)
        {
            return ExitCode.INVALID;
        }
        requireOneReaderOfStandardInput(job.plan());
        final String shown = output == null ? Boolean.getBoolean("millrace.table") ? "table" : "json" : output.name();
        final JobExecution execution = new JobExecution(context);
        try
        {
            final Outcome outcome = folder == null ? execution.run(job, shown) :
                run(job, new JobUpgrade(folder, job, context, shown), execution, shown);
            return report(job.plan(), outcome, execution.isInterrupted());
        }
        finally
        {
            execution.end();
        }
    }

    /** From the newest checkpoint that is whole: whether it is shows when it is read, once, to be restored. */
    private Outcome run(
        final CompiledJob job, final JobUpgrade folder, final JobExecution execution, final String shown)
    {
        while (true)
        {
            try
            {
                return execution.run(job, shown, folder.open(isReplay, isDropAllowed));
            }
            catch (final DamagedCheckpointException e)
            {
                folder.passOver(e);
            }
        }
    }

    private void requireOneReaderOfStandardInput(final JobPlan plan)
    {
        final long readers = plan.tables().stream().filter((t) -> "stdin".equals(t.options().get("connector"))).count();
        if (readers + (arguments.isStandardInput() ? 1 : 0) > 1)
        {
            throw new CommandFailure(ExitCode.INVALID, arguments.isStandardInput() ?
                "standard input can't be both the job's text and a table" :
                "standard input can be only one table, " + readers + " read it");
        }
    }

    private int report(final JobPlan plan, final Outcome outcome, final boolean isInterrupted)
    {
        terminal.say(plan.name() + (isInterrupted ? " stopped after " : " done in ") +
            Numbers.seconds(outcome.elapsedNs()) + ": " +
            Numbers.counted(outcome.progress().rows() - outcome.earlierRows(), "row") + ", " +
            Numbers.rate(outcome.rowsPerSecond()) + " rows/s" + (outcome.earlierRows() == 0 ? "" :
            ", behind " + Numbers.counted(outcome.earlierRows(), "row") + " of earlier runs"));
        terminal.say(outcome.table("  "));
        final String silence = isInterrupted ? "" : outcome.silence();
        if (!silence.isEmpty())
        {
            terminal.say(silence);
        }
        if (!outcome.nulled().isEmpty())
        {
            terminal.say(outcome.nulledValues());
        }
        if (outcome.hasKept() && Files.isDirectory(outcome.sideFolder()))
        {
            terminal.say("late and dead rows are kept in " + outcome.sideFolder());
        }
        if (!outcome.violations().isEmpty())
        {
            outcome.violations().forEach((violation) -> terminal.say("error: " + violation));
            return ExitCode.CHECK_FAILED;
        }
        return isInterrupted ? ExitCode.INTERRUPTED : ExitCode.OK;
    }
}
