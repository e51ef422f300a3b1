package io.millrace.node;

import io.millrace.engine.Suggestion;
import io.millrace.node.demo.DemoCommand;
import io.millrace.node.job.Context;
import io.millrace.node.job.Version;
import io.millrace.node.live.ErrorsCommand;
import io.millrace.node.live.StatCommand;
import io.millrace.node.side.SideCommand;
import io.millrace.node.state.CheckpointCommand;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.Defect;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code millrace}: the commands below it. */
@Command(name = "millrace", versionProvider = Version.class, subcommands = HelpCommand.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Write Flink SQL, run it at memory speed on one machine.",
    footer = {"", "Exit codes: 0 ok, 1 a check failed, 2 usage, 3 a file or system is not there or refuses,",
        "4 SQL or settings invalid, 5 state does not fit the job or is damaged, 130 interrupted."})
public final class MillraceCommand implements Runnable
{
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private MillraceCommand()
    {
    }

    /** The commands that arguments may name: to read what all are takes longer than to open a job's logs. */
    public static CommandLine commandLine(final Context context, final String... arguments)
    {
        return arguments.length > 0 && arguments[0].equals("run") ?
            handled(new CommandLine(new MillraceCommand()).addSubcommand(new RunCommand(context)), context) :
            commandLine(context);
    }

    /** All commands. */
    static CommandLine commandLine(final Context context)
    {
        final Terminal terminal = context.terminal();
        return handled(new CommandLine(new MillraceCommand())
            .addSubcommand(new DemoCommand(context))
            .addSubcommand(new RunCommand(context))
            .addSubcommand(new CheckCommand(context))
            .addSubcommand(new ExplainCommand(context))
            .addSubcommand(new SchemaCommand(context))
            .addSubcommand(new StatCommand(terminal))
            .addSubcommand(new ErrorsCommand(terminal))
            .addSubcommand(new CheckpointCommand(terminal))
            .addSubcommand("dlq", side(terminal, "dlq$", "could not be read or failed"))
            .addSubcommand("late", side(terminal, "late$", "came after their windows had closed"))
            .addSubcommand(new KeyCommand(terminal))
            .addSubcommand(new ConfigCommand(terminal))
            .addSubcommand(new VersionCommand(terminal)), context);
    }

    private static CommandLine side(final Terminal terminal, final String kind, final String rows)
    {
        final CommandLine side = new CommandLine(new SideCommand(terminal, kind));
        side.getCommandSpec().usageMessage().description(
            "Lists, shows, replays and deletes rows that " + rows + ", in a state folder.");
        return side;
    }

    private static CommandLine handled(final CommandLine commandLine, final Context context)
    {
        final Terminal terminal = context.terminal();
        commandLine.getCommandSpec().addOption(help("Shows the commands.")).addOption(
            OptionSpec.builder("-V", "--version").versionHelp(true).description("As the command version.").build());
        addHelp(commandLine);
        return commandLine
            .setOut(new PrintWriter(terminal.stdout(), true, StandardCharsets.UTF_8))
            .setUsageHelpWidth(100)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((e, arguments) ->
            {
                final CommandSpec failed = e.getCommandLine().getCommandSpec();
                terminal.say("millrace: " + (e instanceof UnmatchedArgumentException unmatched ?
                    unmatched(unmatched) : e.getMessage()));
                terminal.say("Try: " + failed.qualifiedName() + " --help");
                return ExitCode.USAGE;
            })
            .setExecutionExceptionHandler((e, command, result) ->
            {
                if (e instanceof CommandFailure failure)
                {
                    terminal.say("millrace: " + failure.getMessage());
                    return failure.exitCode();
                }
                terminal.say("millrace: " + Defect.report(e, context.folder()));
                return ExitCode.CHECK_FAILED;
            });
    }

    /** Lets every command below this one show its own help. */
    private static void addHelp(final CommandLine commandLine)
    {
        for (final CommandLine below : commandLine.getSubcommands().values())
        {
            if (below.getCommand() instanceof HelpCommand)
            {
                below.getCommandSpec().usageMessage().header("Shows what a command does.").description();
            }
            else
            {
                below.getCommandSpec().addOption(help("Shows what this command does."));
                addHelp(below);
            }
        }
    }

    private static OptionSpec help(final String description)
    {
        return OptionSpec.builder("-h", "--help").usageHelp(true).description(description).build();
    }

    /** The first argument that has no meaning, and what may have been meant. */
    private static String unmatched(final UnmatchedArgumentException e)
    {
        final String argument = e.getUnmatched().get(0);
        final CommandSpec command = e.getCommandLine().getCommandSpec();
        final Set<String> known =
            e.isUnknownOption() ? command.optionsMap().keySet() : command.subcommands().keySet();
        final String hint = Suggestion.hint(argument, known);
        return (e.isUnknownOption() ? "there is no option '" : known.isEmpty() ? "one argument too many: '" :
            "there is no command '") + argument + "'" + (hint == null ? "" : "; " + hint);
    }

    @Override
    public void run()
    {
        throw new ParameterException(spec.commandLine(), "a command is missing\n\n" +
            spec.commandLine().getUsageMessage().stripTrailing());
    }
}
