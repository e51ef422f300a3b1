package io.millrace.node;

import io.millrace.engine.setting.Settings;
import io.millrace.engine.storage.StorageException;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import io.millrace.persistence.tink.KeysetFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace key}: a new key file. */
@Command(name = "key", description = "Makes a key file by which journal, output log and checkpoints are encrypted.")
final class KeyCommand implements Callable<Integer>
{
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "Where it will be; nothing is there yet.")
    private Path file = Path.of("");

    KeyCommand(final Terminal terminal)
    {
        this.terminal = terminal;
    }

    @Override
    public Integer call()
    {
        try
        {
            KeysetFile.create(file);
        }
        catch (final StorageException e)
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, String.valueOf(e.getMessage()));
        }
        terminal.say("made " + file + ", for its owner alone; without it what it encrypts can't be read any more: " +
            "keep a copy elsewhere\nuse it: run JOB.sql --state DIR --set " + Settings.KEY_FILE.key() + "=" + file);
        return ExitCode.OK;
    }
}
