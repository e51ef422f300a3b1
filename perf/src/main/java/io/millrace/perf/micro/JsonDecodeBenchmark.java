package io.millrace.perf.micro;

import io.millrace.codecs.Memory;
import io.millrace.codecs.json.JsonOptions;
import io.millrace.codecs.json.JsonRowDecoder;
import java.io.IOException;
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

/** A JSON line to a row, ours and what one would write with Jackson: the same bytes (a test says so). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = {
    "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED", "-Xmx1g", "-XX:+UseSerialGC"})
@NullUnmarked
public class JsonDecodeBenchmark
{
    private static final int LINES = 16_384;
    private static final int ROOM = 4096;

    /** Order of the keys in each line. */
    @Param({"stable", "shuffled"})
    public String keys;

    private EventLines lines;
    private JsonRowDecoder decoder;
    private long row;

    @Setup(Level.Trial)
    public void setUp()
    {
        lines = new EventLines(LINES, keys.equals("shuffled"));
        decoder = new JsonRowDecoder(
            EventLines.LAYOUT, EventLines.LAYOUT.columns().size(), JsonOptions.defaults());
        row = Memory.allocate(ROOM);
    }

    @TearDown(Level.Trial)
    public void tearDown()
    {
        decoder.close();
        lines.free();
        Memory.free(row);
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public long millrace()
    {
        long bytes = 0;
        for (int i = 0; i < LINES; i++)
        {
            bytes += decoder.decode(lines.address(i), lines.length(i), row, ROOM);
        }
        return bytes;
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public long jackson() throws IOException
    {
        long bytes = 0;
        try (JacksonRows rows = new JacksonRows(lines.text()))
        {
            for (int length = rows.next(row); length >= 0; length = rows.next(row))
            {
                bytes += length;
            }
        }
        return bytes;
    }
}
