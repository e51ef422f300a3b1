package io.millrace.node.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.checkpoint.CheckpointAgent;
import io.millrace.engine.checkpoint.CheckpointSchedule;
import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.checkpoint.PlanPart;
import io.millrace.engine.checkpoint.Recovery;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.job.EndpointOpener;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.SeededRunner;
import io.millrace.engine.job.StateFolder;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.storage.StorageException;
import io.millrace.persistence.local.FileCheckpointStore;
import io.millrace.persistence.local.FileStorage;
import io.millrace.persistence.local.SegmentLog;
import io.millrace.persistence.local.SegmentLogContext;
import io.millrace.sql.SqlFrontEnd;
import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.logical.LogicalJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints have no room until the journal, which they alone can free, is full: then they have some again. */
final class FullJournalTest
{
    private static final int ROWS = 20_000;
    private static final int BLOCK_ROWS = 4;
    private static final int RING_SLOTS = 4;
    private static final int BLOCK_BYTES = 4096;
    private static final int SEGMENT_BYTES = 4 * 4096;
    private static final int SEGMENTS = 8;
    private static final int MAX_ROW_BYTES = 1024;
    private static final long INTERVAL_NS = 100_000_000L;
    private static final long SEED = 7;

    @TempDir
    Path folder;
    private final List<String> messages = new ArrayList<>();
    private boolean isFull = true;

    /** The checkpoints' disk, full as long as the test wants it to be. */
    private final class Disk implements CheckpointStore
    {
        private final CheckpointStore store;

        private Disk(final CheckpointStore store)
        {
            this.store = store;
        }

        @Override
        public List<Long> ids()
        {
            return store.ids();
        }

        @Override
        public List<Long> unforcedIds()
        {
            return store.unforcedIds();
        }

        @Override
        public void deleteUnforced(final long id)
        {
            store.deleteUnforced(id);
        }

        @Override
        public Draft begin(final long id)
        {
            if (isFull)
            {
                throw new StorageException(StorageException.Kind.FULL, "no space left");
            }
            return store.begin(id);
        }

        @Override
        public Checkpoint open(final long id)
        {
            return store.open(id);
        }

        @Override
        public void delete(final long id)
        {
            store.delete(id);
        }

        @Override
        public void close()
        {
            store.close();
        }
    }

    private JobPlan plan() throws IOException
    {
        final Path input = folder.resolve("input.jsonl");
        try (var out = Files.newBufferedWriter(input))
        {
            for (int n = 0; n < ROWS; n++)
            {
                out.write("{\"n\":%d,\"k\":\"k%d\",\"ts\":\"2026-01-01 00:00:0%d\"}%n"
                    .formatted(n, n % 10, n * 10 / ROWS));
            }
        }
        final LogicalJob job = new SqlFrontEnd(ConnectorCatalogue.load()).compile("""
            CREATE TABLE events (n BIGINT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
              WITH ('connector'='filesystem', 'path'='%s', 'format'='json');
            CREATE TABLE counts (k STRING, c BIGINT, s BIGINT)
              WITH ('connector'='filesystem', 'path'='%s', 'format'='json');
            INSERT INTO counts SELECT k, COUNT(*), SUM(n)
              FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end, k;
            """.formatted(input, folder.resolve("out")), Map.of()).job();
        return JobCompiler.compile("full", Objects.requireNonNull(job));
    }

    private SegmentLog log(final FileStorage storage, final String name, final long reserve)
    {
        return new SegmentLog(storage, new SegmentLogContext().folder(name).segmentLength(SEGMENT_BYTES)
            .maxSegments(SEGMENTS).spareSegments(0).maxRecordLength(SEGMENT_BYTES / 2).reserve(reserve));
    }

    private StateFolder state()
    {
        final FileStorage storage = new FileStorage(folder.resolve("state"));
        final SegmentLog journal = log(storage, "journal", (long)RING_SLOTS * (BLOCK_BYTES + MAX_ROW_BYTES));
        return new StateFolder(storage, journal, log(storage, "output", 0),
            new Disk(new FileCheckpointStore(storage, "checkpoints")),
            new Recovery(null, List.of(), List.of(), 0, null),
            new CheckpointAgent.Settings(new CheckpointSchedule.Terms(INTERVAL_NS, 0, Long.MAX_VALUE, Long.MAX_VALUE,
            Long.MAX_VALUE), 2, 1, Map.of(), PlanPart.NONE),
            0, 1 << 30, messages::add);
    }

    @Test
    void shouldGoOnWhenCheckpointsHaveRoomAgain() throws IOException
    {
        final JobPlan plan = plan();
        final Job.Endpoints endpoints = new EndpointOpener(ConnectorCatalogue.load(), MAX_ROW_BYTES,
            InputStream.nullInputStream(), new ByteArrayOutputStream(), "json").open(plan);
        final SeededRunner runner = new SeededRunner(SEED);
        try (Job job = new Job(plan, new JobOptions(1, JobOptions.Placement.FUSED, BLOCK_BYTES, BLOCK_ROWS, RING_SLOTS,
            64L << 20, MAX_ROW_BYTES, 1 << 16, 0, folder), endpoints, runner.environment(), state()))
        {
            assertEquals(-1, runner.run(job, 400_000), "it can't end without a checkpoint");
            final long rows = job.progress().rows();
            assertTrue(rows < ROWS, "the journal took all of the input");
            assertEquals(-1, runner.run(job, 20_000));
            assertEquals(rows, job.progress().rows(), "sources wait");
            assertTrue(messages.contains("the journal has no more room but for checkpoints: sources wait until one " +
                "is whole"), messages.toString());
            isFull = false;
            assertTrue(runner.run(job, 4_000_000) >= 0, "the job went on: " + messages);
            assertEquals(List.of(), job.violations());
        }
        final List<String> lines = new ArrayList<>();
        try (Stream<Path> parts = Files.list(folder.resolve("out")))
        {
            for (final Path part : parts.filter(file -> !file.getFileName().toString().startsWith(".")).toList())
            {
                lines.addAll(Files.readAllLines(part));
            }
        }
        final List<String> expected = new ArrayList<>();
        for (int k = 0; k < 10; k++)
        {
            final long count = ROWS / 10;
            expected.add("{\"k\":\"k%d\",\"c\":%d,\"s\":%d}"
                .formatted(k, count, count * k + 10 * count * (count - 1) / 2));
        }
        assertEquals(expected, lines.stream().sorted().toList());
    }
}
