package io.millrace.engine.job;

import io.millrace.engine.WokenAgent;
import io.millrace.engine.checkpoint.DamagedCheckpointException;
import io.millrace.engine.connector.Source;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.sink.ProvisionalAgent;
import io.millrace.engine.sink.SinkAgent;
import io.millrace.engine.source.SourceAgent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Runs a job on threads, placed as its options say, with the platform's clock.
 *
 * <p><b>Threading:</b> every method from any thread. <b>Errors:</b> the first thing that any agent throws ends the job:
 * no agent begins another duty cycle, and {@link #await()} gives it to the caller.
 */
public final class JobRunner implements AutoCloseable
{
    private static final long FIRST_WAIT_NS = 1_000_000;
    private static final long MAX_WAIT_NS = 16_000_000;

    private final Job job;
    private final RegionPool regions;
    private final List<AgentRunner> runners = new ArrayList<>();
    /** Null without a state folder. */
    private @Nullable ReplayThread replaying;
    private final RestingThreads threads = new RestingThreads(this::tellWaiter);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    /** Waits for the end in {@link #park}. */
    private volatile @Nullable Thread waiter;
    private boolean isClosed;

    /** An agent that does nothing any more once any has failed: what is half done is not done again. */
    private record Stoppable(Agent agent, AtomicReference<@Nullable Throwable> failure) implements Agent
    {
        @Override
        public String roleName()
        {
            return agent.roleName();
        }

        @Override
        public void onStart()
        {
            agent.onStart();
        }

        @Override
        public int doWork() throws Exception
        {
            return failure.get() == null ? agent.doWork() : 0;
        }

        @Override
        public void onClose()
        {
            agent.onClose();
        }
    }

    public JobRunner(final JobPlan plan, final JobOptions options, final Job.Endpoints endpoints)
    {
        this(plan, options, endpoints, BlockRing.Observer.NONE);
    }

    /**
     * @param observer sees each block on its way into the ring.
     */
    public JobRunner(
        final JobPlan plan, final JobOptions options, final Job.Endpoints endpoints,
        final BlockRing.Observer observer)
    {
        this(plan, options, endpoints, observer, null);
    }

    /**
     * @param observer    sees each block on its way into the ring.
     * @param stateFolder what the job keeps and where it goes on; null where it keeps nothing.
     * @throws DamagedCheckpointException after which the endpoints are as they were and the state folder is closed.
     *                                    After anything else that is thrown all of them are closed.
     */
    public JobRunner(
        final JobPlan plan, final JobOptions options, final Job.Endpoints endpoints,
        final BlockRing.Observer observer, final @Nullable StateFolder stateFolder)
    {
        regions = new RegionPool(options.stateBytes());
        final AtomicInteger turn = new AtomicInteger();
        try
        {
            job = new Job(plan, options, endpoints, new Job.Environment(
                System::nanoTime, n -> Math.floorMod(turn.getAndIncrement(), n), observer, regions),
                stateFolder);
        }
        catch (final RuntimeException | Error e)
        {
            regions.close();
            throw e;
        }
        for (final List<Agent> agents : place(options))
        {
            final Agent agent =
                new Stoppable(agents.size() == 1 ? agents.get(0) : new CompositeAgent(agents), failure);
            runners.add(new AgentRunner(newIdle(agents),
                this::fail, null, agent));
        }
    }

    private void fail(final Throwable thrown)
    {
        failure.compareAndSet(null, thrown);
        tellWaiter();
    }

    private void tellWaiter()
    {
        if (waiter != null && isEnded())
        {
            LockSupport.unpark(waiter);
        }
    }

    /** How the thread of these agents idles: where all their input wakes it, it may rest. */
    private IdleStrategy newIdle(final List<Agent> agents)
    {
        final boolean isPatient =
            agents.stream().noneMatch(agent -> agent instanceof SinkAgent sink && sink.isPrompt());
        final RestingThreads.Idle idle = agents.stream().allMatch(WokenAgent.class::isInstance) ?
            threads.add(() -> hasInput(agents), isPatient) : threads.add();
        for (final Agent agent : agents)
        {
            if (agent instanceof SourceAgent source)
            {
                final Source input = source.source();
                final boolean isWoken = idle.restAt(input.restingPlace()) || input.wakeBy(idle::nudge);
                idle.look(() -> !isWoken || !input.isListening(), input::hasCome);
            }
            else if (agent instanceof SinkAgent sink)
            {
                idle.look(sink::isBusy, sink::isBusy);
            }
            else if (agent instanceof ProvisionalAgent early)
            {
                idle.look(early::isBusy, early::isBusy);
            }
        }
        return idle;
    }

    /** Asked in duty cycles of other threads: by index, because an iterator is an object. */
    private static boolean hasInput(final List<Agent> agents)
    {
        for (int i = 0; i < agents.size(); i++)
        {
            if (((WokenAgent)agents.get(i)).hasInput())
            {
                return true;
            }
        }
        return false;
    }

    private List<List<Agent>> place(final JobOptions options)
    {
        final Durability durability = job.durability();
        final List<Agent> sources = List.copyOf(job.sources());
        final List<Agent> shards = List.copyOf(job.shards());
        final List<Agent> early = List.copyOf(job.sinks().provisional());
        final List<Agent> ends = new ArrayList<>();
        final List<List<Agent>> placed = new ArrayList<>();
        if (durability != null)
        {
            replaying = new ReplayThread(durability.replay(), threads.add(), this::isEnded, this::fail);
            ends.add(durability.journal());
            placed.add(job.coldAgents());
        }
        ends.add(job.output());
        for (final SinkAgent sink : job.sinks().agents())
        {
            if (durability == null || sink.isPrompt())
            {
                ends.add(sink);
            }
            else
            {
                // It may be slow or away: it holds up nobody else.
                placed.add(List.of(sink));
            }
        }
        final List<Agent> merge = job.merge() == null ? List.of() : List.of(job.merge());
        switch (options.placement())
        {
            case FUSED -> placed.add(concat(sources, shards, merge, early, ends));
            case BALANCED ->
            {
                if (shards.size() == 1)
                {
                    placed.add(concat(sources, shards, early));
                    placed.add(concat(merge, ends));
                }
                else
                {
                    placed.add(sources);
                    shards.forEach(shard -> placed.add(List.of(shard)));
                    placed.add(concat(merge, early, ends));
                }
            }
            case DEDICATED -> concat(sources, shards, merge, early, ends)
                .forEach(agent -> placed.add(List.of(agent)));
            default -> throw new IllegalArgumentException("placement " + options.placement());
        }
        return placed;
    }

    @SafeVarargs
    private static List<Agent> concat(final List<Agent>... parts)
    {
        final List<Agent> all = new ArrayList<>();
        for (final List<Agent> part : parts)
        {
            all.addAll(part);
        }
        return all;
    }

    /** Starts the threads. */
    public void start()
    {
        for (final AgentRunner runner : runners)
        {
            AgentRunner.startOnThread(runner, task ->
            {
                final Thread thread = new Thread(task, runner.agent().roleName());
                thread.setDaemon(true);
                return thread;
            });
        }
        if (replaying != null)
        {
            replaying.start();
        }
    }

    /**
     * Waits until the job is done.
     *
     * @return null, or what ended it early.
     */
    public @Nullable Throwable await() throws InterruptedException
    {
        long waitNs = FIRST_WAIT_NS;
        while (!isEnded())
        {
            // Ever rarer: a look takes the processor from the agents, where they share one.
            park(waitNs);
            waitNs = Math.min(MAX_WAIT_NS, waitNs + waitNs / 8);
            if (Thread.interrupted())
            {
                throw new InterruptedException();
            }
        }
        return failure.get();
    }

    /** Waits for some time, or until the job is done or has failed. One thread at a time. */
    public void park(final long ns)
    {
        waiter = Thread.currentThread();
        // Looked at behind the write: who ends the job then sees the waiter, or this sees the end.
        if (!isEnded())
        {
            LockSupport.parkNanos(ns);
        }
    }

    /** Whether the job is done or has failed. */
    public boolean isEnded()
    {
        return job.isDone() || failure.get() != null;
    }

    /** What ended the job early, or null. */
    public @Nullable Throwable failure()
    {
        return failure.get();
    }

    /** Regions of memory that a shard had to touch first itself. */
    public long firstTouches()
    {
        return regions.misses();
    }

    /** Asks for a clean end: nothing more is read, what was read is finished and committed. */
    public void stop()
    {
        job.stop();
        threads.wake();
    }

    public Job job()
    {
        return job;
    }

    /** Stops the threads and gives everything back. */
    @Override
    public void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        if (replaying != null)
        {
            replaying.close();
        }
        runners.forEach(AgentRunner::close);
        job.close();
        regions.close();
    }
}
