package io.millrace.node.simulation;

import java.io.Serial;

/** The process ends here. An error, so that no code of the node's takes it for something it knows. */
final class SimulatedCrash extends Error
{
    @Serial
    private static final long serialVersionUID = 1L;

    SimulatedCrash(final String where)
    {
        super(where, null, false, false);
    }
}
