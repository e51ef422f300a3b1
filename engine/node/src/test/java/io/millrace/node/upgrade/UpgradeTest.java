package io.millrace.node.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.BlockDescriptor;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.job.EndpointOpener;
import io.millrace.engine.checkpoint.PlanPart;
import io.millrace.engine.job.JobOptions;
import io.millrace.engine.job.JobRunner;
import io.millrace.engine.job.StateFolder;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.upgrade.Upgrade;
import io.millrace.engine.upgrade.Verdict.Kind;
import io.millrace.node.job.CompiledJob;
import io.millrace.node.job.Context;
import io.millrace.node.job.JobArguments;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import io.millrace.persistence.local.FileCheckpointStore;
import io.millrace.persistence.local.FileStorage;
import io.millrace.persistence.tink.KeysetFile;
import io.millrace.sql.stored.StoredPlan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a state folder when its job changes. */
@Timeout(120)
final class UpgradeTest
{
    private static final String EVENTS = """
        CREATE TABLE events (user_id STRING, kind STRING, ts TIMESTAMP(3), n BIGINT,
          WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='stdin', 'format'='json');
        """;
    private static final String COUNTS = """
        CREATE TABLE counts (k STRING, c BIGINT)
          WITH ('connector'='filesystem', 'path'='OUT/counts', 'format'='json');
        """;
    private static final String SUMS = """
        CREATE TABLE sums (k STRING, c BIGINT) WITH ('connector'='filesystem', 'path'='OUT/sums', 'format'='json');
        """;
    private static final String COUNT = """
        INSERT INTO counts SELECT user_id, COUNT(*) FROM events WHERE kind = 'a'
        GROUP BY user_id, TUMBLE(ts, INTERVAL '1' HOUR);
        """;
    private static final String SUM = """
        INSERT INTO sums SELECT kind, SUM(n) FROM events GROUP BY kind, TUMBLE(ts, INTERVAL '1' HOUR);
        """;
    private static final String JOB = EVENTS + COUNTS + COUNT;
    /** Both jobs' checkpoints stay. */
    private static final String RETAINED = "SET 'execution.checkpointing.num-retained' = '5';\n";

    private final Path folder;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private boolean isReplay;
    private boolean isDropAllowed;

    /** How a run of a job ends. */
    private enum End
    {
        /** Its input ends. */
        INPUT,
        /** It is asked to stop: its windows stay open. */
        STOP,
        /** Its threads just end, as if the process had died. */
        DEATH
    }

    UpgradeTest(@TempDir final Path folder)
    {
        this.folder = folder;
    }

    @Test
    void shouldGoOnWhenNothingChanges() throws Exception
    {
        run(JOB, rows(1, 20), End.STOP);
        run(JOB, rows(21, 50), End.INPUT);
        assertEquals(List.of("u0 8", "u1 8", "u2 9"), results("counts"));
    }

    @Test
    void shouldKeepStateWhenStatementsAreAddedAndReordered() throws Exception
    {
        run(JOB, rows(1, 20), End.STOP);
        final String both = EVENTS + COUNTS + SUMS + "EXECUTE STATEMENT SET BEGIN\n" + SUM +
            COUNT.replace("COUNT(*)", "COUNT(*) * 100") + "END;\n";
        run(both, rows(21, 30), End.STOP);
        final String turned = EVENTS + COUNTS + SUMS + "EXECUTE STATEMENT SET BEGIN\n" + COUNT + SUM + "END;\n";
        run(turned, rows(31, 50), End.INPUT);
        assertEquals(List.of("u0 8", "u1 8", "u2 9"), results("counts"));
        assertEquals(List.of("a 540", "b 525"), results("sums"));
    }

