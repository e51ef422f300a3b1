package io.millrace.node;

import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.node.job.Context;
import io.millrace.node.terminal.Terminal;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
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
    /** Of what /proc says of a process behind its name: when it began, in ticks since the system did. */
    private static final int START_FIELD = 19;
    private static final double TICKS = 100;
    private static final String TWICE = "millrace.twice";

    private Main()
    {
    }

    public static void main(final String[] args)
    {
        final PrintStream stderr =
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        final Terminal terminal = new Terminal(System.in,
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), stderr, columns());
        final Context context =
            new Context(terminal, ConnectorCatalogue.load(libraries()), Path.of(".millrace"), startNs());
        System.exit(execute(context, args));
    }

    /** A second time where the archive of class data is made, of which a start from a state folder is to be a part. */
    private static int execute(final Context context, final String[] args)
    {
        final int exitCode = MillraceCommand.commandLine(context, args).execute(args);
        return Boolean.getBoolean(TWICE) ? MillraceCommand.commandLine(context, args).execute(args) : exitCode;
    }

    /** As the system tells, in hundredths of a second; now where it doesn't. */
    private static long startNs()
    {
        final long nowNs = System.nanoTime();
        try
        {
            final String stat = Files.readString(Path.of("/proc/self/stat"));
            final String upTime = Files.readString(Path.of("/proc/uptime"));
            // Behind the command's name, which may hold anything.
            final long startTicks = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[START_FIELD]);
            final double upSeconds = Double.parseDouble(upTime.substring(0, upTime.indexOf(' ')));
            return nowNs - Math.max(0, Math.round((upSeconds - startTicks / TICKS) * 1e9));
        }
        catch (final IOException | RuntimeException e)
        {
            return nowNs;
        }
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
