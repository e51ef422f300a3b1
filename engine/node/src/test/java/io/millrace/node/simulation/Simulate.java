package io.millrace.node.simulation;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * {@code --seed N [--runs M] [--threads T] [--first true] [--report FILE] [--tell true]}. What comes of a batch is the
 * same whatever the number of threads. Exit code 0 where every promise was kept, 1 where one was broken, 2 for
 * arguments that make no sense.
 */
public final class Simulate
{
    private static final int SHOWN = 20;
    /** Runs from which on every kind of fault must have fired; the rarest does about once in ninety. */
    private static final long COMPLETE = 2000;

    private Simulate()
    {
    }

    /** What came of a batch. */
    static final class Batch
    {
        final FaultCounts counts = new FaultCounts();
        final Map<Long, String> failures = new TreeMap<>();
        long runs;
        long lives;
        long steps;
        /** Of all seeds and their traces, whatever the order in which they were run: equal for equal batches. */
        long hash;
        /** Of the threads that ran them. */
        long cpuNs;
        long wallNs;

        private synchronized void add(final Simulation.Outcome outcome)
        {
            runs++;
            lives += outcome.lives();
            steps += outcome.steps();
            hash += Trace.mix(outcome.seed(), outcome.traceHash());
            counts.add(outcome.counts());
            if (outcome.failure() != null)
            {
                failures.put(outcome.seed(), outcome.failure());
            }
        }

        private synchronized void spent(final long ns)
        {
            cpuNs += ns;
        }

        /** Whether every promise was kept, and every kind of fault fired where there were runs enough for it. */
        boolean isSound()
        {
            return failures.isEmpty() && (runs < COMPLETE || counts.missing().isEmpty());
        }
    }

    /** Runs seeds from {@code first} on. */
    static Batch batch(final long first, final long runs, final int threads, final boolean stopsAtFirst)
    {
        final Batch batch = new Batch();
        final AtomicLong next = new AtomicLong(first);
        final AtomicBoolean isStopped = new AtomicBoolean();
        final ExecutorService pool = Executors.newFixedThreadPool(threads);
        final long beginNs = System.nanoTime();
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
                    batch.spent(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
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
        batch.wallNs = System.nanoTime() - beginNs;
        return batch;
    }

    /** The promise that a seed breaks, or null: for who loads this class anew. */
    public static String failure(final long seed)
    {
        return Simulation.run(seed, false).failure();
    }

    public static void main(final String[] args) throws IOException
    {
        long seed = 1;
        long runs = 1;
        int threads = Runtime.getRuntime().availableProcessors();
        boolean stopsAtFirst = false;
        boolean tells = false;
        String report = "";
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
                    case "--report" -> report = args[++i];
                    case "--tell" -> tells = Boolean.parseBoolean(args[++i]);
                    default -> throw new IllegalArgumentException("unknown argument " + args[i]);
                }
            }
        }
        catch (final IllegalArgumentException | ArrayIndexOutOfBoundsException e)
        {
            System.err.println("simulate: " + e.getMessage() +
                "; usage: simulate --seed N [--runs M] [--threads T] [--first true] [--report FILE] " +
                "[--tell true]");
            System.exit(2);
        }
        if (tells)
        {
            System.exit(tell(seed));
        }
        final Batch batch = batch(seed, runs, threads, stopsAtFirst);
        say(seed, batch);
        if (!report.isEmpty())
        {
            Files.writeString(Path.of(report), SimulationReport.text(seed, threads, batch));
        }
        System.exit(batch.isSound() ? 0 : 1);
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

    private static void say(final long seed, final Batch batch)
    {
        System.out.printf("%d runs from seed %d, %d lives, %d duty cycles, %.1f ms of CPU each, traces %016x%n",
            batch.runs, seed, batch.lives, batch.steps, batch.cpuNs / 1e6 / Math.max(1, batch.runs), batch.hash);
        for (final Fault fault : Fault.values())
        {
            System.out.printf("  %,12d  %s%n", batch.counts.of(fault), fault);
        }
        batch.failures.entrySet().stream().limit(SHOWN)
            .forEach(failure -> System.out.println("seed " + failure.getKey() + ": " + failure.getValue()));
        if (!batch.counts.missing().isEmpty())
        {
            System.out.println("never fired" + (batch.runs < COMPLETE ? ", as may be in fewer than " + COMPLETE +
                " runs: " : ": ") + batch.counts.missing());
        }
        System.out.println(batch.failures.isEmpty() ? "0 lost, 0 doubled, 0 unopenable" :
            batch.failures.size() + " of " + batch.runs + " runs broke a promise");
    }
}
