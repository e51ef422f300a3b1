package io.millrace.perf.millrace;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.shard.ShardAgent;
import io.millrace.engine.shard.ShardCounters;
import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.snapshot.SnapshotReader;
import io.millrace.engine.state.StateMemory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What a checkpoint adds to a shard's duty cycles, and how long it takes to restore one: a shard with a number of keys,
 * each row of a random one, works blocks with and without a snapshot under way. Times are of the thread's processor, so
 * that what else runs on the machine does not count; the reader of the snapshot does not run meanwhile.
 *
 * <p>Arguments: numbers of keys, separated by commas, and blocks of each phase.
 */
public final class CheckpointPause
{
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int MOST_ROWS = 4096;
    private static final int ROW_LENGTH = 24;
    private static final int LOG_BYTES = 4 << 20;
    /** Duty cycles between two checkpoints. */
    private static final int CALM = 500;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final JobPlan plan = CountedKeys.plan();
    private final int keys;
    private final BlockRing ring = new BlockRing(4, BLOCK_BYTES, MOST_ROWS, 1, 1, true, BlockRing.Observer.NONE);
    private final MemoryLog output = new MemoryLog(LOG_BYTES);
    private final MemoryLog exchange = new MemoryLog(LOG_BYTES);
    private final MemoryLog snapshots = new MemoryLog(LOG_BYTES);
    private final Log.Reader reader = snapshots.newReader(0);
    private final ShardAgent shard;
    private final SplittableRandom random = new SplittableRandom(42);
    /** Batches of the last snapshot: their bytes, one behind the other, and the length of each. */
    private final List<Integer> lengths = new ArrayList<>();
    private final long copy;
    private long copied;
    private boolean isEnded = true;
    private Block spare = new Block(BLOCK_BYTES, new Sidecar(MOST_ROWS, 1, 1));

    private CheckpointPause(final int keys)
    {
        this.keys = keys;
        copy = Memory.allocate(256L * keys + (64 << 20));
        shard = newShard(ring.newCursor(), output, exchange, snapshots);
    }

    private ShardAgent newShard(
        final BlockRing.Cursor cursor, final Log results, final Log partials, final Log snapshotLog)
    {
        return new ShardAgent(0, 1, plan, new int[]{1}, cursor, results, partials, snapshotLog,
            new StateMemory(8L << 30, length -> 0), ShardCounters.of(1, 1, 1));
    }

    public static void main(final String[] arguments)
    {
        for (final String keys : arguments[0].split(","))
        {
            System.out.printf(Locale.ROOT, "%n%,d keys%n", Integer.parseInt(keys));
            final CheckpointPause pause = new CheckpointPause(Integer.parseInt(keys));
            pause.run(Integer.parseInt(arguments[1]));
            pause.close();
        }
    }

    private void run(final int blocks)
    {
        for (int key = 0; key < keys;)
        {
            key = publishRows(key);
            shard.doWork();
        }
        final long[] warm = new long[blocks];
        measure(warm, false);
        measure(new long[blocks], true);
        final long[] calm = new long[blocks];
        final long[] busy = new long[blocks];
        measure(calm, false);
        final long cycles = measure(busy, true);
        final long[] idle = idle();
        print("no checkpoint", calm);
        print("checkpoint under way", busy);
        print("checkpoint, ring empty", idle);
        System.out.printf(Locale.ROOT, "added to a duty cycle: p50 %d, p99 %d, p99.9 %d us; the goal is 1000%n",
            at(busy, 0.5) - at(calm, 0.5), at(busy, 0.99) - at(calm, 0.99), at(busy, 0.999) - at(calm, 0.999));
        System.out.printf(Locale.ROOT, "a checkpoint: %d MB, %d duty cycles with rows, at most %d KiB in one, takes " +
            "%d ms of the shard%n", copied >> 20, cycles, shard.counters().maxSnapshotBytes().get() >> 10,
            (mean(busy) - mean(calm)) * cycles / 1_000_000);
        for (int i = 0; i < 3; i++)
        {
            restore();
        }
    }

    private void close()
    {
        shard.onClose();
        reader.close();
        List.of(output, exchange, snapshots).forEach(Log::close);
        ring.close();
        spare.close();
        Memory.free(copy);
    }

    /** Works blocks, each timed, and nothing but those with a snapshot under way if so wanted. */
    private long measure(final long[] times, final boolean hasCheckpoints)
    {
        int done = 0;
        int checkpoints = 0;
        while (done < times.length)
        {
            if (hasCheckpoints && isEnded)
            {
                for (int i = 0; i < CALM; i++)
                {
                    publishRows(-1);
                    shard.doWork();
                }
                checkpoints++;
                begin(checkpoints);
            }
            else
            {
                publishRows(-1);
            }
            final long begin = threads.getCurrentThreadCpuTime();
            shard.doWork();
            times[done++] = threads.getCurrentThreadCpuTime() - begin;
            read();
        }
        while (!isEnded)
        {
            shard.doWork();
            read();
        }
        return checkpoints == 0 ? 0 : times.length / checkpoints;
    }