    @Test
    void shouldWriteElsewhereWhenThePathOfASinkChanges() throws Exception
    {
        run(JOB, rows(1, 20) + row(0, "a", "2024-01-01 02:00:00", 1), End.STOP);
        assertEquals(List.of("u0 3", "u1 3", "u2 4"), results("counts"));
        run(JOB.replace("OUT/counts", "OUT/elsewhere"), row(1, "a", "2024-01-01 02:00:00", 1), End.INPUT);
        assertEquals(List.of("u0 3", "u1 3", "u2 4"), results("counts"));
        assertEquals(List.of("u0 1", "u1 1"), results("elsewhere"));
    }

    @Test
    void shouldLetTheEarlierJobWorkOffItsJournalFirst() throws Exception
    {
        run(JOB, rows(1, 20) + row(0, "a", "2024-01-01 02:00:00", 1), End.DEATH);
        run(JOB.replace("COUNT(*)", "COUNT(*) * 100")
            .replace("INTERVAL '1' HOUR);", "INTERVAL '1' HOUR) HAVING COUNT(*) > 0;"),
            row(0, "a", "2024-01-01 02:30:00", 1), End.INPUT);
        assertTrue(err().contains("the earlier job works off its journal first"), err());
        assertEquals(List.of("u0 200", "u0 3", "u1 3", "u2 4"), results("counts"));
    }

    @Test
    void shouldFindTheEarlierJobInItsCheckpoint() throws Exception
    {
        run(JOB, rows(1, 10), End.STOP);
        assertFalse(explainedInCheckpoint().contains("* 100"));
        run(JOB, rows(11, 20) + row(0, "a", "2024-01-01 02:00:00", 1), End.DEATH);
        Files.delete(folder.resolve("state/plan/current.plan"));
        run(JOB.replace("COUNT(*)", "COUNT(*) * 100")
            .replace("INTERVAL '1' HOUR);", "INTERVAL '1' HOUR) HAVING COUNT(*) > 0;"),
            row(0, "a", "2024-01-01 02:30:00", 1), End.STOP);
        assertTrue(err().contains("the earlier job works off its journal first"), err());
        assertEquals(List.of("u0 3", "u1 3", "u2 4"), results("counts"));
        assertTrue(explainedInCheckpoint().contains("* 100"));
    }

    /** What the newest checkpoint says of its job. */
    private String explainedInCheckpoint()
    {
        try (FileStorage storage = new FileStorage(folder.resolve("state"));
            FileCheckpointStore store = new FileCheckpointStore(storage, "checkpoints"))
        {
            final List<Long> ids = store.ids();
            final StoredPlan plan = StoredPlan.of(PlanPart.read(store.open(ids.get(ids.size() - 1))));
            return String.valueOf(plan.values().get("explained"));
        }
    }

    @Test
    void shouldRefuseWithAVerdictWhenStateMeansSomethingElse() throws Exception
    {
        run(JOB, rows(1, 20), End.STOP);
        final String changed = JOB.replace("kind = 'a'", "kind = 'b'");
        final CommandFailure failure =
            assertThrows(CommandFailure.class, () -> run(changed, rows(21, 50), End.INPUT));
        assertEquals(ExitCode.STATE, failure.exitCode());
        assertTrue(String.valueOf(failure.getMessage()).contains("needs replay  input events WHERE kind = 'a' → " +
            "events WHERE kind = 'b'"), failure.getMessage());
        assertEquals(ExitCode.STATE, explain(changed));
        assertTrue(stdout.toString(StandardCharsets.UTF_8).contains("run … --replay"), stdout.toString());
        assertEquals(ExitCode.OK, explain(JOB));
        run(JOB, rows(21, 50), End.INPUT);
        assertEquals(List.of("u0 8", "u1 8", "u2 9"), results("counts"), "a refusal changes nothing");
    }

    @Test
    void shouldBeginAgainFromTheJournalWhenReplaying() throws Exception
    {
        run(JOB, rows(1, 20), End.STOP);
        isReplay = true;
        run(JOB.replace("kind = 'a'", "n > 10"), rows(21, 30), End.INPUT);
        assertEquals(List.of("u0 7", "u1 6", "u2 7"), results("counts"));
    }

