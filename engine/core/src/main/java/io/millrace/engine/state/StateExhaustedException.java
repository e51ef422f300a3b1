package io.millrace.engine.state;

import java.io.Serial;

/** The state of a shard has reached its share of the memory budget; the job fails with this message. */
public final class StateExhaustedException extends RuntimeException
{
    @Serial
    private static final long serialVersionUID = 1L;

    public StateExhaustedException(final long wanted, final long budget)
    {
        super("the state needs " + (wanted >> 20) + " MiB, a shard's share of millrace.memory.state is " +
            (budget >> 20) + " MiB: raise it with --set millrace.memory.state=…, or use fewer keys or shorter windows");
    }
}