    /** A snapshot without rows: the time of each duty cycle. */
    private long[] idle()
    {
        final List<Long> times = new ArrayList<>();
        begin(1);
        do
        {
            final long begin = threads.getCurrentThreadCpuTime();
            shard.doWork();
            times.add(threads.getCurrentThreadCpuTime() - begin);
            read();
        }
        while (!isEnded);
        return times.stream().mapToLong(Long::longValue).toArray();
    }

    private static boolean isEnd(final long batch, final int length)
    {
        boolean isEnd = false;
        for (long at = RecordDescriptor.firstRecord(batch); at < batch + length; at = RecordDescriptor.nextRecord(at))
        {
            isEnd |= RecordDescriptor.kind(at) == SnapshotDescriptor.END;
        }
        return isEnd;
    }

    private void begin(final long checkpoint)
    {
        isEnded = false;
        copied = 0;
        lengths.clear();
        spare.begin(BlockDescriptor.KIND_CONTROL, BlockDescriptor.CONTROL_CHECKPOINT, 0, 0, 0);
        spare.seal(BlockDescriptor.HEADER_LENGTH, 0, 0, checkpoint, 0, 0, 0);
        spare.sidecar().seal();
        publish();
    }

    private void read()
    {
        while (reader.poll((batch, length) ->
        {
            Memory.copy(batch, copy + copied, length);
            copied += length;
            lengths.add(length);
            isEnded |= isEnd(batch, length);
            return true;
        }, 64) > 0)
        {
            reader.release(reader.position());
        }
    }

    private void restore()
    {
        final BlockRing other = new BlockRing(4, BLOCK_BYTES, MOST_ROWS, 1, 1, true, BlockRing.Observer.NONE);
        final MemoryLog results = new MemoryLog(LOG_BYTES);
        final MemoryLog partials = new MemoryLog(LOG_BYTES);
        final MemoryLog cuts = new MemoryLog(LOG_BYTES);
        final ShardAgent fresh = newShard(other.newCursor(), results, partials, cuts);
        final long begin = threads.getCurrentThreadCpuTime();
        try (SnapshotReader restorer = fresh.restorer())
        {
            long at = copy;
            for (final int length : lengths)
            {
                restorer.onRecord(at, length);
                at += length;
            }
        }
        System.out.printf(Locale.ROOT, "restored in %.0f ms%n", (threads.getCurrentThreadCpuTime() - begin) / 1e6);
        fresh.onClose();
        other.close();
        results.close();
        partials.close();
        cuts.close();
    }

    /** Publishes a block of rows, of the keys from {@code first} on, or of random ones: the next key. */
    private int publishRows(final int first)
    {
        spare.begin(BlockDescriptor.KIND_ROWS, (short)0, 0, 0, 0);
        final int frameLength = BlockDescriptor.FRAME_HEADER_LENGTH + ROW_LENGTH;
        int at = BlockDescriptor.HEADER_LENGTH;
        int count = 0;
        int key = first;
        while (at + frameLength <= BLOCK_BYTES && count < MOST_ROWS && key < keys)
        {
            final long frame = spare.address() + at;
            Memory.putInt(frame, frameLength);
            Memory.putInt(frame + 4, 0);
            Memory.putLong(frame + 8, 0);
            final int user = first < 0 ? random.nextInt(keys) : key++;
            CountedKeys.write(user, random.nextInt(1000), frame + BlockDescriptor.FRAME_HEADER_LENGTH);
            spare.sidecar().add(0, at);
            at = BlockDescriptor.align(at + frameLength);
            count++;
        }
        spare.seal(at, count, 0, 0, 0, 0, 0);
        spare.sidecar().seal();
        publish();
        return key;
    }

    private void publish()
    {
        final Block empty = ring.tryPublish(spare);
        if (empty == null)
        {
            throw new IllegalStateException("the ring is full");
        }
        spare = empty;
    }

    private static void print(final String what, final long[] times)
    {
        Arrays.sort(times);
        System.out.printf(Locale.ROOT, "%-24s %7d cycles: p50 %4d, p99 %4d, p99.9 %4d, p99.99 %4d, max %4d us%n", what,
            times.length, at(times, 0.5), at(times, 0.99), at(times, 0.999), at(times, 0.9999),
            times[times.length - 1] / 1000);
    }

    private static long mean(final long[] times)
    {
        return Arrays.stream(times).sum() / times.length;
    }

    private static long at(final long[] sorted, final double share)
    {
        return sorted[(int)Math.min(sorted.length - 1, Math.round(sorted.length * share))] / 1000;
    }
}
