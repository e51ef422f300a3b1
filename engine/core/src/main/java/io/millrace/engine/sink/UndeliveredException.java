package io.millrace.engine.sink;

import java.io.Serial;
import java.util.Objects;

/** A job has nothing left to do but for a sink that fails; the message names it and what waits for it. */
public final class UndeliveredException extends RuntimeException
{
    @Serial
    private static final long serialVersionUID = 1L;

    UndeliveredException(final String message)
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
