package io.millrace.engine.sink;

import io.millrace.engine.Counter;
import io.millrace.engine.live.LiveFile;
import io.millrace.engine.live.Measure;

/**
 * A sink's failures: each is counted, the first of several is said, and the next try comes after a while that doubles
 * up to {@link #MAX_BACKOFF_NS}. Once the input has ended, patience does too.
 *
 * <p><b>Threading:</b> its sink agent's; {@link #isWaiting()} and counters are for all.
 */
final class SinkOutage
{
    private static final long MIN_BACKOFF_NS = 100_000_000L;
    private static final long MAX_BACKOFF_NS = 5_000_000_000L;

    private final String sink;
    private final CommitTerms terms;
    private final Counter failures = new Counter();
    private final Counter retries = new Counter();
    /** Written by the sink agent's thread. */
    private volatile boolean isWaiting;
    private boolean isSaid;
    private long backoffNs = MIN_BACKOFF_NS;
    private long retryNs;
    private long patienceEndNs;
    private boolean isPatienceRunning;
    private String reason = "";

    SinkOutage(final String sink, final CommitTerms terms)
    {
        this.sink = sink;
        this.terms = terms;
    }

    /** The sink has failed, and {@code backlog} bytes of results wait for it. */
    void begin(final String why, final long backlog)
    {
        failures.add(1);
        reason = why;
        if (!isSaid)
        {
            isSaid = true;
            terms.messages().accept("sink " + sink + " fails and is tried again, the job goes on; " + backlog +
                " bytes of results wait for it: " + why);
        }
        isWaiting = true;
        retryNs = terms.nanoClock().getAsLong() + backoffNs;
        backoffNs = Math.min(MAX_BACKOFF_NS, backoffNs * 2);
    }

    /** Whether the sink is closed until it is tried again. */
    boolean isWaiting()
    {
        return isWaiting;
    }

    boolean isRetryDue()
    {
        return terms.nanoClock().getAsLong() - retryNs >= 0;
    }

    /** The sink is opened again. */
    void retry()
    {
        retries.add(1);
    }

    /** It could be opened. */
    void pause()
    {
        isWaiting = false;
    }

    /** It has committed: the next failure is another one. */
    void end()
    {
        if (isSaid)
        {
            terms.messages().accept("sink " + sink + " goes on");
        }
        isSaid = false;
        backoffNs = MIN_BACKOFF_NS;
        isPatienceRunning = false;
    }

    /** Ends the job where its input has ended and the sink has been failing for too long since. */
    void requirePatience(final long backlog)
    {
        final long nowNs = terms.nanoClock().getAsLong();
        if (!terms.isInputDone().getAsBoolean())
        {
            return;
        }
        if (!isPatienceRunning)
        {
            isPatienceRunning = true;
            patienceEndNs = nowNs + terms.endPatienceNs();
        }
        else if (nowNs - patienceEndNs >= 0)
        {
            throw new UndeliveredException("sink " + sink + " failed for longer than " +
                terms.endPatienceNs() / 1_000_000_000L + " s after the input had ended; " + backlog +
                " bytes of results wait for it and are delivered by the next run: " + reason);
        }
    }

    /** Why it failed last; empty where it never did. */
    String reason()
    {
        return reason;
    }

    /** How often it failed in this run. */
    long failures()
    {
        return failures.get();
    }

    void show(final LiveFile.Contents contents, final int index)
    {
        contents.show(Measure.SINK_FAILURES, index, 0, sink, failures);
        contents.show(Measure.SINK_RETRIES, index, 0, sink, retries);
    }
}
