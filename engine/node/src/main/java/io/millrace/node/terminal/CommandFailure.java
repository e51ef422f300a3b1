package io.millrace.node.terminal;

import java.io.Serial;

/** Ends a command with a message for the user and an {@link ExitCode}. */
public final class CommandFailure extends RuntimeException
{
    @Serial
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    public CommandFailure(final int exitCode, final String message)
    {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    public int exitCode()
    {
        return exitCode;
    }
}
