package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.CncFileDescriptor;
import io.aeron.CommonContext;
import io.millrace.node.kill.NodeProcess;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A publisher, a node and a media driver, each a process of its own, that are stopped, killed and started late in turn.
 * Each time rows flow again by themselves; what was to be kept is there once, and what is missing was said.
 *
 * <p>{@code -Dmillrace.aeron.pauses=N} pauses N times, {@code -Dmillrace.pause.ms=15000,30000} for so long in turns,
 * with Aeron's own timeouts; each one's outcome is printed, and must come about in time, which asks for a machine that
 * has nothing else to do.
 */
class AeronPauseTest
{
    private static final int PAUSES = Integer.getInteger("millrace.aeron.pauses", 20);
    private static final String GIVEN_MS = System.getProperty("millrace.pause.ms");
    private static final boolean IS_SHORT = GIVEN_MS == null;
    private static final long[] PAUSE_MS =
        Arrays.stream((IS_SHORT ? "350" : GIVEN_MS).split(",")).mapToLong(Long::parseLong).toArray();
    /** What Aeron waits before it gives somebody up: shorter than the pause. */
    private static final int TIMEOUT_MS = IS_SHORT ? 200 : 10_000;
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    /** What is promised, at Aeron's own timeouts. */
    private static final long AGAIN_MS = IS_SHORT ? Long.MAX_VALUE : 1_000;
    /** Where a process has to start. */
    private static final long LATE_MS = IS_SHORT ? Long.MAX_VALUE : 20_000;

    private static final String JOB = """
        CREATE TABLE kept (k STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
          WITH ('connector'='aeron', 'channel'='aeron:ipc', 'stream-id'='10', 'format'='sbe', 'sbe.id'='7',
            'aeron.dir'='DRIVER', 'ack'='journaled');
        CREATE TABLE plain (k STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
          WITH ('connector'='aeron', 'channel'='aeron:ipc', 'stream-id'='20', 'format'='sbe', 'sbe.id'='8',
            'aeron.dir'='DRIVER');
        CREATE TABLE kept_numbers (n BIGINT) WITH ('connector'='filesystem', 'path'='kept', 'format'='json');
        CREATE TABLE plain_numbers (n BIGINT) WITH ('connector'='filesystem', 'path'='plain', 'format'='json');
        EXECUTE STATEMENT SET BEGIN
          INSERT INTO kept_numbers SELECT n FROM kept;
          INSERT INTO plain_numbers SELECT n FROM plain;
        END;
        """;

    /** What happens to whom. */
    private enum Fault
    {
        PUBLISHER_STOPPED, NODE_STOPPED, DRIVER_STOPPED, DRIVER_KILLED, PUBLISHER_LATE, NODE_LATE
    }

    /** A round of ten: pauses mostly, which are what happens, each for every length. */
    private static final Fault[] ROUND = {
        Fault.PUBLISHER_STOPPED, Fault.NODE_STOPPED, Fault.DRIVER_STOPPED, Fault.DRIVER_KILLED,
        Fault.PUBLISHER_STOPPED, Fault.NODE_STOPPED, Fault.DRIVER_STOPPED, Fault.PUBLISHER_LATE,
        Fault.DRIVER_KILLED, Fault.NODE_LATE};

    @TempDir
    Path folder;
    private final Random random = new Random(SEED);
    private final List<Process> processes = new ArrayList<>();
    private final List<String> slow = new ArrayList<>();
    /** By fault: how often it was. */
    private final int[] times = new int[Fault.values().length];
    private Process publisher;
    private Process driver;
    private NodeProcess node;
    private MappedByteBuffer known;
    private int publishers;
    private int nodes;
    private long lostByEarlier;
    private long missedByEarlier;
    private final StringBuilder saidAll = new StringBuilder();

    @AfterEach
    void endAll()
    {
        processes.forEach(Process::destroyForcibly);
        if (node != null)
        {
            node.close();
        }
    }

