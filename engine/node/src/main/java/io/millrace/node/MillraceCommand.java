package io.millrace.node;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace}: the commands below it. */
@Command(name = "millrace", versionProvider = Version.class, mixinStandardHelpOptions = true,
    subcommands = HelpCommand.class, synopsisSubcommandLabel = "COMMAND",
    description = "Write Flink SQL, run it at memory speed on one machine.",
    footer = {"", "Exit codes: 0 ok, 1 a check failed, 2 usage, 3 can't connect, 4 SQL or settings invalid,",
        "5 state incompatible, 130 interrupted."})
final class MillraceCommand implements Runnable
{
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private MillraceCommand()
    {
    }

    static CommandLine commandLine(final Terminal terminal)
    {
        return new CommandLine(new MillraceCommand())
            .addSubcommand(new ConfigCommand(terminal))
            .addSubcommand(new VersionCommand(terminal))
            .setUsageHelpWidth(100)
            .setUsageHelpAutoWidth(false);
    }

    @Override
    public void run()
    {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
