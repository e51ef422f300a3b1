package io.millrace.perf.log;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.perf.peer.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/**
 * Appends blocks to each provider's log as quickly as it takes them while a reader follows, then opens a log that was
 * left with its records: {@code LogComparison FOLDER ROUNDS BYTES}. And what a full disk does:
 * {@code LogComparison FOLDER full KIND}, where the folder is a small file system.
 */
public final class LogComparison
{
    private static final int SEGMENT_LENGTH = 32 << 20;
    private static final int MAX_SEGMENTS = 8;
    private static final long WARM_UP_LENGTH = (long)MAX_SEGMENTS * SEGMENT_LENGTH;
    private static final int[] BLOCKS = {65_536, 4_096};
    private static final double MICRO = 1e3;

    /** What was measured of one kind with one length of blocks; the rounds' sum. */
    private static final class Tally
    {
        private final Histogram appends = new Histogram(3);
        private double best;
        private double sum;
        private int rounds;

        void add(final double bytesPerSecond)
        {
            best = Math.max(best, bytesPerSecond);
            sum += bytesPerSecond;
            rounds++;
        }
    }

    private LogComparison()
    {
    }

    public static void main(final String[] args) throws InterruptedException
    {
        final Path folder = Path.of(args[0]);
        if (args[1].equals("full"))
        {
            FullDisk.run(LogKind.valueOf(args[2]), folder);
            return;
        }
        final int rounds = Integer.parseInt(args[1]);
        final long bytes = Long.parseLong(args[2]);
        System.out.println("| log | block | MB/s mean (best) | append p50 | p99 | p99.99 | max, us |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (final int block : BLOCKS)
        {
            // Small blocks cost calls, not bytes.
            final long wanted = block == BLOCKS[0] ? bytes : bytes / 4;
            final Map<LogKind, Tally> tallies = new EnumMap<>(LogKind.class);
            final Tally raw = new Tally();
            for (int round = 0; round < rounds; round++)
            {
                runRaw(folder.resolve("raw"), block, wanted, raw);
                for (final LogKind kind : LogKind.values())
                {
                    run(kind, folder.resolve("log"), block, wanted, tallies.computeIfAbsent(kind, k -> new Tally()));
                }
            }
            print("pwrite", block, raw);
            tallies.forEach((kind, tally) -> print(kind.name().toLowerCase(Locale.ROOT), block, tally));
        }
        recover(folder.resolve("log"), bytes / 4);
    }

    private static void print(final String name, final int block, final Tally tally)
    {
        System.out.printf(Locale.ROOT, "| %s | %d | %.0f (%.0f) | %.1f | %.1f | %.1f | %.0f |%n", name, block,
            tally.sum / tally.rounds / 1e6, tally.best / 1e6, tally.appends.getValueAtPercentile(50) / MICRO,
            tally.appends.getValueAtPercentile(99) / MICRO, tally.appends.getValueAtPercentile(99.99) / MICRO,
            tally.appends.getMaxValue() / MICRO);
    }

    /** The same bytes by bare calls into a file that was written before: what no log can exceed. */
    private static void runRaw(final Path file, final int block, final long bytes, final Tally tally)
    {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(block);
        try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE))
        {
            for (long at = 0; at < SEGMENT_LENGTH; at += block)
            {
                channel.write(buffer.clear(), at);
            }
            final long begin = System.nanoTime();
            long last = begin;
            for (long at = 0; at < bytes; at += block)
            {
                channel.write(buffer.clear(), at % SEGMENT_LENGTH);
                final long now = System.nanoTime();
                tally.appends.recordValue(now - last);
                last = now;
            }
            tally.add(bytes * 1e9 / (System.nanoTime() - begin));
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
        clear(file);
    }

    private static void run(
        final LogKind kind, final Path folder, final int block, final long bytes, final Tally tally)
        throws InterruptedException
    {
        final long record = Memory.allocate(block);
        Memory.fill(record, block, (byte)5);
        final AtomicBoolean isDone = new AtomicBoolean();
        try (Log log = kind.open(folder, SEGMENT_LENGTH, MAX_SEGMENTS))
        {
            final Log.Reader reader = log.newReader(log.endPosition());
            // As the cold agent does: work and reading in one thread.
            final Thread cold = new Thread(() ->
            {
                while (!isDone.get())
                {
                    int work = log.doWork();
                    work += reader.poll((address, length) -> true, 64);
                    reader.release(reader.position());
                    log.retainFrom(reader.position());
                    if (work == 0)
                    {
                        Thread.yield();
                    }
                }
            });
            cold.start();
            // Once round, so that what follows is a log that has been running for a while.
            append(log, record, block, WARM_UP_LENGTH, new Histogram(3));
            final long begin = System.nanoTime();
            append(log, record, block, bytes, tally.appends);
            while (log.commitPosition() < log.endPosition())
            {
                Thread.yield();
            }
            tally.add(bytes * 1e9 / (System.nanoTime() - begin));
            isDone.set(true);
            cold.join();
        }
        Memory.free(record);
        clear(folder);
    }

    private static void append(
        final Log log, final long record, final int block, final long bytes, final Histogram times)
    {
        for (long done = 0; done < bytes; done += block)
        {
            final long before = System.nanoTime();
            while (log.tryAppend(record, block) == Log.BACK_PRESSURE)
            {
                Thread.yield();
            }
            times.recordValue(System.nanoTime() - before);
        }
    }

    /** Leaves a log with records and opens it again. */
    private static void recover(final Path folder, final long bytes)
    {
        System.out.println();
        System.out.println("| log | records kept, MB | open to first record, ms |");
        System.out.println("|---|---|---|");
        final long record = Memory.allocate(BLOCKS[0]);
        for (final LogKind kind : LogKind.values())
        {
            final int maxSegments = (int)(bytes / SEGMENT_LENGTH) + 8;
            try (Log log = kind.open(folder, SEGMENT_LENGTH, maxSegments))
            {
                for (long done = 0; done < bytes; done += BLOCKS[0])
                {
                    while (log.tryAppend(record, BLOCKS[0]) == Log.BACK_PRESSURE)
                    {
                        log.doWork();
                    }
                }
            }
            final long begin = System.nanoTime();
            try (Log log = kind.open(folder, SEGMENT_LENGTH, maxSegments))
            {
                final Log.Reader reader = log.newReader(log.beginPosition());
                while (reader.poll((address, length) -> true, 1) == 0)
                {
                    Thread.onSpinWait();
                }
                System.out.printf(Locale.ROOT, "| %s | %d | %.0f |%n", kind.name().toLowerCase(Locale.ROOT),
                    bytes / 1_000_000, (System.nanoTime() - begin) / 1e6);
            }
            clear(folder);
        }
        Memory.free(record);
    }

    private static void clear(final Path path)
    {
        try
        {
            Folders.delete(path);
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
    }
}