    @Test
    void shouldRefuseToReplayWhereResultsAre() throws Exception
    {
        run(JOB, rows(1, 20), End.INPUT);
        assertEquals(3, results("counts").size());
        isReplay = true;
        final CommandFailure failure = assertThrows(CommandFailure.class, () -> run(JOB, "", End.INPUT));
        assertEquals(ExitCode.STATE, failure.exitCode());
        assertTrue(String.valueOf(failure.getMessage()).contains("a second time"), failure.getMessage());
    }

    @Test
    void shouldFinishAReplayThatDied() throws Exception
    {
        run(JOB, rows(1, 20), End.STOP);
        Files.createFile(folder.resolve("state/plan/replay"));
        run(JOB, rows(21, 50), End.INPUT);
        assertEquals(List.of("u0 8", "u1 8", "u2 9"), results("counts"));
        assertFalse(Files.exists(folder.resolve("state/plan/replay")));
    }

    @Test
    void shouldRefuseToWorkOffAJournalOfAnotherJob() throws Exception
    {
        run(JOB, rows(1, 20), End.STOP);
        final String changed = JOB.replace("COUNT(*)", "COUNT(*) * 100");
        run(changed, rows(21, 30), End.STOP);
        try (Stream<Path> checkpoints = Files.list(folder.resolve("state/checkpoints")))
        {
            for (final Path checkpoint : checkpoints.toList())
            {
                Files.delete(checkpoint.resolve("MANIFEST"));
            }
        }
        refusesAll(List.of(JOB, changed), "the job before it was changed");
    }

    /** The earlier job's last checkpoint ends where the changed job's journal begins. */
    @Test
    void shouldRefuseAJournalBehindTheEarlierJobsCheckpoint() throws Exception
    {
        final String job = RETAINED + JOB;
        run(job, rows(1, 20), End.STOP);
        final String changed = job.replace("COUNT(*)", "COUNT(*) * 100");
        run(changed, rows(21, 30), End.STOP);
        damageCheckpointsOf("* 100");
        refusesAll(List.of(job, changed), "is of the changed job, the checkpoint of the job before");
        Files.delete(folder.resolve("state/plan/current.plan"));
        refusesAll(List.of(job, changed), "may be of another job");
    }

    /** As behind a death between the changed job's first checkpoint and its plan. */
    @Test
    void shouldKnowItsJournalBehindADeathWhileItChanges() throws Exception
    {
        final String job = RETAINED + JOB;
        run(job, rows(1, 20), End.STOP);
        final Path plan = folder.resolve("state/plan/current.plan");
        final byte[] kept = Files.readAllBytes(plan);
        final String changed = job.replace("COUNT(*)", "COUNT(*) * 100");
        run(changed, "", End.STOP);
        Files.write(plan, kept);
        run(changed, rows(21, 30), End.STOP);
        damageCheckpointsOf("* 100");
        refusesAll(List.of(job, changed), "is of the changed job, the checkpoint of the job before");
    }

    /** Options are no other job: neither is the checkpoint another job's, nor the journal behind it. */
    @Test
    void shouldGoOnBehindItsFirstCheckpointWhenThePathOfASinkChanges() throws Exception
    {
        run(JOB, rows(1, 20), End.STOP);
        final String changed = JOB.replace("COUNT(*)", "COUNT(*) * 100");
        run(changed, rows(21, 30), End.DEATH);
        final String moved = changed.replace("OUT/counts", "OUT/elsewhere");
        run(moved, "", End.DEATH);
        run(moved, rows(31, 50), End.INPUT);
        assertEquals(List.of("u0 800", "u1 800", "u2 900"), results("elsewhere"));
    }

