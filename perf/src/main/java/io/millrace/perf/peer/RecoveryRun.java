package io.millrace.perf.peer;

import io.millrace.perf.workload.RecoveryRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * One process under full load that is killed at a random moment after a checkpoint of all keys, and the one that is
 * started again at once: when the first correct new result is there, when results come as quickly as before, and
 * whether all results are there in the end.
 */
final class RecoveryRun
{
    private static final long POLL_NS = 500_000L;
    private static final long SPAN_NS = 500_000_000L;
    private static final double NORMAL = 0.9;
    private static final long PATIENCE_SECONDS = 1200;
    private static final int MOST_SAID = 1000;

    private final RecoveryPeer peer;
    private final BitSet seen = new BitSet();
    private final Map<String, RecoveryRows.Daily> daily = new HashMap<>();
    private final long beganNs = System.nanoTime();
    private long newestWindow;

    /**
     * What was measured.
     *
     * @param rowsAtKill rows whose windows had been shown.
     * @param bytes      of the checkpoint that was restored.
     * @param firstNs    from the signal to the first new result.
     * @param normalNs   from the signal to the beginning of the first half second at 90 % of the rate, −1 for never.
     * @param rate       rows a second before the signal, with all keys live.
     * @param said       what the second process said of its way back, "" for nothing.
     */
    record Result(long rowsAtKill, long bytes, long firstNs, long normalNs, double rate, String said)
    {
    }

    RecoveryRun(final RecoveryPeer peer)
    {
        this.peer = peer;
    }

    Result run(final Random random, final long withinNs) throws IOException, InterruptedException
    {
        final Process first = peer.start("first", null);
        final double rate;
        final long killedNs;
        try (LineTail lines = reader("first"))
        {
            rate = untilReady(first, lines, random.nextLong(withinNs));
            killedNs = System.nanoTime();
            first.destroyForcibly().waitFor();
            readAll(lines);
        }
        finally
        {
            first.destroyForcibly();
        }
        final long shown = newestWindow;
        final Path newest = peer.newest();
        final long bytes = RecoveryPeer.bytes(newest);
        final Process second = peer.start("second", newest);
        final Result result;
        try (LineTail lines = reader("second"))
        {
            result = watch(second, lines, killedNs, rate, bytes);
            if (!second.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || second.exitValue() != 0)
            {
                throw new IOException(peer.name() + " did not end well: " + beginning(said("second")));
            }
            readAll(lines);
        }
        finally
        {
            second.destroyForcibly();
        }
        verify(shown);
        return result;
    }

    private LineTail reader(final String process) throws IOException
    {
        final Path file = peer.folder().resolve(process + ".out");
        while (!Files.exists(file))
        {
            LockSupport.parkNanos(POLL_NS);
        }
        return new LineTail(file);
    }

    private String said(final String process) throws IOException
    {
        return Files.readString(peer.folder().resolve(process + ".txt"));
    }

    private static String beginning(final String text)
    {
        return text.substring(0, Math.min(MOST_SAID, text.length()));
    }

    /** Waits until all keys are in a checkpoint and the random time is over: the rate with all keys live. */
    private double untilReady(final Process process, final LineTail lines, final long afterNs)
        throws IOException
    {
        final long allKeys = peer.rows().keys() / RecoveryRows.WINDOW_ROWS + 1;
        while (newestWindow < allKeys)
        {
            step(process, lines);
        }
        final long sinceNs = System.nanoTime();
        final long sinceWindow = newestWindow;
        final Set<Path> begun = new HashSet<>(peer.checkpointFolders(false));
        while (begun.containsAll(peer.checkpointFolders(true)))
        {
            step(process, lines);
        }
        final long untilNs = System.nanoTime() + afterNs;
        while (System.nanoTime() - untilNs < 0)
        {
            step(process, lines);
        }
        return (newestWindow - sinceWindow) * RecoveryRows.WINDOW_ROWS * 1e9 / (System.nanoTime() - sinceNs);
    }

    private void step(final Process process, final LineTail lines) throws IOException
    {
        if (!process.isAlive())
        {
            throw new IOException(
                peer.name() + " ended before it was killed, it needs more rows: " + beginning(said("first")));
        }
        requirePatience("first");
        readAll(lines);
        LockSupport.parkNanos(POLL_NS);
    }

