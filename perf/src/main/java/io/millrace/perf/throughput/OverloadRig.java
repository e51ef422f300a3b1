package io.millrace.perf.throughput;

import io.millrace.client.RowPublisher;
import io.millrace.perf.peer.Folders;
import io.millrace.perf.peer.Machine;
import io.millrace.perf.peer.Outcome;
import io.millrace.perf.peer.PeerProcess;
import io.millrace.perf.workload.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A producer that tries to publish three times what the engine takes: what it is told, what the engine still takes,
 * how much memory it needs, and how soon all is as before. Rows that are refused are dropped and counted, every row
 * that was taken is accounted for.
 */
public final class OverloadRig
{
    private static final int POOL = 1 << 18;
    private static final int BATCH = 64;
    private static final long SECOND_NS = 1_000_000_000;
    private static final double LEAST_GOODPUT = 0.95;
    private static final long MOST_AGAIN_MS = 5_000;
    /** Rows that may be on their way when all is normal: a hundredth of a second's. */
    private static final double NORMAL_SECONDS = 0.01;
    private static final long MOST_GROWTH_KIB = 128 << 10;
    private static final int FACTOR = 3;

    private final Records records = new Records(Workload.of("seed", POOL));
    private final RowPublisher publisher;
    private final Path status;
    private final Process engine;
    private long sent;
    private long tried;
    private final Map<Long, Long> refusals = new TreeMap<>();
    private long mostKib;

    private OverloadRig(final Path folder, final String channel) throws IOException
    {
        final String driver = folder.resolve("driver").toString();
        final List<String> command = new ArrayList<>(List.of("taskset", "-c", "0",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xms256m",
            "-Xmx1g", "-XX:MaxDirectMemorySize=2g", "-XX:-UsePerfData",
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED", "-cp",
            PeerProcess.classPath(PeerProcess::isMillraces), "io.millrace.perf.millrace.StreamPeer", "distincts",
            driver, channel));
        engine = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        status = Path.of("/proc", processId(engine), "status");
        publisher = new RowPublisher(new RowPublisher.Context(Records.SCHEMA).aeronDirectory(driver).channel(channel)
            .streamId(EngineOutlet.STREAM).publisherId(1).invoked(true));
        if (!publisher.awaitReady(60_000))
        {
            throw new IOException("no connection: " + publisher.reason());
        }
    }

    private static String processId(final Process process)
    {
        return Long.toString(process.pid());
    }

    /** Seconds of overload, 60 without; then seconds in which the maximum is found, 20 without. */
    public static void main(final String[] args) throws IOException, InterruptedException
    {
        final int overloadSeconds = args.length > 0 ? Integer.parseInt(args[0]) : 60;
        final int maximumSeconds = args.length > 1 ? Integer.parseInt(args[1]) : 20;
        final Path folder = Files.createTempDirectory(Path.of("/dev/shm"), "millrace-overload");
        boolean isGood = false;
        try
        {
            isGood = new OverloadRig(folder, "aeron:ipc?term-length=16m").run(maximumSeconds, overloadSeconds);
        }
        finally
        {
            Folders.delete(folder);
        }
        System.exit(isGood ? 0 : 1);
    }

