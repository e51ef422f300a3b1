package io.millrace.engine.sink;

import java.io.Serial;
import java.util.Objects;

/** A dead row, or too many of them, ends the job as {@code error-handling.mode} asks; the message says which. */
public final class DeadRowException extends RuntimeException
{
    @Serial
    private static final long serialVersionUID = 1L;

    DeadRowException(final String message)
    {
        super(message);
    }

    /** Never null. */
    @Override
    public String getMessage()
    {
        return Objects.requireNonNull(super.getMessage());
    }
}