    @Test
    void shouldTakeThePlanThatTheCheckpointIsOf() throws Exception
    {
        run(JOB.replace("kind = 'a'", "kind = 'b'"), "", End.STOP);
        final byte[] foreign = Files.readAllBytes(folder.resolve("state/plan/current.plan"));
        Files.move(folder.resolve("state"), folder.resolve("others"));
        run(JOB, rows(1, 10), End.STOP);
        run(JOB, rows(11, 20) + row(0, "a", "2024-01-01 02:00:00", 1), End.DEATH);
        Files.write(folder.resolve("state/plan/current.plan"), foreign);
        run(JOB.replace("COUNT(*)", "COUNT(*) * 1000"), row(0, "a", "2024-01-01 02:30:00", 1), End.INPUT);
        assertTrue(err().contains("the earlier job works off its journal first"), err());
        assertEquals(List.of("u0 2000", "u0 3", "u1 3", "u2 4"), results("counts"));
    }

    @Test
    void shouldWorkOffWithAKeyFileThatHasMoved() throws Exception
    {
        final Path key = folder.resolve("key.json");
        KeysetFile.create(key);
        final String job = "SET 'millrace.key-file' = ' " + key + "';\n" + JOB;
        run(job, rows(1, 20), End.STOP);
        assertTrue(plan(job, "state").stored().values().containsKey(EarlierJob.SINCE), "from the sealed plan");
        run(job, row(0, "a", "2024-01-01 02:00:00", 1), End.DEATH);
        final Path moved = folder.resolve("moved.json");
        Files.move(key, moved);
        run(job.replace("key.json", "moved.json").replace("COUNT(*)", "COUNT(*) * 100"),
            row(0, "a", "2024-01-01 02:30:00", 1), End.INPUT);
        assertTrue(err().contains("the earlier job works off its journal first"), err());
        assertEquals(List.of("u0 200", "u0 3", "u1 3", "u2 4"), results("counts"));
    }

    @Test
    void shouldSayThatASealedPlanIsDamaged() throws Exception
    {
        KeysetFile.create(folder.resolve("key.json"));
        final String job = "SET 'millrace.key-file' = 'OUT/key.json';\n" + JOB;
        run(job, rows(1, 20), End.STOP);
        final Path plan = folder.resolve("state/plan/current.plan");
        final byte[] bytes = Files.readAllBytes(plan);
        for (final int at : List.of(20, bytes.length - 20))
        {
            final byte[] damaged = bytes.clone();
            damaged[at] ^= 1;
            Files.write(plan, damaged);
            stderr.reset();
            run(job, "", End.STOP);
            assertEquals(2, err().split("current.plan", -1).length, err());
            assertEquals(2, err().split("; the job is compiled again", -1).length, err());
        }
    }

    /** Those of jobs that have a text in their identity have their manifests cut short. */
    private void damageCheckpointsOf(final String text) throws IOException
    {
        int damaged = 0;
        int left = 0;
        try (Stream<Path> checkpoints = Files.list(folder.resolve("state/checkpoints")))
        {
            for (final Path checkpoint : checkpoints.toList())
            {
                final Path manifest = checkpoint.resolve("MANIFEST");
                final byte[] bytes = Files.readAllBytes(manifest);
                if (new String(bytes, StandardCharsets.UTF_8).contains(text))
                {
                    Files.write(manifest, Arrays.copyOf(bytes, 40));
                    damaged++;
                }
                else
                {
                    left++;
                }
            }
        }
        assertTrue(damaged > 0 && left > 0, damaged + " damaged, " + left + " left");
    }

    private void refusesAll(final List<String> jobs, final String why)
    {
        for (final String job : jobs)
        {
            final CommandFailure failure =
                assertThrows(CommandFailure.class, () -> run(job, rows(31, 50), End.INPUT));
            assertEquals(ExitCode.STATE, failure.exitCode());
            assertTrue(String.valueOf(failure.getMessage()).contains(why), failure.getMessage());
            assertEquals(failure.getMessage(), assertThrows(CommandFailure.class, () -> explain(job)).getMessage());
        }
    }