    private void requirePatience(final String process) throws IOException
    {
        if (System.nanoTime() - beganNs > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS))
        {
            throw new IOException(
                peer.name() + " takes more than " + PATIENCE_SECONDS + " s: " + beginning(said(process)));
        }
    }

    private void readAll(final LineTail lines) throws IOException
    {
        while (readOne(lines))
        {
            Thread.onSpinWait();
        }
    }

    /** Takes a line, if there is one. */
    private boolean readOne(final LineTail lines) throws IOException
    {
        final @Nullable String line = lines.next();
        if (line == null)
        {
            return false;
        }
        final Matcher shown = peer.shown().matcher(line);
        if (shown.find())
        {
            final long second = RecoveryRows.secondOf(shown);
            final long count = Long.parseLong(shown.group(4));
            final long sum = Long.parseLong(shown.group(5));
            if (count != RecoveryRows.WINDOW_ROWS || sum != RecoveryRows.sumOfWindow(second))
            {
                throw new IOException(peer.name() + ": a wrong result: " + line);
            }
            seen.set((int)second);
            newestWindow = Math.max(newestWindow, second);
            return true;
        }
        takeDaily(line);
        return true;
    }

    private void takeDaily(final String line) throws IOException
    {
        final Matcher result = peer.daily().matcher(line);
        if (result.find())
        {
            final RecoveryRows.Daily before = daily.put(result.group(1), RecoveryRows.dailyOf(result));
            if (before != null)
            {
                throw new IOException(peer.name() + ": a result twice: " + line);
            }
        }
    }

    private Result watch(final Process process, final LineTail lines, final long killedNs, final double rate,
        final long bytes) throws IOException, InterruptedException
    {
        final long shown = newestWindow;
        long firstNs = 0;
        long spanNs = 0;
        long spanWindow = 0;
        long normalNs = -1;
        while (process.isAlive() && (firstNs == 0 || normalNs < 0))
        {
            requirePatience("second");
            final boolean isMore = readOne(lines);
            final long nowNs = System.nanoTime();
            if (newestWindow > shown && firstNs == 0)
            {
                firstNs = nowNs - killedNs;
                spanNs = nowNs;
                spanWindow = newestWindow;
            }
            if (firstNs != 0 && nowNs - spanNs >= SPAN_NS)
            {
                final double now = (newestWindow - spanWindow) * RecoveryRows.WINDOW_ROWS * 1e9 / (nowNs - spanNs);
                normalNs = now >= NORMAL * rate ? spanNs - killedNs : -1;
                spanNs = nowNs;
                spanWindow = newestWindow;
            }
            if (!isMore)
            {
                LockSupport.parkNanos(POLL_NS);
            }
        }
        if (firstNs == 0)
        {
            throw new IOException(peer.name() + " gave no new result, it may need more rows; exit code " +
                process.waitFor() + ": " + beginning(said("second")));
        }
        return new Result(shown * RecoveryRows.WINDOW_ROWS, bytes, firstNs, normalNs, rate,
            said("second").lines().filter(line -> line.startsWith("goes on")).findFirst().orElse(""));
    }

    /** Every window was shown, and the long window's answers are those of all rows, each once. */
    private void verify(final long shown) throws IOException
    {
        final Path out = peer.folder().resolve("out");
        for (final String line : RecoveryPeer.lines(out))
        {
            takeDaily(line);
        }
        final int windows = peer.rows().rows() / RecoveryRows.WINDOW_ROWS;
        if (seen.nextClearBit(1) <= windows)
        {
            throw new IOException(peer.name() + ": the window that ends at second " + seen.nextClearBit(1) +
                " is missing, " + shown + " were there when it was killed");
        }
        final Map<String, RecoveryRows.Daily> expected = peer.rows().daily();
        if (!expected.equals(daily))
        {
            throw new IOException(peer.name() + ": " + daily.size() + " results of the long window, of " +
                expected.size() + " the right ones are " + expected.entrySet().stream()
                .filter(entry -> entry.getValue().equals(daily.get(entry.getKey()))).count());
        }
    }
}
