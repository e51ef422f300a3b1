package io.millrace.perf.peer;

import io.millrace.perf.workload.Workload;

/** An engine that can be measured. Each run has a process of its own. */
public interface Peer
{
    /** Runs the job on endless rows, through warm-up and measured part, and lets it end. */
    Outcome run(Assignment assignment, Workload rows) throws Exception;

    /** What a peer's process does: one run, its outcome on standard output. */
    static void main(final Peer peer, final String[] args) throws Exception
    {
        final Assignment assignment = Assignment.parse(args);
        final Outcome outcome = peer.run(assignment, Workload.of(assignment.workload(), assignment.poolRows()));
        System.out.print(outcome.text());
        System.out.flush();
    }
}
