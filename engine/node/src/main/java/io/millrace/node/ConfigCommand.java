package io.millrace.node;

import io.millrace.engine.setting.Setting;
import io.millrace.engine.setting.Settings;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code millrace config}: every setting, from its declaration. */
@Command(name = "config", description = "Lists every setting with its default and bounds.")
final class ConfigCommand implements Callable<Integer>
{
    private final Terminal terminal;

    ConfigCommand(final Terminal terminal)
    {
        this.terminal = terminal;
    }

    @Override
    public Integer call()
    {
        final StringBuilder text = new StringBuilder("Settings: SET 'key' = 'value' in the job, or --set key=value.\n");
        for (final Setting setting : Settings.all())
        {
            text.append('\n').append(setting.key()).append('\n')
                .append("  ").append(setting.description()).append('\n')
                .append("  default ").append(setting.defaultText().isEmpty() ? "none" : setting.defaultText())
                .append("; ").append(setting.kind().label());
            if (setting.kind() != Setting.Kind.TEXT)
            {
                text.append(": ").append(setting.bounds());
            }
            text.append('\n');
        }
        text.append("\nFlink's settings that are accepted and have no effect here:\n");
        Settings.withoutEffect().forEach((key) -> text.append("  ").append(key).append('\n'));
        terminal.answer(text.toString().stripTrailing());
        return ExitCode.OK;
    }
}
