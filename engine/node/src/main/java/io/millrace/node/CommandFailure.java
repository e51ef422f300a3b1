package io.millrace.node;

import java.io.Serial;

/** Ends a command with a message for the user and an {@link ExitCode}. */
final class CommandFailure extends RuntimeException
{
    @Serial
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandFailure(final int exitCode, final String message)
    {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode()
    {
        return exitCode;
    }
}