    @Test
    void shouldGoOnByThemselvesWhenAnyIsPausedKilledOrLate() throws IOException
    {
        final long beginNs = System.nanoTime();
        Files.writeString(folder.resolve("job.sql"), JOB.replace("DRIVER", driverFolder()));
        startDriver();
        startNode();
        startPublisher();
        await("the first rows", () -> number(0, NumberPublisher.ACKNOWLEDGED) > 0);
        for (int i = 0; i < PAUSES; i++)
        {
            final Fault fault = ROUND[i % ROUND.length];
            pause(fault, PAUSE_MS[times[fault.ordinal()]++ % PAUSE_MS.length]);
        }
        known.putLong(NumberPublisher.STOP_OFFSET, 1);
        await("the last rows", () -> !publisher.isAlive());
        node.signal("INT");
        assertEquals(130, node.exitCode(), node::errors);
        saidAll.append(node.errors());
        requireNumbers("kept", number(0, NumberPublisher.NEXT), 0, 0);
        requireNumbers("plain", number(1, NumberPublisher.NEXT), lostByEarlier + number(1, NumberPublisher.LOST),
            missedByEarlier + number(1, NumberPublisher.MISSED));
        assertEquals(List.of(), slow, "seed " + SEED);
        // Each kind of line once a minute, and what a node says at its end.
        final long minutes = 1 + TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - beginNs);
        assertTrue(saidAll.toString().lines().count() <= PAUSES + 12 * nodes * minutes, saidAll::toString);
    }

    private void pause(final Fault fault, final long ms) throws IOException
    {
        parkMs(random.nextInt(IS_SHORT ? 60 : 1_000));
        switch (fault)
        {
            case PUBLISHER_STOPPED -> stopAndContinue(publisher.pid(), ms);
            case NODE_STOPPED -> stopAndContinue(node.pid(), ms);
            case DRIVER_STOPPED -> stopAndContinue(driver.pid(), ms);
            case DRIVER_KILLED ->
            {
                kill(driver);
                parkMs(ms);
                startDriver();
            }
            case PUBLISHER_LATE ->
            {
                kill(publisher);
                lostByEarlier += number(1, NumberPublisher.LOST);
                parkMs(ms);
                startPublisher();
            }
            default ->
            {
                node.kill();
                missedByEarlier += number(1, NumberPublisher.MISSED);
                saidAll.append(node.errors());
                parkMs(ms);
                startNode();
            }
        }
        final boolean isLate = fault == Fault.PUBLISHER_LATE || fault == Fault.NODE_LATE;
        final long beginNs = System.nanoTime();
        final long kept = number(0, NumberPublisher.NEXT);
        final long plain = number(1, NumberPublisher.NEXT);
        await(fault.toString(), () -> number(0, NumberPublisher.ACKNOWLEDGED) > Math.max(0, kept) &&
            number(1, NumberPublisher.EXPECTED) > Math.max(0, plain));
        final long againMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs);
        final String line =
            String.format(Locale.ROOT, "| %s | %,d | %,d |", fault.toString().toLowerCase(Locale.ROOT), ms, againMs);
        if (againMs > (isLate ? LATE_MS : AGAIN_MS))
        {
            slow.add(line);
        }
        saidAll.append(line).append('\n');
        if (!IS_SHORT)
        {
            System.out.println(line);
        }
    }

    private void stopAndContinue(final long pid, final long ms) throws IOException
    {
        signal("STOP", pid);
        parkMs(ms);
        signal("CONT", pid);
    }

    private static void signal(final String name, final long pid) throws IOException
    {
        try
        {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void parkMs(final long ms)
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        while (System.nanoTime() - deadlineNs < 0)
        {
            LockSupport.parkNanos(deadlineNs - System.nanoTime());
        }
    }

    private void kill(final Process process)
    {
        process.destroyForcibly();
        await("a killed process", () -> !process.isAlive());
    }

    private void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean())
        {
            if (System.nanoTime() - deadlineNs > 0 || !node.isAlive())
            {
                throw new AssertionError(what + " did not come about, seed " + SEED + "; the node says " +
                    node.errors() + "; publisher " + said("publisher-" + publishers + ".txt") + "; driver " +
                    said("driver.txt"));
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private String said(final String file)
    {
        try
        {
            return Files.readString(folder.resolve(file));
        }
        catch (final IOException e)
        {
            return e.toString();
        }
    }

    private long number(final int table, final int offset)
    {
        return known.getLong(table * NumberPublisher.TABLE_LENGTH + offset);
    }

    private String driverFolder()
    {
        return folder.resolve("driver").toString();
    }

    private void startDriver() throws IOException
    {
        final List<String> options = new ArrayList<>(List.of("-Daeron.dir=" + driverFolder(),
            "-Daeron.threading.mode=SHARED", "-Daeron.dir.delete.on.start=true"));
        if (IS_SHORT)
        {
            options.addAll(List.of("-Daeron.client.liveness.timeout=" + TIMEOUT_MS + "ms",
                "-Daeron.timer.interval=20ms", "-Daeron.image.liveness.timeout=" + TIMEOUT_MS + "ms",
                "-Daeron.publication.unblock.timeout=" + 2 * TIMEOUT_MS + "ms"));
        }
        final long before = startOfDriver();
        driver = start("driver.txt", options, "io.aeron.driver.MediaDriver");
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (startOfDriver() == before)
        {
            assertTrue(driver.isAlive() && System.nanoTime() - deadlineNs < 0, () -> said("driver.txt"));
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** When the driver in the folder began, as it wrote itself; 0 while it has not. */
    private long startOfDriver() throws IOException
    {
        final Path cnc = CommonContext.newCncFile(driverFolder()).toPath();
        final byte[] written = Files.exists(cnc) ? Files.readAllBytes(cnc) : new byte[0];
        return written.length < CncFileDescriptor.META_DATA_LENGTH ? 0 :
            CncFileDescriptor.startTimestampMs(new UnsafeBuffer(written));
    }

    private void startNode()
    {
        nodes++;
        node = NodeProcess.start(folder, List.of("-Daeron.driver.timeout=" + TIMEOUT_MS), List.of("run", "job.sql",
            "--state", "state", "--set", "execution.checkpointing.interval=100 ms",
            "--set", "millrace.memory.state=64mb"));
    }

    private void startPublisher() throws IOException
    {
        publishers++;
        final Path file = folder.resolve("numbers-" + publishers);
        known = NumberPublisher.map(file);
        publisher = start("publisher-" + publishers + ".txt", List.of("-Daeron.driver.timeout=" + TIMEOUT_MS),
            NumberPublisher.class.getName(), driverFolder(), file.toString());
    }

    private Process start(
        final String said, final List<String> options, final String mainClass, final String... arguments)
        throws IOException
    {
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx64m",
            "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(arguments));
        final Process process = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(said).toFile())).start();
        processes.add(process);
        return process;
    }

    /**
     * Every number below {@code next} is there once, but for those that were said to be lost by their publisher, or
     * missed by the nodes: a node that dies says again what it said last.
     */
    private void requireNumbers(final String table, final long next, final long lost, final long missed)
        throws IOException
    {
        final BitSet numbers = new BitSet();
        try (Stream<Path> files = Files.list(folder.resolve(table)))
        {
            for (final Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList())
            {
                for (final String line : Files.readAllLines(file))
                {
                    final int number = Integer.parseInt(line.replaceAll("[^0-9]", ""));
                    assertTrue(!numbers.get(number), () -> table + " " + number + " is there twice, seed " + SEED);
                    numbers.set(number);
                }
            }
        }
        assertTrue(numbers.length() <= next, () -> table + ": " + numbers.length() + " of " + next);
        final long missing = next - numbers.cardinality();
        assertTrue(lost <= missing && missing <= lost + missed, () -> table + ": " + missing + " are missing, " + lost +
            " were said to be lost, " + missed + " to be missed, seed " + SEED + "\n" + saidAll);
        if (!IS_SHORT)
        {
            System.out.printf(Locale.ROOT, "%s: %,d numbers, %,d missing, %,d said to be lost%n",
                table, next, missing, lost);
        }
    }
}
