package io.millrace.node.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.engine.job.Job;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobOptions.Placement;
import io.millrace.engine.job.JobRunner;
import io.millrace.engine.job.SeededRunner;
import io.millrace.node.corpus.RowFatesFixture.Rule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every row read is filtered, applied, late or dead, as a reference of its own says, and the late and the dead ones are
 * kept byte for byte; where a row is lost on purpose, that is found.
 */
final class ConservationTest
{
    private static final long HOUR_MS = 3_600_000;
    private static final long DELAY_MS = 5000;

    @TempDir
    Path folder;

    private static boolean isOf(final JsonNode row, final String... types)
    {
        return row.has("event_type") && Set.of(types).contains(row.get("event_type").asText());
    }

    private static boolean isBig(final JsonNode row)
    {
        final JsonNode amount = row.get("amount");
        return amount != null && amount.isNumber() && amount.decimalValue().compareTo(new BigDecimal(400)) >= 0;
    }

    private static List<Rule> rules(final String name)
    {
        return switch (name)
        {
            case "u01_seed", "x03_central_clean" -> List.of(new Rule("INSERT INTO hourly_user_metrics", HOUR_MS,
                row -> isOf(row, "page_view", "click", "scroll")));
            case "u24_statement_set" -> List.of(new Rule("INSERT INTO by_user", HOUR_MS, row -> true),
                new Rule("INSERT INTO by_page", HOUR_MS, row -> isOf(row, "click")),
                new Rule("INSERT INTO big_purchases", 0, ConservationTest::isBig));
            case "u32_lateness_edge" -> List.of(new Rule("INSERT INTO metrics", 3000, row -> true));
            case "x01_keyed_clean" -> List.of(new Rule("INSERT INTO metrics", 600_000, row -> true));
            case "x02_global_clean" -> List.of(new Rule("INSERT INTO totals", 300_000, row -> true));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static RowFatesFixture fates(final String name, final byte[] input)
    {
        return new RowFatesFixture(rules(name), name.startsWith("u32") ? 0 : DELAY_MS, input);
    }

    private static byte[] input(final String name) throws IOException
    {
        return Files.readAllBytes(CorpusJob.CORPUS.resolve(name.startsWith("u") ? "input/user_events.jsonl" :
            "input/user_events_clean.jsonl"));
    }

    private JobOptions options(final int shards, final Placement placement)
    {
        return new JobOptions(shards, placement, 65_536, 1024, 16, 256L << 20, CorpusJob.MAX_ROW_BYTES, 1 << 23, 0,
            folder.resolve("side"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"u01_seed", "u24_statement_set", "u32_lateness_edge", "x01_keyed_clean",
        "x02_global_clean", "x03_central_clean"})
    void shouldAccountForEveryRowAsTheReferenceDoes(final String name) throws IOException
    {
        final RowFatesFixture fates = fates(name, input(name));
        assertEquals(name.startsWith("u"), !fates.dead().isEmpty(), "only dirty input has dead rows");
        assertEquals(name.startsWith("u"), !fates.late().isEmpty(), "only dirty input has late rows");
        final CorpusJob corpusJob = new CorpusJob(name, folder, Map.of());
        for (final int shards : new int[]{1, 4})
        {
            final SeededRunner runner = new SeededRunner(shards);
            try (Job job = new Job(corpusJob.plan(), options(shards, Placement.FUSED), corpusJob.open(),
                runner.environment()))
            {
                assertTrue(runner.run(job, 50_000_000) > 0);
                assertEquals(List.of(), job.violations());
                assertEquals(List.of(), fates.differences(job.counts(), folder.resolve("side")));
            }
        }
    }

    private enum Origin
    {
        FILE, GZIP, STDIN
    }

    @ParameterizedTest
    @EnumSource(Origin.class)
    void shouldKeepLateAndDeadRowsByteForByteWhateverTheyAre(final Origin origin)
        throws IOException, InterruptedException
    {
        final byte[] input = oddInput();
        final RowFatesFixture fates = fates("u01_seed", input);
        assertTrue(fates.dead().size() > 200 && fates.late().size() > 100, "dead " + fates.dead().size());
        final Path file = folder.resolve(origin == Origin.GZIP ? "odd.jsonl.gz" : "odd.jsonl");
        try (OutputStream out = origin == Origin.GZIP ? new GZIPOutputStream(Files.newOutputStream(file)) :
            Files.newOutputStream(file))
        {
            out.write(input);
        }
        final CorpusJob corpusJob = new CorpusJob("u01_seed", folder, Map.of("user_events", origin == Origin.STDIN ?
            Map.of("connector", "stdin") : Map.of("path", file.toString())));
        try (JobRunner runner = new JobRunner(corpusJob.plan(), options(2, Placement.DEDICATED),
            corpusJob.open(new ByteArrayInputStream(input))))
        {
            runner.start();
            assertNull(runner.await(), () -> "ended by " + runner.failure());
            assertEquals(List.of(), runner.job().violations());
            assertEquals(List.of(), fates.differences(runner.job().counts(), folder.resolve("side")));
        }
    }

    /** The dirty events with lines among them that no one would write, and an end in the middle of a row. */
    private static byte[] oddInput() throws IOException
    {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(input("u01_seed"));
        final String late = "{\"user_id\":\"%s\",\"event_type\":\"click\",\"timestamp_col\":\"2024-01-01 00:00:01\"}\n";
        out.write(late.formatted("\\\"quoted\\\" \\u0007 \\\\ \uD83D\uDE80 \u00e5").getBytes(UTF_8));
        out.write(late.formatted("x".repeat(100_000)).getBytes(UTF_8));
        out.write(late.formatted("no \u2028 line").replace(",", " ,\t ").getBytes(UTF_8));
        out.write(("[" + late.formatted("alone").trim() + "]\n").getBytes(UTF_8));
        out.write("{\"user_id\":\"".getBytes(UTF_8));
        out.write(new byte[]{(byte)0xC3, 0x28, (byte)0xFF, (byte)0xED, (byte)0xA0, (byte)0x80});
        out.write("\",\"timestamp_col\":\"2024-01-01 00:00:01\"}\n".getBytes(UTF_8));
        for (int b = 0; b < 256; b++)
        {
            out.write(new byte[]{'{', (byte)(b == '\n' ? 0 : b == '\r' ? 1 : b), '\n'});
        }
        out.write(("{\"user_id\":" + "[".repeat(70_000) + "\n").getBytes(UTF_8));
        out.write(("{\"user_id\":\"" + "y".repeat(CorpusJob.MAX_ROW_BYTES) + "\"}\n").getBytes(UTF_8));
        out.write("null\n[]\n17\n\"{}\"\n{}\n{\"timestamp_col\":null}\n{\"timestamp_col\":\"soon\"}\n".getBytes(UTF_8));
        out.write("{\"user_id\":\"user_1\",\"event_type\":\"cli".getBytes(UTF_8));
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(PlantedLoss.class)
    void shouldFindARowThatIsLostOnPurpose(final PlantedLoss loss) throws IOException
    {
        final String name = "u01_seed";
        final CorpusJob corpusJob = new CorpusJob(name, folder, Map.of());
        final SeededRunner runner = new SeededRunner(1);
        final Job.Environment seeded = runner.environment();
        final boolean[] isPlanted = new boolean[1];
        final Job.Environment environment = new Job.Environment(seeded.nanoClock(), seeded.chooser(),
            (sequence, block) -> isPlanted[0] |= !isPlanted[0] && loss.isPlantedIn(block, 2), seeded.regions());
        final Job.Endpoints endpoints = loss.wrap(corpusJob.open());
        try (Job job = new Job(corpusJob.plan(), options(2, Placement.FUSED), endpoints, environment))
        {
            assertTrue(runner.run(job, 50_000_000) > 0);
            assertTrue(isPlanted[0] || !loss.isInRing(), "nothing was lost");
            assertEquals(loss.isInRing(), !job.violations().isEmpty(), "the engine's own counts");
            assertTrue(!fates(name, input(name)).differences(job.counts(), folder.resolve("side")).isEmpty() ||
                !corpusJob.differences().isEmpty(), "the reference and Flink's answer");
        }
    }
}
