package io.millrace.node;

import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.node.job.Context;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The command line in this process, for tests that call it hundreds of times. <b>Threading:</b> one thread. */
public final class InProcessNode
{
    public static final int OK = ExitCode.OK;
    public static final int ENVIRONMENT = ExitCode.ENVIRONMENT;
    public static final int STATE = ExitCode.STATE;
    public static final int USAGE = ExitCode.USAGE;

    private final Path folder;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    /**
     * @param folder where late and dead rows without a state folder, and the traces of defects, go.
     */
    public InProcessNode(final Path folder)
    {
        this.folder = folder;
    }

    /** Runs a command to its end: its exit code. */
    public int run(final String... arguments)
    {
        stdout.reset();
        stderr.reset();
        final Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), stdout,
            new PrintStream(stderr, true, StandardCharsets.UTF_8), 0);
        return MillraceCommand.commandLine(new Context(terminal, ConnectorCatalogue.load(), folder)).execute(arguments);
    }

    /** What the last command wrote to standard output. */
    public String output()
    {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    /** What the last command said. */
    public String errors()
    {
        return stderr.toString(StandardCharsets.UTF_8);
    }
}
