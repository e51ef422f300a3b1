package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import io.millrace.node.kill.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A job with nothing to do takes next to nothing of a processor and is there at once when a row comes.
 *
 * <p>What is counted is how often the node's threads get a processor, which a busy machine doesn't change much, and for
 * how long, which it does. {@code -Dmillrace.idle.seconds=20} asks for less than one hundredth of a processor.
 */
class IdleTest
{
    private static final int SECONDS = Integer.getInteger("millrace.idle.seconds", 3);
    private static final boolean IS_FULL = SECONDS >= 10;
    private static final double MOST_SHARE = IS_FULL ? 0.01 : 0.03;
    /** Of a job that looks for rows every other millisecond. */
    private static final double MOST_SHARE_LOOKING = 0.03;
    /** Four threads that rest are there ten times a second each, and where packets come. */
    private static final double MOST_TURNS = 120;
    private static final int WINDOWS = 8;
    private static final int ROWS = 60;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long QUICK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    @TempDir
    Path folder;
    private long published;

    /**
     * @param turns how often each thread has got a processor.
     */
    private record Use(long ms, Map<String, Long> turns)
    {
        double turnsSince(final Use before)
        {
            // Threads come and go: those that compile.
            return turns.entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.turns.getOrDefault(thread.getKey(), 0L)).sum();
        }
    }

    /**
     * The threads that a row and its result pass, which get no processor at once on a busy machine.
     *
     * @param files what the system counts of each.
     */
    private record Queues(List<Path> files)
    {
        static Queues of(final long pid) throws IOException
        {
            final List<Path> files = new ArrayList<>(List.of(Path.of("/proc/thread-self/schedstat")));
            try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task")))
            {
                for (final Path task : tasks.toList())
                {
                    final String name = Files.readString(task.resolve("comm"));
                    if (name.contains("source-") || name.startsWith("aeron-driver"))
                    {
                        files.add(task.resolve("schedstat"));
                    }
                }
            }
            return new Queues(files);
        }

        /** For how long they have waited for a processor. */
        long waitedNs() throws IOException
        {
            long ns = 0;
            for (final Path file : files)
            {
                ns += Long.parseLong(Files.readString(file).split(" ")[1]);
            }
            return ns;
        }
    }

    @ParameterizedTest
    @CsvSource({"ipc, false", "udp, false", "ipc, true", "udp, true"})
    void shouldTakeNextToNothingAndBeThereAtOnceWhenNoRowsCome(final String channel, final boolean hasThread)
        throws IOException
    {
        final String rows =
            channel.equals("ipc") ? "aeron:ipc" : "aeron:udp?endpoint=localhost:" + AeronJob.freePort();
        final String job = AeronJob.passing(folder, rows, "sbe",
            ", 'ack'='journaled', 'aeron.driver-thread'='" + hasThread + "'");
        requireIdle(job, rows, new Bounds(channel + ", thread " + hasThread, MOST_SHARE, MOST_TURNS, QUICK_NS));
    }

    @Test
    void shouldLookEverySecondMillisecondWhenNothingWakesIt() throws IOException
    {
        final String driver = AeronJob.driver(folder);
        try (MediaDriver own = MediaDriver.launch(new MediaDriver.Context().aeronDirectoryName(driver)
            .threadingMode(ThreadingMode.SHARED).sharedIdleStrategy(new SleepingMillisIdleStrategy(1))))
        {
            final String job = AeronJob.passing(folder, "aeron:ipc", "sbe", ", 'ack'='journaled'")
                .replace("aeron.embedded-dir", "aeron.dir");
            requireIdle(job, "aeron:ipc", new Bounds("driver " + own.aeronDirectoryName(),
                Math.max(MOST_SHARE, MOST_SHARE_LOOKING), MOST_TURNS + 550,
                QUICK_NS + TimeUnit.MILLISECONDS.toNanos(2)));
        }
    }

    /** What is asked of a job. */
    private record Bounds(String what, double share, double turns, long quickNs)
    {
    }

    private void requireIdle(final String job, final String rows, final Bounds bounds) throws IOException
    {
        Files.writeString(folder.resolve("job.sql"), job);
        try (NodeProcess node = NodeProcess.start(folder,
            List.of("run", "job.sql", "--state", "state", "--set", "millrace.memory.state=64mb"));
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, rows)))
        {
            final long beginNs = System.nanoTime();
            while (!subscriber.isConnected() || !publisher.isReady())
            {
                requireInTime(node, beginNs);
                subscriber.poll((row, writer, number, isProvisional) ->
                {
                }, 16);
                publisher.poll();
            }
            final Queues queues = Queues.of(node.pid());
            final long[] tookNs = new long[ROWS];
            for (int i = 0; i < ROWS; i++)
            {
                rest(publisher, 40 + 7 * (i % 5));
                final long before = queues.waitedNs();
                tookNs[i] = pass(node, publisher, subscriber);
                tookNs[i] -= queues.waitedNs() - before;
            }
            requireQuiet(node, publisher, bounds);
            Arrays.sort(tookNs);
            // From the row to its result, the first ones through code that has not been compiled.
            assertTrue(tookNs[ROWS / 2] < bounds.quickNs, Arrays.toString(tookNs));
            node.signal("INT");
            assertEquals(130, node.exitCode(), node::errors);
        }
    }

    /** One row, and its result: how long that takes. */
    private long pass(final NodeProcess node, final RowPublisher publisher, final ResultSubscriber subscriber)
    {
        final long before = subscriber.results();
        final long beginNs = System.nanoTime();
        while (publisher.claim() != RowPublisher.READY)
        {
            requireInTime(node, beginNs);
        }
        publisher.row().setText(0, "k").setLong(1, published++).setLong(2, 1_700_000_000_000L);
        while (publisher.commit() < 0)
        {
            requireInTime(node, beginNs);
        }
        while (subscriber.results() == before)
        {
            requireInTime(node, beginNs);
            subscriber.poll((row, writer, number, isProvisional) ->
            {
            }, 16);
        }
        return System.nanoTime() - beginNs;
    }

    private static void rest(final RowPublisher publisher, final long ms)
    {
        final long beginNs = System.nanoTime();
        while (System.nanoTime() - beginNs < TimeUnit.MILLISECONDS.toNanos(ms))
        {
            publisher.poll();
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Of some windows one must be quiet: in the first ones the virtual machine still compiles. */
    private static void requireQuiet(final NodeProcess node, final RowPublisher publisher, final Bounds bounds)
        throws IOException
    {
        final StringBuilder said = new StringBuilder(bounds.what);
        for (int window = 0; window < WINDOWS; window++)
        {
            final Use before = use(node.pid());
            final long beginNs = System.nanoTime();
            rest(publisher, TimeUnit.SECONDS.toMillis(SECONDS));
            final double seconds = (System.nanoTime() - beginNs) / 1e9;
            final Use after = use(node.pid());
            final double share = (after.ms - before.ms) / 1e3 / seconds;
            final double turns = after.turnsSince(before) / seconds;
            said.append(String.format(Locale.ROOT, "; %.2f %%, %.0f turns a second", share * 100, turns));
            if (IS_FULL)
            {
                System.out.println(said);
            }
            if (share < bounds.share && turns < bounds.turns)
            {
                return;
            }
        }
        throw new AssertionError(said);
    }

    /** What a process has had of the processors. */
    private static Use use(final long pid) throws IOException
    {
        final Path process = Path.of("/proc", Long.toString(pid));
        final String stat = Files.readString(process.resolve("stat"));
        // Behind the name, which is in brackets: processor time in and for the process, in hundredths of a second.
        final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        final long ms = 10 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
        final Map<String, Long> turns = new HashMap<>();
        try (Stream<Path> tasks = Files.list(process.resolve("task")))
        {
            for (final Path task : tasks.toList())
            {
                try
                {
                    final String counts = Files.readString(task.resolve("schedstat")).trim();
                    turns.put(task.toString(), Long.parseLong(counts.substring(counts.lastIndexOf(' ') + 1)));
                }
                catch (final IOException e)
                {
                    // It has just ended.
                    turns.remove(task.toString());
                }
            }
        }
        return new Use(ms, turns);
    }

    private static void requireInTime(final NodeProcess node, final long beginNs)
    {
        if (System.nanoTime() - beginNs > DEADLINE_NS || !node.isAlive())
        {
            throw new AssertionError("not in time; the node says " + node.errors());
        }
    }
}
