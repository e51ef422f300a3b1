package io.millrace.node;

import io.millrace.sql.Explain;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace explain}: what a job does, as a tree. */
@Command(name = "explain", description = "Shows what a job does: operators, state, fields decoded, what is late when.")
final class ExplainCommand implements Callable<Integer>
{
    private final Context context;

    @Mixin
    private JobArguments arguments = new JobArguments();

    ExplainCommand(final Context context)
    {
        this.context = context;
    }

    @Override
    public Integer call()
    {
        final Terminal terminal = context.terminal();
        final JobCompilation compilation = JobCompilation.read(arguments, context);
        if (!compilation.isValid())
        {
            return ExitCode.INVALID;
        }
        terminal.answer(Explain.of(compilation.job()).stripTrailing());
        return ExitCode.OK;
    }
}
