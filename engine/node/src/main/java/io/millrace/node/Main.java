package io.millrace.node;

import io.millrace.engine.connector.ConnectorCatalogue;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The process: its streams, its exit code. */
public final class Main
{
    private static final int USUAL_COLUMNS = 80;

    private Main()
    {
    }

    public static void main(final String[] args)
    {
        final PrintStream stderr =
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        final Terminal terminal = new Terminal(System.in,
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), stderr, columns());
        System.exit(MillraceCommand.commandLine(
            new Context(terminal, ConnectorCatalogue.load(libraries()), Path.of(".millrace"))).execute(args));
    }

    /** The folder of this program's jar, which holds a folder for each vendor; null where classes lie outside jars. */
    private static @Nullable Path libraries()
    {
        try
        {
            final Path jar = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return Files.isRegularFile(jar) ? jar.getParent() : null;
        }
        catch (final URISyntaxException e)
        {
            return null;
        }
    }

    /** As the launcher measured: absent where standard error is not a terminal. */
    private static int columns()
    {
        final String columns = System.getProperty("millrace.columns");
        if (columns == null)
        {
            return 0;
        }
        try
        {
            return Math.max(20, Integer.parseInt(columns));
        }
        catch (final NumberFormatException e)
        {
            return USUAL_COLUMNS;
        }
    }
}
