package io.millrace.engine.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.engine.Counter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LiveFileTest
{
    @TempDir
    Path folder;

    private final Counter rows = new Counter();
    private final LatencyCounts[] ingest = new LatencyCounts[1];
    private long nowMs = 1_000;

    @Test
    void shouldShowWhatIsCounted() throws IOException
    {
        rows.add(5);
        final LiveFile file = create();
        rows.add(37);
        ingest[0].record(1_000);
        ingest[0].record(2_000, 3);
        nowMs = 2_000;
        file.beat();

        final LiveView view = LiveReader.read(file.path());
        assertEquals("job", view.job());
        assertEquals("the\nplan", view.plan());
        assertEquals(42, view.processId());
        assertEquals(1_000, view.startMs());
        assertEquals(2_000, view.heartbeatMs());
        assertEquals(0, view.endMs());
        final LiveView.Instance source = view.group(Measure.Group.SOURCE).get(3);
        assertEquals("events", source.name());
        assertEquals(42, source.get(Measure.SOURCE_ROWS));
        final LatencySummary latency = LatencySummary.of(view).get(0);
        assertEquals(Stage.INGEST, latency.stage());
        assertEquals("events", latency.name());
        assertEquals(4, latency.count());
        assertEquals(2_000, latency.p50Ns(), 20);
        assertEquals(2_000, latency.maxNs(), 20);
        file.end();
        assertEquals(2_000, LiveReader.read(file.path()).endMs());
    }

    @Test
    void shouldAddUpWhatShardsCountForAStatement() throws IOException
    {
        final Counter[] counters = new Counter[5];
        final LiveFile.Contents contents = new LiveFile.Contents();
        final Measure[] measures = {Measure.SOURCE_ROWS, Measure.STATEMENT_FILTERED, Measure.STATEMENT_APPLIED,
            Measure.STATEMENT_APPLIED, Measure.SOURCE_DEAD};
        final int[] instances = {3, 0, 0, 0, 3};
        final int[] parts = {0, 3, 0, 1, 0};
        for (int i = 0; i < counters.length; i++)
        {
            counters[i] = new Counter();
            contents.show(measures[i], instances[i], parts[i], "x", counters[i]);
        }
        final LiveFile file = create(contents);
        counters[0].set(100);
        counters[1].set(10);
        counters[2].set(40);
        counters[3].set(45);
        counters[4].set(5);
        final LiveView.Instance statement = LiveReader.read(file.path()).group(Measure.Group.STATEMENT).get(0);
        assertEquals(100, statement.get(Measure.STATEMENT_IN));
        assertEquals(10, statement.get(Measure.STATEMENT_FILTERED));
        assertEquals(85, statement.get(Measure.STATEMENT_APPLIED));
        assertEquals(5, statement.get(Measure.STATEMENT_DEAD));
    }

    @Test
    void shouldTellTheLatenciesOfAStretchOfTime() throws IOException
    {
        final LiveFile file = create();
        ingest[0].record(5_000_000, 1_000);
        final LiveView before = LiveReader.read(file.path());
        ingest[0].record(700, 10);
        final LatencySummary latency = LatencySummary.between(before, LiveReader.read(file.path())).get(0);
        assertEquals(10, latency.count());
        assertEquals(700, latency.maxNs(), 7);
    }

    @Test
    void shouldKeepEachKindOfErrorOnce() throws IOException
    {
        final LiveFile file = create();
        for (int i = 0; i < 1_000; i++)
        {
            nowMs = 1_000 + i;
            file.record("sink out: 'part-" + i + "' can't be written");
        }
        file.record("checkpoint 7: no space");
        final List<LiveView.SeenError> errors = LiveReader.read(file.path()).errors();
        assertEquals(2, errors.size());
        assertEquals(new LiveView.SeenError(1_000, 1_000, 1_999, "sink out: 'part-0' can't be written"), errors.get(0));
        assertEquals(1, errors.get(1).count());
    }

    @Test
    void shouldGoOnWhenTheErrorLogIsFull() throws IOException
    {
        final LiveFile file = create();
        for (int i = 0; i < 10_000; i++)
        {
            final String kind = "" + (char)('a' + i % 26) + (char)('a' + i / 26 % 26) + (char)('a' + i / 676);
            file.record(kind + " failed" + "!".repeat(500));
        }
        final int kinds = LiveReader.read(file.path()).errors().size();
        assertTrue(kinds > 100 && kinds < 1_000, kinds + " kinds");
    }

    @Test
    void shouldRefuseWhatIsNoSuchFile() throws IOException
    {
        final Path file = folder.resolve("file");
        Files.write(file, new byte[100]);
        assertRefused(file, "has 100 bytes");
        Files.write(file, new byte[10_000]);
        assertRefused(file, "does not begin as one");
        final byte[] whole = Files.readAllBytes(create().path());
        final byte[] newer = whole.clone();
        newer[LiveDescriptor.VERSION_OFFSET]++;
        Files.write(file, newer);
        assertRefused(file, "has version 2, this build reads version 1");
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertRefused(file, "is damaged: it ends within section");
    }

    @Test
    void shouldReadOrRefuseWhateverIsDamaged() throws IOException
    {
        final Random random = new Random(5);
        final LiveFile live = create();
        live.record("an error");
        final byte[] whole = Files.readAllBytes(live.path());
        final Path file = folder.resolve("file");
        int read = 0;
        for (int i = 0; i < 3_000; i++)
        {
            final byte[] damaged = whole.clone();
            for (int k = 0; k < 1 + random.nextInt(2_000); k++)
            {
                damaged[random.nextInt(damaged.length)] = (byte)random.nextInt();
            }
            Files.write(file, damaged);
            try
            {
                LiveReader.read(file);
                read++;
            }
            catch (final LiveFileException e)
            {
                assertTrue(e.getMessage().contains(file.toString()));
            }
        }
        assertTrue(read > 0);
    }

    @Test
    void shouldChangeNothingWhenTheFileCantBeMade()
    {
        rows.add(7);
        final LiveFile.Contents contents = contents();
        assertThrows(IOException.class, () -> LiveFile.create(
            folder.resolve("missing/file"), "job", 42, contents, () -> nowMs, () -> 0));
        rows.add(1);
        assertEquals(8, rows.get());
    }

    @Test
    void shouldHaveItsBlocksBeforeItIsMapped() throws IOException
    {
        final Path file = create().path();
        assertFalse(Files.exists(folder.resolve("live.draft")));
        final Process du = new ProcessBuilder("du", "-k", file.toString()).start();
        final long used = Long.parseLong(new String(du.getInputStream().readAllBytes()).split("\\s")[0]) * 1024;
        assertTrue(used >= Files.size(file), used + " bytes of " + Files.size(file) + " are there");
    }

    @Test
    void shouldNotAllocateWhenADurationIsCounted() throws IOException
    {
        create();
        final ThreadMXBean bean = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < 5 && bytes > 0; round++)
        {
            final long before = bean.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < 100_000; i++)
            {
                ingest[0].record(ingest[0].nowNs() + i * 31L);
                rows.add(1);
            }
            bytes = bean.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        }
        assertEquals(0, bytes);
    }

    private void assertRefused(final Path file, final String why)
    {
        final String said = assertThrows(LiveFileException.class, () -> LiveReader.read(file)).getMessage();
        assertTrue(said.startsWith(file.toString()) && said.contains(why), said);
    }

    private LiveFile.Contents contents()
    {
        final LiveFile.Contents contents = new LiveFile.Contents();
        contents.show(Measure.SOURCE_ROWS, 3, 0, "events", rows);
        contents.time(Stage.INGEST, 3, "events", counts -> ingest[0] = counts);
        return contents;
    }

    private LiveFile create() throws IOException
    {
        return create(contents());
    }

    private LiveFile create(final LiveFile.Contents contents) throws IOException
    {
        return LiveFile.create(folder.resolve("live"), "job\nthe\nplan", 42, contents, () -> nowMs, () -> 0);
    }
}
