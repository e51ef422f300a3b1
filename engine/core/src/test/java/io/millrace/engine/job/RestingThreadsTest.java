package io.millrace.engine.job;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.connector.RestingPlace;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RestingThreadsTest
{
    private final AtomicInteger quiet = new AtomicInteger();
    private final RestingThreads threads = new RestingThreads(quiet::incrementAndGet);
    private final RestingThreads.Idle idle = threads.add();
    private final RestingThreads.Idle otherIdle = threads.add();
    private final Worker worker = new Worker();
    private final Worker other = new Worker();
    private final AgentRunner runner = new AgentRunner(idle, Throwable::printStackTrace, null, worker);
    private final AgentRunner otherRunner = new AgentRunner(otherIdle, Throwable::printStackTrace, null, other);

    /** Has as much work as it is given, and counts how often it looks. */
    private static final class Worker implements Agent
    {
        private final AtomicInteger work = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger looks = new AtomicInteger();

        @Override
        public String roleName()
        {
            return "worker";
        }

        @Override
        public int doWork()
        {
            looks.incrementAndGet();
            final int given = work.getAndSet(0);
            done.addAndGet(given);
            return given;
        }
    }

    /** Does what a selector does. */
    private static final class BlockingPlace implements RestingPlace
    {
        private final Semaphore calls = new Semaphore(0);
        private final AtomicInteger waits = new AtomicInteger();

        @Override
        public void rest(final long ns)
        {
            waits.incrementAndGet();
            try
            {
                if (calls.tryAcquire(ns, TimeUnit.NANOSECONDS))
                {
                    calls.drainPermits();
                }
            }
            catch (final InterruptedException e)
            {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void wake()
        {
            calls.release();
        }
    }

    @AfterEach
    void close()
    {
        runner.close();
        otherRunner.close();
    }

    @Test
    void shouldRestWhenNobodyHasWork()
    {
        start();
        rest();
        int looks = Integer.MAX_VALUE;
        // On a busy machine the second thread may begin late.
        for (int i = 0; i < 20 && looks > 60; i++)
        {
            final int before = worker.looks.get() + other.looks.get();
            LockSupport.parkNanos(500_000_000);
            looks = worker.looks.get() + other.looks.get() - before;
        }
        assertTrue(looks <= 60, looks + " looks of two threads in half a second");
        assertTrue(quiet.get() >= 2, "each says once that it is quiet");
    }

    @Test
    void shouldWakeTheOthersWhenOneHasWork()
    {
        start();
        rest();
        long quickest = Long.MAX_VALUE;
        for (int i = 1; i <= 5; i++)
        {
            other.work.set(1);
            worker.work.set(1);
            final long startNs = System.nanoTime();
            idle.wake();
            await(other, i);
            quickest = Math.min(quickest, System.nanoTime() - startNs);
            await(worker, i);
            rest();
        }
        assertTrue(quickest < RestingThreads.REST_NS / 5, "the other was there after " + quickest + " ns");
    }

    @Test
    void shouldLookEveryMillisecondWhereNobodyTellsWhatHasCome()
    {
        idle.look(() -> true, () -> true);
        start();
        rest();
        final int before = worker.looks.get();
        LockSupport.parkNanos(500_000_000);
        final int looks = worker.looks.get() - before;
        assertTrue(looks >= 100 && looks <= 600, looks + " looks in half a second");
    }

    @Test
    void shouldNotBeginDutyCyclesForLooksThatFindNothing()
    {
        final AtomicInteger hasCome = new AtomicInteger();
        final AtomicInteger looks = new AtomicInteger();
        idle.look(() -> true, () -> looks.incrementAndGet() > 0 && hasCome.getAndSet(0) > 0);
        start();
        rest();
        int cycles = Integer.MAX_VALUE;
        // On a busy machine the second thread may begin late.
        for (int i = 0; i < 20 && cycles > 30; i++)
        {
            final int before = worker.looks.get();
            LockSupport.parkNanos(500_000_000);
            cycles = worker.looks.get() - before;
        }
        assertTrue(cycles <= 30, cycles + " duty cycles in half a second");
        assertTrue(looks.get() >= 50, looks + " looks");
        long quickest = Long.MAX_VALUE;
        for (int i = 1; i <= 10; i++)
        {
            worker.work.set(1);
            final long startNs = System.nanoTime();
            if (i % 2 == 0)
            {
                hasCome.set(1);
            }
            else
            {
                idle.nudge();
            }
            await(worker, i);
            quickest = i > 2 ? Math.min(quickest, System.nanoTime() - startNs) : quickest;
            rest();
        }
        assertTrue(quickest < RestingThreads.REST_NS / 5, "it was there after " + quickest + " ns");
    }

    @Test
    void shouldWaitWhereItsInputWakesIt()
    {
        final BlockingPlace place = new BlockingPlace();
        assertTrue(idle.restAt(place) && idle.restAt(place) && !idle.restAt(new BlockingPlace()));
        start();
        long quickest = Long.MAX_VALUE;
        for (int i = 1; i <= 5; i++)
        {
            rest();
            worker.work.set(1);
            final long startNs = System.nanoTime();
            place.wake();
            await(worker, i);
            quickest = Math.min(quickest, System.nanoTime() - startNs);
        }
        assertTrue(quickest < RestingThreads.REST_NS / 5, "it was there after " + quickest + " ns");
        rest();
        quickest = Long.MAX_VALUE;
        for (int i = 1; i <= 5; i++)
        {
            worker.work.set(1);
            other.work.set(1);
            final long startNs = System.nanoTime();
            otherIdle.wake();
            await(worker, i + 5);
            quickest = Math.min(quickest, System.nanoTime() - startNs);
            await(other, i);
            rest();
        }
        assertTrue(quickest < RestingThreads.REST_NS / 5, "another woke it after " + quickest + " ns");
        assertTrue(place.waits.get() >= 10, place.waits + " waits");
    }

    @Test
    void shouldLookWhereNothingWakesItAndRestAsSoonAsSomethingWill()
    {
        final AtomicInteger asked = new AtomicInteger();
        idle.look(() -> asked.incrementAndGet() < 200, () -> true);
        start();
        while (asked.get() < 200)
        {
            LockSupport.parkNanos(10_000_000);
        }
        int looks = Integer.MAX_VALUE;
        for (int i = 0; i < 20 && looks > 30; i++)
        {
            final int before = worker.looks.get();
            LockSupport.parkNanos(500_000_000);
            looks = worker.looks.get() - before;
        }
        assertTrue(looks <= 30, looks + " looks in half a second");
        long quickest = Long.MAX_VALUE;
        for (int i = 1; i <= 5; i++)
        {
            rest();
            worker.work.set(1);
            final long startNs = System.nanoTime();
            idle.nudge();
            await(worker, i);
            quickest = Math.min(quickest, System.nanoTime() - startNs);
        }
        assertTrue(quickest < RestingThreads.REST_NS / 5, "it was there after " + quickest + " ns");
    }

    @Test
    void shouldWakeOneForItsInputAloneWhenOthersCanTell()
    {
        final Worker sleeper = new Worker();
        final AtomicInteger input = new AtomicInteger();
        final RestingThreads.Idle sleeping = threads.add(() -> input.get() > 0, false);
        try (AgentRunner sleepers = new AgentRunner(sleeping, Throwable::printStackTrace, null, sleeper))
        {
            idle.look(() -> true, () -> true);
            start();
            AgentRunner.startOnThread(sleepers);
            rest();
            final int before = sleeper.looks.get();
            worker.work.set(1);
            await(worker, 1);
            LockSupport.parkNanos(20_000_000);
            final int looks = sleeper.looks.get() - before;
            // One that is woken yields more often than this before it parks.
            assertTrue(looks <= 60, looks + " looks for what another thread did");
            rest();
            long quickest = Long.MAX_VALUE;
            for (int i = 1; i <= 5; i++)
            {
                final long startNs = System.nanoTime();
                input.set(1);
                sleeper.work.set(1);
                worker.work.set(1);
                await(sleeper, i);
                quickest = Math.min(quickest, System.nanoTime() - startNs);
                input.set(0);
                rest();
            }
            assertTrue(quickest < RestingThreads.REST_NS / 5, "it was there after " + quickest + " ns");
        }
    }

    @Test
    void shouldNotSpinForInputThatItCanNotTake()
    {
        final Worker sleeper = new Worker();
        try (AgentRunner sleepers =
            new AgentRunner(threads.add(() -> true, false), Throwable::printStackTrace, null, sleeper))
        {
            start();
            AgentRunner.startOnThread(sleepers);
            rest();
            final int before = sleeper.looks.get();
            LockSupport.parkNanos(200_000_000);
            final int looks = sleeper.looks.get() - before;
            // Each wake-up by the two others may bring a few hundred.
            assertTrue(looks <= 5_000, looks + " looks in a fifth of a second");
        }
    }

    @Test
    void shouldParkAtOnceAfterEachPieceOfWorkWherePatient()
    {
        final RestingThreads.Idle patient = threads.add(() -> true, true);
        final long startNs = System.nanoTime();
        for (int i = 0; i < 20; i++)
        {
            patient.idle(1);
            patient.idle(0);
        }
        final long ns = System.nanoTime() - startNs;
        assertTrue(ns >= 2_000_000, "twenty turns without work took " + ns + " ns");
    }

    private void start()
    {
        AgentRunner.startOnThread(runner);
        AgentRunner.startOnThread(otherRunner);
    }

    private static void rest()
    {
        LockSupport.parkNanos(200_000_000);
    }

    private static void await(final Worker worker, final int done)
    {
        while (worker.done.get() < done)
        {
            Thread.onSpinWait();
        }
    }
}
