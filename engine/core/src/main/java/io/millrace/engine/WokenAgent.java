package io.millrace.engine;

import org.agrona.concurrent.Agent;

/** An agent of which others can tell that it has something to do: its thread may rest until then. */
public interface WokenAgent extends Agent
{
    /** Whether a duty cycle would find something to do, apart from what time alone brings. For any thread. */
    boolean hasInput();
}