    /** The journal is gone by then, and the plan of the changed job says where its part of it began. */
    @Test
    void shouldBeginAgainBehindADeathBehindAReplay() throws Exception
    {
        run(JOB, rows(1, 20), End.STOP);
        final String changed = JOB.replace("COUNT(*)", "COUNT(*) * 100");
        run(changed, "", End.STOP);
        Files.createFile(folder.resolve("state/plan/replay-with-journal"));
        run(changed, rows(1, 20), End.DEATH);
        run(changed, rows(21, 50), End.INPUT);
        assertEquals(List.of("u0 800", "u1 800", "u2 900"), results("counts"));
    }

    @Test
    void shouldThrowStateAwayOnlyWhenAllowed() throws Exception
    {
        final String both = EVENTS + COUNTS + SUMS + "EXECUTE STATEMENT SET BEGIN\n" + SUM + COUNT + "END;\n";
        run(both, rows(1, 20), End.STOP);
        assertThrows(CommandFailure.class, () -> run(JOB, rows(21, 50), End.INPUT));
        isDropAllowed = true;
        run(JOB, rows(21, 50), End.INPUT);
        assertEquals(List.of("u0 8", "u1 8", "u2 9"), results("counts"));
        assertEquals(List.of(), results("sums"));
    }

    @Test
    void shouldJudgeEveryChange() throws IOException
    {
        assertEquals(List.of("COMPATIBLE", "COMPATIBLE", "COMPATIBLE"), kinds(JOB, JOB));
        assertEquals(List.of("COMPATIBLE", "COMPATIBLE", "COMPATIBLE"),
            kinds(JOB, JOB.replace("user_id, COUNT(*)", "UPPER(user_id), COUNT(*) + 1")));
        for (final String changed : List.of(
            JOB.replace("kind = 'a'", "kind = 'b'"),
            JOB.replace("COUNT(*)", "SUM(n)"),
            JOB.replace("COUNT(*)", "COUNT(*) + SUM(n)"),
            JOB.replace("'1' HOUR", "'2' HOUR"),
            JOB.replace("user_id, COUNT", "kind, COUNT").replace("BY user_id", "BY kind"),
            JOB.replace("user_id, ", "'all', ").replace("BY user_id, ", "BY ")))
        {
            assertEquals(List.of("COMPATIBLE", "NEEDS_REPLAY", "COMPATIBLE"), kinds(JOB, changed), changed);
        }
        assertEquals(List.of("COMPATIBLE", "INCOMPATIBLE", "COMPATIBLE"),
            kinds(JOB, JOB.replace("n BIGINT", "n BIGINT, m INT").replace("kind = 'a'", "kind = 'b'")));
        assertEquals(List.of("COMPATIBLE", "COMPATIBLE", "COMPATIBLE"),
            kinds(JOB, JOB.replace("n BIGINT", "n BIGINT, m INT")));
        final String file = JOB.replace("'connector'='stdin'", "'connector'='filesystem', 'path'='x'");
        assertEquals(List.of("NEEDS_REPLAY", "COMPATIBLE", "COMPATIBLE"), kinds(JOB, file));
        assertEquals(List.of("INCOMPATIBLE", "COMPATIBLE", "COMPATIBLE"), kinds(file, JOB
            .replace("n BIGINT", "n BIGINT, m INT")));
        assertEquals(List.of("COMPATIBLE", "COMPATIBLE", "NEEDS_REPLAY"), kinds(JOB, JOB.replace(
            "'connector'='filesystem', 'path'='OUT/counts', 'format'='json'", "'connector'='print'")));
        final String both = EVENTS + COUNTS + SUMS + "EXECUTE STATEMENT SET BEGIN\n" + SUM + COUNT + "END;\n";
        assertEquals(List.of("COMPATIBLE", "NEW", "COMPATIBLE", "NEW", "COMPATIBLE"), kinds(JOB, both));
        assertEquals(List.of("COMPATIBLE", "COMPATIBLE", "DROPPED", "COMPATIBLE", "DROPPED"), kinds(both, JOB));
        final String all = both.replace("SELECT kind, SUM(n)", "SELECT 'all', SUM(n)").replace("BY kind, ", "BY ");
        assertEquals(List.of("COMPATIBLE", "INCOMPATIBLE", "INCOMPATIBLE", "NEW", "COMPATIBLE"),
            kinds(JOB.replace("n BIGINT", "n BIGINT, m INT"), all));
    }