    private boolean run(final int maximumSeconds, final int overloadSeconds) throws IOException, InterruptedException
    {
        final List<String> lines = new ArrayList<>();
        try
        {
            offer(maximumSeconds, Double.MAX_VALUE);
            final double maximum = offer(maximumSeconds, Double.MAX_VALUE);
            final long calmKib = mostKib;
            refusals.clear();
            mostKib = 0;
            tried = 0;
            final double good = offer(overloadSeconds, FACTOR * maximum);
            final long triedRows = tried;
            final double triedRate = (double)triedRows / overloadSeconds;
            final Map<Long, Long> answers = new TreeMap<>(refusals);
            final long againMs = untilNormal(maximum / 2);
            lines.add(String.format(Locale.ROOT, "| the maximum, M rows/s | %.2f |", maximum / 1e6));
            lines.add(String.format(Locale.ROOT, "| tried, of the maximum | %.2f |", triedRate / maximum));
            lines.add(String.format(Locale.ROOT, "| taken, of the maximum | %.3f |", good / maximum));
            lines.add(String.format(Locale.ROOT, "| tries answered with BACK_PRESSURED | %.1f %% |",
                100.0 * answers.getOrDefault(RowPublisher.BACK_PRESSURED, 0L) / triedRows));
            lines.add(String.format(Locale.ROOT, "| tries answered with something else than a sequence | %,d |",
                answers.entrySet().stream().filter(e -> e.getKey() != RowPublisher.BACK_PRESSURED)
                    .mapToLong(Map.Entry::getValue).sum()));
            lines.add(String.format(Locale.ROOT, "| memory of the engine's process before and in overload, MiB | " +
                "%d, %d |", calmKib >> 10, mostKib >> 10));
            lines.add(String.format(Locale.ROOT, "| normal after, ms | %d |", againMs));
            finish();
            write(lines, overloadSeconds);
            return good >= LEAST_GOODPUT * maximum && againMs <= MOST_AGAIN_MS && answers.size() == 1 &&
                triedRate >= 2.5 * maximum && mostKib - calmKib <= MOST_GROWTH_KIB;
        }
        finally
        {
            publisher.close();
            engine.destroy();
            engine.waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** Tries so many rows a second; how many a second the engine took. */
    private double offer(final int seconds, final double rate) throws IOException
    {
        publisher.poll();
        final long beginNs = System.nanoTime();
        final long begin = publisher.expected();
        long nowNs = beginNs;
        long lookNs = beginNs;
        long done = 0;
        while (nowNs - beginNs < seconds * SECOND_NS)
        {
            if (done < rate * (nowNs - beginNs) / SECOND_NS)
            {
                for (int i = 0; i < BATCH; i++)
                {
                    tryOne();
                }
                done += BATCH;
            }
            nowNs = System.nanoTime();
            if (nowNs - lookNs > SECOND_NS)
            {
                lookNs = nowNs;
                look();
            }
        }
        publisher.poll();
        return (publisher.expected() - begin) * 1e9 / (nowNs - beginNs);
    }

    private void tryOne()
    {
        tried++;
        final int row = (int)(sent % POOL);
        records.place(sent / POOL, row);
        long result = publisher.claim();
        if (result == RowPublisher.READY)
        {
            records.set(row, publisher.row());
            result = publisher.commit();
        }
        if (result >= 0)
        {
            sent++;
        }
        else
        {
            refusals.merge(result, 1L, Long::sum);
        }
    }

    private void look() throws IOException
    {
        for (final String line : Files.readAllLines(status))
        {
            if (line.startsWith("VmRSS:"))
            {
                mostKib = Math.max(mostKib, Long.parseLong(line.replaceAll("[^0-9]", "")));
            }
        }
    }

    /** Publishes at a rate that the engine takes with ease: after how long it holds hardly any rows back. */
    private long untilNormal(final double rate)
    {
        final long beginNs = System.nanoTime();
        final long first = sent;
        while (true)
        {
            final long nowNs = System.nanoTime();
            if (sent - first < rate * (nowNs - beginNs) / SECOND_NS)
            {
                tryOne();
            }
            publisher.poll();
            final boolean isNormal = publisher.nextSequence() - publisher.expected() < rate * NORMAL_SECONDS;
            if (isNormal || nowNs - beginNs > 2 * MOST_AGAIN_MS * 1_000_000)
            {
                return TimeUnit.NANOSECONDS.toMillis(nowNs - beginNs);
            }
        }
    }

    /** Every row that was taken crossed the ring, and none was doubled. */
    private void finish() throws IOException
    {
        final long deadlineNs = System.nanoTime() + 30 * SECOND_NS;
        while (publisher.expected() != sent && System.nanoTime() - deadlineNs < 0)
        {
            publisher.poll();
        }
        engine.getOutputStream().close();
        final Outcome outcome = Outcome.parse(
            engine.inputReader(StandardCharsets.UTF_8).lines().toList());
        if (outcome.rows() != sent || publisher.missedByEngine() + publisher.repeatedToEngine() != 0)
        {
            throw new IllegalStateException(sent + " rows were taken, " + outcome.rows() + " crossed the ring");
        }
    }

    private static void write(final List<String> lines, final int seconds) throws IOException, InterruptedException
    {
        final Machine machine = Machine.here();
        final String text = "# A producer that tries three times what the engine takes\n\n| | |\n|---|---|\n" +
            String.join("\n", lines) + String.format(Locale.ROOT, "%n%n%d s of overload over `aeron:ipc`, the job " +
            "`distincts`; refused rows are dropped by the producer, every other crossed the ring once. %s, %d " +
            "processors, %s; load %s; commit %s. Repeat: `perf/run io.millrace.perf.throughput.OverloadRig`.%n",
            seconds, machine.processor(), machine.cores(), machine.java(), Machine.load(), machine.commit());
        System.out.println(text);
        if (seconds >= 60)
        {
            Files.writeString(Files.createDirectories(Path.of("perf/results")).resolve("overload.md"), text);
        }
    }
}
