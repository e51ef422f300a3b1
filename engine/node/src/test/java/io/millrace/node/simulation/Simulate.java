package io.millrace.node.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs many seeds, or one and tells its last events:
 * {@code --seed N [--runs M] [--threads T] [--first true] [--tell true]}.
 * Exit code 0 where every promise was kept, 1 where one was broken, 2 for arguments that make no sense.
 */
public final class Simulate
{
    private static final int SHOWN = 20;
    /** Runs from which on every kind of fault must have fired. */
    private static final long COMPLETE = 500;

    private Simulate()
    {
    }

    /** What came of a batch. */
    static final class Batch
    {
        final FaultCounts counts = new FaultCounts();
        final Map<Long, String> failures = new TreeMap<>();
        long runs;
        long steps;
        /** The sum of all traces' hashes: equal for equal batches. */
        long hash;

        private synchronized void add(final Simulation.Outcome outcome)
        {
            runs++;
            steps += outcome.steps();
            hash += outcome.traceHash();
            counts.add(outcome.counts());
            if (outcome.failure() != null)
            {
                failures.put(outcome.seed(), outcome.failure());
            }
        }
    }

    /** Runs seeds from {@code first} on. */
    static Batch batch(final long first, final long runs, final int threads, final boolean stopsAtFirst)
    {
        final Batch batch = new Batch();
        final AtomicLong next = new AtomicLong(first);
        final AtomicBoolean isStopped = new AtomicBoolean();
        final ExecutorService pool = Executors.newFixedThreadPool(threads);
        try
        {
            final List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < threads; i++)
            {
                ends.add(pool.submit(() ->
                {
                    for (long seed = next.getAndIncrement(); seed < first + runs && !isStopped.get();
                        seed = next.getAndIncrement())
                    {
                        final Simulation.Outcome outcome = Simulation.run(seed, false);
                        batch.add(outcome);
                        isStopped.compareAndSet(false, stopsAtFirst && outcome.failure() != null);
                    }
                }));
            }
            for (final Future<?> end : ends)
            {
                end.get();
            }
        }
        catch (final ExecutionException e)
        {
            throw new IllegalStateException(e.getCause());
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
        }
        finally
        {
            pool.shutdownNow();
        }
        return batch;
    }

    /** Runs seeds from 1 on, {@code runs} at most: how many, 0 where none failed, a tab, and why the last did. */
    public static String untilFirstFailure(final long runs)
    {
        for (long seed = 1; seed <= runs; seed++)
        {
            final String failure = Simulation.run(seed, false).failure();
            if (failure != null)
            {
                return seed + "\t" + failure.replace('\n', ' ');
            }
        }
        return "0\t";
    }

    public static void main(final String[] args)
    {
        long seed = 1;
        long runs = 1;
        int threads = Runtime.getRuntime().availableProcessors();
        boolean stopsAtFirst = false;
        boolean tells = false;
        try
        {
            for (int i = 0; i < args.length; i++)
            {
                switch (args[i])
                {
                    case "--seed" -> seed = Long.parseLong(args[++i]);
                    case "--runs" -> runs = Long.parseLong(args[++i]);
                    case "--threads" -> threads = Integer.parseInt(args[++i]);
                    case "--first" -> stopsAtFirst = Boolean.parseBoolean(args[++i]);
                    case "--tell" -> tells = Boolean.parseBoolean(args[++i]);
                    default -> throw new IllegalArgumentException("unknown argument " + args[i]);
                }
            }
        }
        catch (final IllegalArgumentException | ArrayIndexOutOfBoundsException e)
        {
            System.err.println("simulate: " + e.getMessage() +
                "; usage: simulate --seed N [--runs M] [--threads T] [--first true] [--tell true]");
            System.exit(2);
        }
        System.exit(tells ? tell(seed) : report(seed, batch(seed, runs, threads, stopsAtFirst)));
    }

    private static int tell(final long seed)
    {
        final Simulation.Outcome outcome = Simulation.run(seed, true);
        System.out.println(outcome.words());
        if (outcome.cause() != null)
        {
            outcome.cause().printStackTrace(System.out);
        }
        System.out.println("seed " + seed + ", " + outcome.lives() + " lives, trace " +
            Long.toHexString(outcome.traceHash()) + ": " +
            (outcome.failure() == null ? "every promise kept" : outcome.failure()));
        return outcome.failure() == null ? 0 : 1;
    }

    private static int report(final long seed, final Batch batch)
    {
        System.out.println(batch.runs + " runs from seed " + seed + ", " + batch.steps + " duty cycles, traces " +
            Long.toHexString(batch.hash));
        for (final Fault fault : Fault.values())
        {
            System.out.printf("  %,12d  %s%n", batch.counts.of(fault), fault);
        }
        batch.failures.entrySet().stream().limit(SHOWN)
            .forEach(failure -> System.out.println("seed " + failure.getKey() + ": " + failure.getValue()));
        final boolean isComplete = batch.runs < COMPLETE || batch.counts.missing().isEmpty();
        if (!isComplete)
        {
            System.out.println("never fired: " + batch.counts.missing());
        }
        System.out.println(batch.failures.isEmpty() ? "0 lost, 0 doubled, 0 unopenable" :
            batch.failures.size() + " of " + batch.runs + " runs broke a promise");
        return batch.failures.isEmpty() && isComplete ? 0 : 1;
    }
}