    @Test
    void shouldRefuseOtherRowsOfValues() throws Exception
    {
        final String first = COUNTS + "INSERT INTO counts VALUES ('a', 1), ('b', 2);\n";
        run(first, "", End.INPUT);
        final CommandFailure failure = assertThrows(CommandFailure.class,
            () -> run(first.replace("('b', 2)", "('b', 2), ('c', 3)"), "", End.INPUT));
        assertEquals(ExitCode.STATE, failure.exitCode());
        assertTrue(String.valueOf(failure.getMessage()).contains(
            "the job holds other rows of it than those that were read"), failure.getMessage());
        final String between = COUNTS + SUMS + "EXECUTE STATEMENT SET BEGIN\n" +
            "INSERT INTO sums VALUES ('x', 8), ('y', 9);\nINSERT INTO counts VALUES ('a', 1), ('b', 2);\nEND;\n";
        assertThrows(CommandFailure.class, () -> run(between, "", End.INPUT));
        run(first, "", End.INPUT);
        assertEquals(List.of("a 1", "b 2"), results("counts"));
    }

    @Test
    void shouldSeeThroughComputedColumns() throws IOException
    {
        final String job = JOB.replace("n BIGINT,", "n BIGINT, half AS n / 2,").replace("kind = 'a'", "half > 2");
        assertEquals(List.of("COMPATIBLE", "COMPATIBLE", "COMPATIBLE"), kinds(job, job.replace("half", "h")));
        assertEquals("NEEDS_REPLAY", kinds(job, job.replace("n / 2", "n / 3")).get(1));
    }

    @Test
    void shouldNotKeepSecrets() throws IOException
    {
        final String job = JOB.replace("'path'='OUT/counts'", "'path'='OUT/secret-key'");
        assertTrue(plan(job).plan().identity().containsValue(folder + "/secret-key"), "a path is no secret");
    }

    private List<String> kinds(final String old, final String now) throws IOException
    {
        final CompiledJob changed = plan(now);
        final Upgrade upgrade = new Upgrade(plan(old).plan().identity(), changed.plan().identity(),
            (table) -> changed.plan().tables().stream().noneMatch((plan) -> plan.name().equals(table) &&
            "stdin".equals(plan.options().get("connector"))), true);
        assertEquals(upgrade.verdicts().stream().allMatch((verdict) -> verdict.kind() == Kind.COMPATIBLE ||
            verdict.kind() == Kind.NEW), upgrade.isCompatible(false));
        return upgrade.verdicts().stream().map((verdict) -> verdict.kind().name()).toList();
    }

    private static String row(final int user, final String kind, final String time, final int n)
    {
        return "{\"user_id\":\"u" + user + "\",\"kind\":\"" + kind + "\",\"ts\":\"" + time + "\",\"n\":" + n + "}\n";
    }

    /** Of each number a row: its user by 3, its kind by 2. */
    private static String rows(final int from, final int to)
    {
        final StringBuilder rows = new StringBuilder();
        for (int i = from; i <= to; i++)
        {
            rows.append(row(i % 3, i % 2 == 0 ? "a" : "b", String.format("2024-01-01 00:00:%02d", i), i));
        }
        return rows.toString();
    }

    private Context context(final InputStream stdin)
    {
        return new Context(new Terminal(stdin, stdout, new PrintStream(stderr, true, StandardCharsets.UTF_8), 0),
            ConnectorCatalogue.load(), folder.resolve("side"));
    }

