package io.millrace.node.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobOptions.Placement;
import io.millrace.engine.job.JobRunner;
import io.millrace.engine.job.SeededRunner;
import io.millrace.engine.job.StatementCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every job of the corpus gives Flink's answer, on threads and under seeds, and every row is accounted for. */
final class CorpusTest
{
    @TempDir
    Path folder;
    private final Map<String, CorpusJob> jobs = new HashMap<>();

    /** Where blocks have few rows they have few bytes too, so that rows grow them. */
    private static JobOptions options(final int shards, final int rows, final Placement placement, final Path side)
    {
        final int bytes = rows < 1024 ? 512 : 65_536;
        return new JobOptions(shards, placement, bytes, rows, 16, 256L << 20, 1 << 20, 1 << 23, 0, side);
    }

    @TestFactory
    Stream<DynamicTest> shouldAnswerLikeFlinkOnThreads()
    {
        return CorpusJob.names().stream().flatMap(name -> Stream.of(1, 2, 4).map(shards -> DynamicTest.dynamicTest(
            name + " on " + shards + " shards", () -> onThreads(name, shards))));
    }

    @TestFactory
    Stream<DynamicTest> shouldAnswerLikeFlinkUnderSeeds()
    {
        return CorpusJob.names().stream().flatMap(name -> Stream.of(1, 2, 4).flatMap(shards ->
            Stream.of(1, 7, 1024).map(rows -> DynamicTest.dynamicTest(
            name + " on " + shards + " shards in blocks of " + rows, () -> seeded(name, shards, rows)))));
    }

    /** The job, compiled once, with nothing left of an earlier run. */
    private CorpusJob job(final String name) throws IOException
    {
        CorpusJob job = jobs.get(name);
        if (job == null)
        {
            job = new CorpusJob(name, folder.resolve(name), Map.of());
            jobs.put(name, job);
        }
        job.clear();
        return job;
    }

    private void onThreads(final String name, final int shards) throws IOException, InterruptedException
    {
        final Path out = folder.resolve(name);
        final CorpusJob job = job(name);
        final int rows = shards == 2 ? 7 : 1024;
        final Set<String> threads = ConcurrentHashMap.newKeySet();
        final AtomicLong ringRows = new AtomicLong();
        try (JobRunner runner = new JobRunner(job.plan(), options(shards, rows, Placement.DEDICATED, out.resolve(".s")),
            job.open(), (sequence, block) -> ringRows.addAndGet(block.count())))
        {
            runner.start();
            Thread.getAllStackTraces().keySet().forEach(thread -> threads.add(thread.getName()));
            final Throwable failure = runner.await();
            assertNull(failure, () -> "ended by " + failure);
            for (int shard = 0; shard < shards; shard++)
            {
                assertTrue(runner.job().isDone() || threads.contains("shard-" + shard), "shards have threads");
            }
            assertComplete(job, runner.job(), ringRows.get());
        }
    }

    private void seeded(final String name, final int shards, final int rows) throws IOException
    {
        final Path out = folder.resolve(name);
        final CorpusJob corpusJob = job(name);
        final SeededRunner runner = new SeededRunner((shards * 31L + rows) * 31 + name.hashCode());
        try (Job job = new Job(corpusJob.plan(), options(shards, rows, Placement.FUSED, out.resolve(".s")),
            corpusJob.open(), runner.environment()))
        {
            assertTrue(runner.run(job, 50_000_000) > 0, "the run ends");
            assertComplete(corpusJob, job, -1);
        }
    }

    private static void assertComplete(final CorpusJob corpusJob, final Job job, final long ringRows)
        throws IOException
    {
        assertEquals(List.of(), corpusJob.differences());
        assertEquals(List.of(), job.violations());
        long read = 0;
        for (int table = 0; table < job.sources().size(); table++)
        {
            read += job.sources().get(table).counters().rows().get();
            final String input = corpusJob.plan().tables().get(table).options().get("path");
            assertEquals(input == null ? 0 : Files.size(Path.of(input)),
                job.sources().get(table).source().partitions().get(0).bytesRead(), "each table is read once");
        }
        assertTrue(ringRows < 0 || ringRows == read, "every row crosses the ring");
        for (final StatementCounts counts : job.counts())
        {
            assertTrue(counts.isBalanced() && counts.in() > 0, counts.toString());
        }
    }
}
