package io.millrace.node.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobOptions.Placement;
import io.millrace.engine.job.SeededRunner;
import io.millrace.engine.job.StatementCounts;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Four partitions, one of which goes idle for good: every interleaving gives Flink's answer, and nothing waits for the
 * idle one. Three files share the rows; the fourth has a few early ones and stays open until the others have ended.
 */
final class PartitionsTest
{
    private static final int SEEDS = 50;
    private static final int IDLE = 3;
    private static final long IDLE_TIMEOUT_NS = 100_000;
    @TempDir
    static Path folder;

    @BeforeAll
    static void split() throws IOException
    {
        Files.createDirectories(folder.resolve("in"));
        final List<BufferedWriter> files = new ArrayList<>();
        for (int i = 0; i < 4; i++)
        {
            files.add(Files.newBufferedWriter(folder.resolve("in").resolve(i + ".jsonl")));
        }
        int number = 0;
        for (final String line : Files.readAllLines(CorpusJob.CORPUS.resolve("input/user_events_clean.jsonl")))
        {
            final BufferedWriter file = files.get(number < 1200 && number % 4 == IDLE ? IDLE : number % 3);
            file.write(line);
            file.write('\n');
            number++;
        }
        for (final BufferedWriter file : files)
        {
            file.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x01_keyed_clean", "x02_global_clean", "x03_central_clean"})
    void shouldAnswerLikeFlinkUnderEverySeedWhenAPartitionIsIdle(final String name) throws IOException
    {
        final CorpusJob corpusJob = new CorpusJob(name, folder.resolve(name), Map.of("user_events",
            Map.of("path", folder.resolve("in").toString(), "partition-by-file", "true")));
        final Set<Long> orders = new HashSet<>();
        final List<Run> runs = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++)
        {
            final Run run = run(corpusJob, seed);
            orders.add(run.orderHash);
            runs.add(run);
        }
        assertTrue(orders.size() >= 45, orders.size() + " distinct orders of " + SEEDS);
        for (final int seed : List.of(4, 17))
        {
            assertEquals(runs.get(seed - 1), run(corpusJob, seed), "seed " + seed + " repeats, rows in order and all");
        }
        assertNotEquals(runs.get(3).traceHash, runs.get(21).traceHash);
    }

    private static Run run(final CorpusJob corpusJob, final int seed) throws IOException
    {
        final int shards = List.of(1, 2, 4).get(seed % 3);
        final int rows = List.of(1024, 7, 64, 1024, 1, 256).get(seed / 3 % 6);
        final SeededRunner runner = new SeededRunner(seed);
        final Job.Endpoints opened = corpusJob.open();
        final HeldSource source = new HeldSource(opened.sources().get(0), IDLE);
        final Watch watch = new Watch(source);
        final Job.Environment seeded = runner.environment();
        final Job.Environment environment = new Job.Environment(seeded.nanoClock(), seeded.chooser(),
            (sequence, block) ->
            {
                seeded.observer().onPublish(sequence, block);
                watch.onBlock(block);
            }, seeded.regions());
        corpusJob.clear();
        try (Job job = new Job(corpusJob.plan(), new JobOptions(shards, Placement.FUSED, 65_536, rows, 16, 256L << 20,
            CorpusJob.MAX_ROW_BYTES, 1 << 23, IDLE_TIMEOUT_NS, folder.resolve("side")),
            new Job.Endpoints(List.of(source), opened.decoders(), opened.sinks()), environment))
        {
            final String run = "seed " + seed;
            assertTrue(runner.run(job, 50_000_000) > 0, run + " ends");
            assertEquals(List.of(), corpusJob.differences(), run);
            assertEquals(List.of(), job.violations(), run);
            assertTrue(watch.rowsAfterIdle > 2000, run + " found the idle partition late: " + watch.rows +
                " rows, " + watch.rowsAfterIdle + " after it");
            assertEquals(20_000, watch.rows, run);
            for (final StatementCounts counts : job.counts())
            {
                assertTrue(counts.isBalanced() && counts.in() == watch.rows && counts.late() == 0, counts.toString());
            }
            return new Run(runner.traceHash(), runner.orderHash(), corpusJob.lines());
        }
    }

    private record Run(long traceHash, long orderHash, List<String> lines)
    {
    }

    /** What entered the ring; lets the idle partition end once the others have. */
    private static final class Watch
    {
        private final HeldSource source;
        private int rows;
        private int rowsAfterIdle;
        private boolean isIdle;
        private int ends;

        private Watch(final HeldSource source)
        {
            this.source = source;
        }

        private void onBlock(final Block block)
        {
            if (block.kind() == BlockDescriptor.KIND_ROWS)
            {
                rows += block.count();
                rowsAfterIdle += isIdle ? block.count() : 0;
            }
            else if (block.kind() == BlockDescriptor.KIND_CONTROL)
            {
                isIdle |= block.flags() == BlockDescriptor.CONTROL_IDLE && block.partition() == IDLE;
                ends += block.flags() == BlockDescriptor.CONTROL_END ? 1 : 0;
                if (ends == 3)
                {
                    source.release();
                }
            }
        }
    }
}
