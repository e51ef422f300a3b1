package io.millrace.node;

import io.millrace.node.job.Version;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code millrace version}. */
@Command(name = "version", description = "Says which build this is, and on which Java it runs.")
final class VersionCommand implements Callable<Integer>
{
    private final Terminal terminal;

    VersionCommand(final Terminal terminal)
    {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException
    {
        terminal.answer(String.join("\n", new Version().getVersion()));
        return ExitCode.OK;
    }
}
