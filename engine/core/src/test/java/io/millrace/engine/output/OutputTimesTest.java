package io.millrace.engine.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.engine.live.LatencySummary;
import io.millrace.engine.live.LiveFile;
import io.millrace.engine.live.LiveReader;
import io.millrace.engine.live.Stage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutputTimesTest
{
    @TempDir
    Path folder;

    private long nowNs;

    @Test
    void shouldTimeWhatASinkHasTaken() throws IOException
    {
        final OutputTimes times = new OutputTimes(() -> nowNs);
        final LiveFile file = file(times);
        times.mark(100);
        nowNs = 10;
        times.mark(200);
        times.mark(200);
        nowNs = 50;
        passing.passed(100);
        assertEquals(1, latency(file).count());
        assertEquals(50, latency(file).maxNs());
        passing.passed(199);
        assertEquals(1, latency(file).count());
        nowNs = 60;
        passing.passed(200);
        passing.passed(200);
        assertEquals(2, latency(file).count());
        assertEquals(50, latency(file).p50Ns());
    }

    @Test
    void shouldCountWhatASinkWasFarBehindWithAsTheOldestThatIsKnown() throws IOException
    {
        final OutputTimes times = new OutputTimes(() -> nowNs);
        final LiveFile file = file(times);
        for (int i = 0; i < 5_000; i++)
        {
            nowNs = i;
            times.mark(i + 1);
        }
        nowNs = 5_000;
        passing.passed(5_000);
        assertEquals(5_000, latency(file).count());
        assertEquals(512, latency(file).maxNs(), 5);
        assertEquals(512, latency(file).p50Ns(), 5);
    }

    private OutputTimes.Passing passing;

    private LiveFile file(final OutputTimes times) throws IOException
    {
        final LiveFile.Contents contents = new LiveFile.Contents();
        contents.time(Stage.EMIT, 0, "sink", counts -> passing = times.newPassing(counts));
        return LiveFile.create(folder.resolve("live"), "job", 1, contents, () -> 0, () -> nowNs);
    }

    private static LatencySummary latency(final LiveFile file) throws IOException
    {
        return LatencySummary.of(LiveReader.read(file.path())).get(0);
    }
}
