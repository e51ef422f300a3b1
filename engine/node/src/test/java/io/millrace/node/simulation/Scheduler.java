package io.millrace.node.simulation;

import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.Agent;

/**
 * Runs a job's duty cycles in one thread, in an order drawn from the seed, under a virtual clock. Now and then an agent
 * gets no turn for a while.
 */
final class Scheduler
{
    private static final long STEP_NS = 10_000;
    private static final long MIN_IDLE_STEP_NS = 1_000_000;
    private static final long MAX_IDLE_STEP_NS = 2_000_000_000;
    private static final int MAX_STALL = 400;
    private static final long MAX_STOP_NS = 100_000_000_000L;
    private static final int SLOWEST = 60;
    /** Of so many of its turns a slow agent takes one. */
    private static final int[] PACES = {1, 1, 1, 1, 6, 6, 20};

    private final SplittableRandom random;
    private final FaultCounts counts;
    private final int stallMillion;
    private long nowNs = 1;
    private long steps;
    private int stalled = -1;
    private long stalledUntil;
    private int[] paces = {};
    private int idle;
    private long idleStepNs = MIN_IDLE_STEP_NS;

    /**
     * @param stallMillion chances in a million that an agent begins to stall in a step.
     */
    Scheduler(final SplittableRandom random, final FaultCounts counts, final int stallMillion)
    {
        this.random = random;
        this.counts = counts;
        this.stallMillion = stallMillion;
    }

    /** Draws how often each agent of a life gets its turn. */
    void begin(final int agents, final boolean isUneven)
    {
        paces = new int[agents];
        for (int i = 0; i < agents; i++)
        {
            paces[i] = isUneven ? PACES[random.nextInt(PACES.length)] : 1;
        }
        if (isUneven && random.nextBoolean())
        {
            // The last one forces the logs and makes room in them.
            paces[agents - 1] = SLOWEST;
        }
        stalled = -1;
        stalledUntil = 0;
    }

    /** The process is stopped and goes on much later. */
    private void stop()
    {
        counts.add(Fault.PROCESS_STOPPED);
        nowNs += random.nextLong(MAX_STOP_NS);
    }

    long nowNs()
    {
        return nowNs;
    }

    long steps()
    {
        return steps;
    }

    /** Runs one duty cycle of some agent. */
    void step(final List<Agent> agents)
    {
        steps++;
        nowNs += random.nextLong(1, STEP_NS);
        if (steps >= stalledUntil)
        {
            stalled = -1;
            if (random.nextInt(1_000_000) < stallMillion)
            {
                counts.add(Fault.AGENT_STALLED);
                stalled = random.nextInt(agents.size());
                stalledUntil = steps + random.nextInt(1, MAX_STALL);
            }
            else if (random.nextInt(1_000_000) < stallMillion / 8)
            {
                stop();
            }
        }
        final int turn = random.nextInt(agents.size());
        if (turn == stalled || paces[turn] > 1 && random.nextInt(paces[turn]) > 0)
        {
            return;
        }
        try
        {
            if (agents.get(turn).doWork() > 0)
            {
                idle = 0;
                idleStepNs = MIN_IDLE_STEP_NS;
            }
            else
            {
                idle++;
            }
        }
        catch (final RuntimeException e)
        {
            throw e;
        }
        catch (final Exception e)
        {
            throw new IllegalStateException(e);
        }
        if (idle > 4 * agents.size())
        {
            nowNs += random.nextLong(1, idleStepNs);
            idleStepNs = Math.min(MAX_IDLE_STEP_NS, idleStepNs * 2);
            idle = 0;
        }
    }
}
