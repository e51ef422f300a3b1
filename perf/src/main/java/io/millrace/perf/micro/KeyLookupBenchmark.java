package io.millrace.perf.micro;

import io.millrace.codecs.Memory;
import io.millrace.engine.state.KeyTable;
import io.millrace.engine.state.StateMemory;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Finding the entry of a key that is there: one after the other, and in batches whose entries are touched first, so
 * that memory loads overlap.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = {
    "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED", "-Xmx2g", "-XX:+UseSerialGC"})
@NullUnmarked
public class KeyLookupBenchmark
{
    private static final int LOOKUPS = 1 << 16;
    private static final int BATCH = 64;

    /** Keys in the table. */
    @Param({"100000", "1000000"})
    public int keys;

    /** Bytes of a key: inline, and apart from its entry. */
    @Param({"12", "100"})
    public int length;

    private StateMemory memory;
    private KeyTable table;
    private long text;
    private long[] hashes;
    private long[] addresses;

    @Setup(Level.Trial)
    public void setUp()
    {
        memory = new StateMemory(4L << 30, length -> 0);
        table = new KeyTable(memory, 16, 40);
        final long stride = (length + 7) & -8;
        text = Memory.allocate(keys * stride);
        Memory.fill(text, keys * stride, (byte)0);
        for (int i = 0; i < keys; i++)
        {
            final byte[] key = String.format("%0" + length + "d", i).getBytes(StandardCharsets.US_ASCII);
            Memory.copy(key, 0, text + i * stride, length);
            table.findOrInsert(Memory.hash(text + i * stride, length), text + i * stride, length);
        }
        final SplittableRandom random = new SplittableRandom(1);
        hashes = new long[LOOKUPS];
        addresses = new long[LOOKUPS];
        for (int i = 0; i < LOOKUPS; i++)
        {
            addresses[i] = text + random.nextInt(keys) * stride;
            hashes[i] = Memory.hash(addresses[i], length);
        }
    }

    @TearDown(Level.Trial)
    public void tearDown()
    {
        memory.close();
        Memory.free(text);
    }

    @Benchmark
    @OperationsPerInvocation(LOOKUPS)
    public long one()
    {
        long sum = 0;
        for (int i = 0; i < LOOKUPS; i++)
        {
            sum += table.findOrInsert(hashes[i], addresses[i], length);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(LOOKUPS)
    public long batch()
    {
        long sum = 0;
        for (int from = 0; from < LOOKUPS; from += BATCH)
        {
            for (int i = from; i < from + BATCH; i++)
            {
                sum += table.tags(hashes[i]);
            }
            for (int i = from; i < from + BATCH; i++)
            {
                sum += Memory.getLong(table.likelySlot(hashes[i]));
            }
            for (int i = from; i < from + BATCH; i++)
            {
                sum += table.findOrInsert(hashes[i], addresses[i], length);
            }
        }
        return sum;
    }
}
