package io.millrace.node;

import io.millrace.node.job.CompiledJob;
import io.millrace.node.job.Context;
import io.millrace.node.job.JobArguments;
import io.millrace.node.job.JobCompilation;
import io.millrace.node.live.AnalyzedPlan;
import io.millrace.node.live.LiveArguments;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import io.millrace.node.upgrade.JobUpgrade;
import io.millrace.sql.Explain;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace explain}: what a job does, as a tree. */
@Command(name = "explain", description = "Shows what a job does: operators, state, fields decoded, what is late when.")
final class ExplainCommand implements Callable<Integer>
{
    private final Context context;

    @Mixin
    private JobArguments arguments = new JobArguments();

    @Option(names = "--upgrade-from", paramLabel = "DIR",
        description = "Says whether the job can go on from this state folder, part by part; exit code 5 where not.")
    private @Nullable Path stateFolder;

    @Option(names = "--analyze",
        description = "The plan of a running job, or of one that ended, with what each operator has done.")
    private boolean isAnalyzed;

    @Mixin
    private LiveArguments live = new LiveArguments();

    ExplainCommand(final Context context)
    {
        this.context = context;
    }

    @Override
    public Integer call()
    {
        final Terminal terminal = context.terminal();
        if (isAnalyzed)
        {
            return analyze();
        }
        if (stateFolder != null)
        {
            final CompiledJob job = CompiledJob.of(arguments, stateFolder, context);
            return job == null ? ExitCode.INVALID : new JobUpgrade(stateFolder, job, context, "json").explain();
        }
        final JobCompilation compilation = JobCompilation.read(arguments, context);
        if (!compilation.isValid())
        {
            return ExitCode.INVALID;
        }
        terminal.answer(Explain.of(compilation.job()).stripTrailing());
        return ExitCode.OK;
    }

    private int analyze()
    {
        final LiveArguments.Found found = live.find();
        if (found == null)
        {
            throw new CommandFailure(ExitCode.USAGE,
                "not one job of this user runs here: --state DIR or --pid N says which one; millrace stat lists them");
        }
        context.terminal().answer(AnalyzedPlan.of(found));
        return ExitCode.OK;
    }
}
