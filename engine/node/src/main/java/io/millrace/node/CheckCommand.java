package io.millrace.node;

import io.millrace.engine.plan.JobPlan;
import io.millrace.node.job.Context;
import io.millrace.node.job.JobArguments;
import io.millrace.node.job.JobCompilation;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace check}: all that is wrong with a job, without running it. */
@Command(name = "check", description = "Finds every error of a job, each with its place, without running it.")
final class CheckCommand implements Callable<Integer>
{
    private final Context context;
    private final Terminal terminal;

    @Mixin
    private JobArguments arguments = new JobArguments();

    CheckCommand(final Context context)
    {
        this.context = context;
        terminal = context.terminal();
    }

    @Override
    public Integer call()
    {
        final JobCompilation compilation = JobCompilation.read(arguments, context);
        if (!compilation.isValid())
        {
            final long errors = compilation.errorCount();
            terminal.say(arguments.displayName() + ": " + errors + (errors == 1 ? " error" : " errors"));
            return ExitCode.INVALID;
        }
        final JobPlan plan = compilation.plan();
        terminal.answer(arguments.displayName() + ": ok, " + plan.statements().size() +
            (plan.statements().size() == 1 ? " statement" : " statements") + ", " + plan.tables().size() +
            (plan.tables().size() == 1 ? " table" : " tables") + " read");
        return ExitCode.OK;
    }
}
