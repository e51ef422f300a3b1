package io.millrace.node.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.SeededRunner;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.storage.StorageException;
import io.millrace.node.job.StoredPlans;
import io.millrace.persistence.local.FileStorage;
import io.millrace.persistence.local.KeyProvider;
import io.millrace.persistence.tink.KeysetFile;
import io.millrace.sql.stored.PlanKey;
import io.millrace.sql.stored.StoredPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A plan that was stored and read back does what the compiled one does. */
final class StoredPlanTest
{
    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> shouldGiveTheSameBytesWhenReadBack()
    {
        return CorpusJob.names().stream().map(name -> DynamicTest.dynamicTest(name, () ->
        {
            final CorpusJob compiled = new CorpusJob(name, folder.resolve(name), Map.of());
            final byte[] bytes = new StoredPlan("key", new TreeMap<>(Map.of("a", "b")), compiled.plan()).bytes();
            final StoredPlan stored = StoredPlan.of(bytes);
            assertEquals("key", stored.key());
            assertEquals(Map.of("a", "b"), stored.values());
            assertEquals(compiled.plan().identity(), stored.plan().identity());
            assertArrayEquals(bytes, stored.bytes(), "what was read is written as it was");
            final List<String> wanted = run(compiled);
            assertFalse(wanted.isEmpty());
            assertEquals(wanted, run(new CorpusJob(compiled, stored.plan())));
        }));
    }

    private List<String> run(final CorpusJob corpusJob) throws IOException
    {
        corpusJob.clear();
        final SeededRunner runner = new SeededRunner(7);
        try (Job job = new Job(corpusJob.plan(), new JobOptions(2, JobOptions.Placement.FUSED, 65_536, 64, 16,
            256L << 20, 1 << 20, 1 << 23, 0, folder.resolve("side")), corpusJob.open(), runner.environment()))
        {
            assertTrue(runner.run(job, 50_000_000) > 0, "the run ends");
            assertEquals(List.of(), job.violations());
        }
        final List<String> lines = new ArrayList<>();
        for (final SinkPlan sink : corpusJob.plan().sinks())
        {
            lines.add(sink.name());
            for (final Path part : CorpusJob.parts(Path.of(sink.options().get("path"))))
            {
                lines.addAll(Files.readAllLines(part));
            }
        }
        return lines;
    }

    private StoredPlan plan() throws IOException
    {
        final String name = CorpusJob.names().get(0);
        return new StoredPlan(
            "key", new TreeMap<>(), new CorpusJob(name, folder.resolve(name), Map.of()).plan());
    }

    @Test
    void shouldRefuseEveryDamage() throws IOException
    {
        final byte[] bytes = plan().bytes();
        final long seed = 4711;
        final Random random = new Random(seed);
        for (int i = 0; i < 200; i++)
        {
            final byte[] damaged = bytes.clone();
            final int at = i < 16 ? i : random.nextInt(bytes.length);
            damaged[at] ^= (byte)(1 << random.nextInt(8));
            assertThrows(StorageException.class, () -> StoredPlan.of(damaged), "byte " + at + ", seed " + seed);
            final byte[] cut = Arrays.copyOf(bytes, at);
            assertThrows(StorageException.class, () -> StoredPlan.of(cut), "cut at " + at + ", seed " + seed);
        }
    }

    @Test
    void shouldSayWhichVersionItCanNotRead() throws IOException
    {
        final byte[] bytes = plan().bytes();
        ByteBuffer.wrap(bytes).putInt(4, 99);
        final StorageException e = assertThrows(StorageException.class, () -> StoredPlan.of(bytes));
        assertTrue(String.valueOf(e.getMessage()).contains("version 99, this build reads version 2"), e.getMessage());
    }

    @Test
    void shouldFindOnlyWhatWasMadeOfTheSame() throws IOException
    {
        final List<String> messages = new ArrayList<>();
        try (FileStorage storage = new FileStorage(folder.resolve("state")))
        {
            final StoredPlans plans = new StoredPlans(storage, null, messages::add);
            assertNull(plans.find("key"));
            plans.keep(plan());
            assertNotNull(plans.find("key"));
            assertNull(plans.find("other"));
            assertEquals(List.of(), messages);
            final Path file = folder.resolve("state").resolve(StoredPlans.FILE);
            final byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
            assertNull(plans.find("key"));
            assertTrue(messages.get(0).contains("its checksum is wrong; the job is compiled again"), messages.get(0));
        }
    }

    @Test
    void shouldKeepTheKeyHoldersPlanSealed() throws IOException
    {
        final List<String> messages = new ArrayList<>();
        final KeyProvider keys = KeysetFile.create(folder.resolve("key.json"));
        final KeyProvider others = KeysetFile.create(folder.resolve("other.json"));
        try (FileStorage storage = new FileStorage(folder.resolve("state")))
        {
            final StoredPlans plans = new StoredPlans(storage, keys, messages::add);
            new StoredPlans(storage, null, messages::add).keep(plan());
            assertNotNull(plans.find("key"), "from before there was a key");
            assertFalse(plans.isKept("key"), "it is to be kept anew, sealed");
            plans.keep(plan());
            assertTrue(plans.isKept("key"));
            assertArrayEquals(plan().bytes(), Objects.requireNonNull(plans.find("key")).bytes());
            assertNull(plans.find("other"));
            assertNull(new StoredPlans(storage, null, messages::add).find("key"));
            assertNull(new StoredPlans(storage, others, messages::add).find("key"));
            assertEquals(List.of(), messages);
            final Path file = folder.resolve("state").resolve(StoredPlans.FILE);
            final byte[] bytes = Files.readAllBytes(file);
            final Random random = new Random(1);
            for (int tries = 0; tries < 300; tries++)
            {
                final byte[] damaged = bytes.clone();
                damaged[random.nextInt(bytes.length)] ^= (byte)(1 << random.nextInt(8));
                Files.write(file, damaged);
                assertNull(plans.find("key"));
                Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
                assertNull(plans.find("key"));
            }
        }
    }

    @Test
    void shouldHaveAnotherKeyWhenAnythingDiffers()
    {
        final Map<String, Map<String, String>> options = Map.of("t", Map.of("path", "x"));
        final List<String> keys = List.of(
            PlanKey.of("text", "job", options, Map.of("a", "b"), "build"),
            PlanKey.of("text ", "job", options, Map.of("a", "b"), "build"),
            PlanKey.of("text", "job2", options, Map.of("a", "b"), "build"),
            PlanKey.of("text", "job", Map.of(), Map.of("a", "b"), "build"),
            PlanKey.of("text", "job", Map.of("t", Map.of("path", "y")), Map.of("a", "b"), "build"),
            PlanKey.of("text", "job", options, Map.of("a", "c"), "build"),
            PlanKey.of("text", "job", options, Map.of("a", "b"), "build2"));
        assertEquals(keys.size(), keys.stream().distinct().count());
        assertEquals(keys.get(0), PlanKey.of("text", "job", options, Map.of("a", "b"), "build"));
    }
}
