package io.millrace.node.live;

import io.millrace.engine.live.LiveView;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Numbers;
import io.millrace.node.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace errors}: each kind of error that a job has met, once. */
@Command(name = "errors",
    description = "Shows each kind of error that a job has met: how often, first, last; also of a job that has died.")
public final class ErrorsCommand implements Callable<Integer>
{
    private final Terminal terminal;

    @Mixin
    private LiveArguments arguments = new LiveArguments();

    @Option(names = "--json", description = "One object on one line.")
    private boolean isJson;

    public ErrorsCommand(final Terminal terminal)
    {
        this.terminal = terminal;
    }

    @Override
    public Integer call()
    {
        final LiveArguments.Found found = arguments.find();
        if (found == null)
        {
            throw new CommandFailure(ExitCode.USAGE,
                "not one job of this user runs here: --state DIR or --pid N says which one; millrace stat lists them");
        }
        if (isJson)
        {
            terminal.answer(LiveJson.errorsOf(found));
            return ExitCode.OK;
        }
        final List<LiveView.SeenError> errors = found.view().errors();
        if (errors.isEmpty())
        {
            terminal.say(found.view().job() + ": no errors");
            return ExitCode.OK;
        }
        for (final LiveView.SeenError error : errors)
        {
            terminal.answer(Numbers.grouped(error.count()) + (error.count() == 1 ? " time, at " : " times, first at ") +
                Numbers.time(error.firstMs()) + (error.count() == 1 ? "" :
                ", last at " + Numbers.time(error.lastMs())) + " UTC\n" + error.text().indent(2).stripTrailing());
        }
        return ExitCode.OK;
    }
}
