package io.millrace.node.simulation;

import java.io.Serial;

/** A promise was broken: what a seed is searched for. */
final class Violation extends RuntimeException
{
    @Serial
    private static final long serialVersionUID = 1L;

    Violation(final String message)
    {
        super(message);
    }

    Violation(final String message, final Throwable cause)
    {
        super(message, cause);
    }
}