    private JobArguments arguments(final String job) throws IOException
    {
        final Path file = folder.resolve("job.sql");
        Files.writeString(file, job.replace("OUT", folder.toString()));
        return JobArguments.of(file.toString(), List.of(), List.of());
    }

    private CompiledJob plan(final String job) throws IOException
    {
        return plan(job, "none");
    }

    private CompiledJob plan(final String job, final String state) throws IOException
    {
        return Objects.requireNonNull(
            CompiledJob.of(arguments(job), folder.resolve(state), context(InputStream.nullInputStream())), this::err);
    }

    private int explain(final String job) throws IOException
    {
        final Context context = context(InputStream.nullInputStream());
        final CompiledJob compiled = CompiledJob.of(arguments(job), folder.resolve("state"), context);
        return new JobUpgrade(folder.resolve("state"), Objects.requireNonNull(compiled), context, "json").explain();
    }

    private void run(final String job, final String rows, final End end) throws Exception
    {
        final byte[] bytes = rows.getBytes(StandardCharsets.UTF_8);
        final PipedOutputStream held = new PipedOutputStream();
        final InputStream stdin = end == End.INPUT ? new ByteArrayInputStream(bytes) :
            new PipedInputStream(held, bytes.length + 1);
        if (end != End.INPUT)
        {
            held.write(bytes);
        }
        final Context context = context(stdin);
        final Path path = folder.resolve("state");
        final CompiledJob compiled = Objects.requireNonNull(CompiledJob.of(arguments(job), path, context), this::err);
        final StateFolder state = new JobUpgrade(path, compiled, context, "json").open(isReplay, isDropAllowed);
        isReplay = false;
        final JobOptions options = JobOptions.of(compiled.settings(), folder.resolve("side"), 1L << 30, 2);
        final long before = options.shards();
        final AtomicLong crossed = new AtomicLong();
        final AtomicLong published = new AtomicLong(-1);
        final BlockRing.Observer observer = (sequence, block) ->
        {
            // In this order: who sees the rows then sees the entry too.
            published.set(sequence);
            crossed.addAndGet(block.kind() == BlockDescriptor.KIND_ROWS ? block.count() : 0);
        };
        try (JobRunner runner = new JobRunner(compiled.plan(), options, new EndpointOpener(context.catalogue(),
            options.maxRowBytes(), stdin, stdout, "json").open(compiled.plan()), observer, state))
        {
            assertEquals(1, before);
            final long restored = runner.job().progress().rows();
            final long firstEntry = committed(runner) + 1;
            runner.start();
            final long wanted = restored + rows.lines().count();
            // Every row has crossed the ring, and the journal has its entry: a death loses none of them.
            while (end != End.INPUT && runner.failure() == null && (restored + crossed.get() < wanted ||
                committed(runner) < firstEntry + published.get()))
            {
                LockSupport.parkNanos(1_000_000);
            }
            if (end == End.STOP)
            {
                runner.stop();
            }
            if (end != End.DEATH)
            {
                final Throwable failure = runner.await();
                assertTrue(failure == null, () -> String.valueOf(failure));
                assertEquals(List.of(), runner.job().violations());
            }
        }
        held.close();
    }

    private static long committed(final JobRunner runner)
    {
        return Objects.requireNonNull(runner.job().durability()).journal().committedEntry();
    }

    private String err()
    {
        return stderr.toString(StandardCharsets.UTF_8);
    }

    private List<String> results(final String table) throws IOException
    {
        final List<String> results = new ArrayList<>();
        final Path parts = folder.resolve(table);
        if (Files.isDirectory(parts))
        {
            try (Stream<Path> files = Files.list(parts))
            {
                for (final Path file : files.filter((part) -> !part.getFileName().toString().startsWith(".")).toList())
                {
                    Files.readAllLines(file).forEach((line) ->
                        results.add(line.replaceAll("\\{\"k\":\"(.*)\",\"c\":(.*)}", "$1 $2")));
                }
            }
        }
        results.sort(null);
        return results;
    }
}
