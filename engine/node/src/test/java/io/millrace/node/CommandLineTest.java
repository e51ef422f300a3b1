package io.millrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.setting.Setting;
import io.millrace.engine.setting.Settings;
import io.millrace.node.job.Context;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CommandLineTest
{
    private static final String TABLES = """
        CREATE TABLE events (user_id STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
          WITH ('connector'='filesystem', 'path'='PATH', 'format'='json', 'json.ignore-parse-errors'='true');
        CREATE TABLE results (user_id STRING, n BIGINT) WITH ('connector'='print');
        """;
    private static final String JOB = TABLES + "INSERT INTO results SELECT user_id, n FROM events WHERE n > 1;\n";
    private static final String EVENTS = """
        {"user_id":"a","n":1,"ts":"2024-01-01 00:00:00"}
        {"user_id":"b","n":2,"ts":"2024-01-01 00:00:01"}
        {"user_id":"ç, d","n":3,"ts":"2024-01-01 00:00:02"}
        {"user_id":"x","n":3
        {"user_id":"x","n":3,"ts":null}
        """;

    private final Path folder;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    CommandLineTest(@TempDir final Path folder)
    {
        this.folder = folder;
    }

    @Test
    void shouldPrintRowsAndCounts() throws IOException
    {
        final String job = job(JOB);
        assertEquals(ExitCode.OK, run("", "run", job));
        assertEquals("{\"user_id\":\"b\",\"n\":2}\n{\"user_id\":\"ç, d\",\"n\":3}\n", out());
        assertTrue(err().contains("INSERT INTO results   5           1          2       0       2        2"), err());
        assertEquals(ExitCode.OK, run("", "run", job, "--output", "csv"));
        assertEquals("user_id,n\r\nb,2\r\n\"ç, d\",3\r\n", out());
    }

    @Test
    void shouldReadEventsFromStandardInput() throws IOException
    {
        assertEquals(ExitCode.OK, run(EVENTS, "run", job(JOB), "-e", "events.connector=stdin"));
        assertEquals(2, out().lines().count());
    }

    @Test
    void shouldReadTheJobFromStandardInput() throws IOException
    {
        final String text = Files.readString(Path.of(job(JOB)));
        assertEquals(ExitCode.OK, run(text, "run", "-", "--set", "parallelism.default=2"));
        assertEquals(2, out().lines().count());
        assertEquals(ExitCode.INVALID, run(text, "run", "-", "-e", "events.connector=stdin"));
        assertTrue(err().contains("can't be both"), err());
    }

    @Test
    void shouldReportEveryErrorWithItsPlace() throws IOException
    {
        final String job = job("SET 'parralelism.default' = '2';\n" + TABLES +
            "INSERT INTO results SELECT user_di, n FROM events;\nINSERT INTO results SELECT user_id, m FROM events;\n");
        for (final String command : List.of("check", "run"))
        {
            assertEquals(ExitCode.INVALID, run("", command, job));
            assertTrue(err().contains(job + ":5:28: error SQL003"), err());
            assertTrue(err().contains("did you mean 'user_id'"), err());
            assertTrue(err().contains(job + ":6:37: error SQL003"), err());
            assertTrue(err().contains(job + ":1:1: error SQL026: unknown setting 'parralelism.default'"), err());
            assertEquals("", out());
        }
    }

    @Test
    void shouldReportEveryWrongSetting() throws IOException
    {
        assertEquals(ExitCode.INVALID,
            run("", "check", job(JOB), "--set", "parallelism.default=0", "--set", "milrace.placement=fused"));
        assertTrue(err().contains("setting 'parallelism.default' is '0', expected 1 to 64"), err());
        assertTrue(err().contains("did you mean 'millrace.placement'?"), err());
        assertEquals(ExitCode.OK, run("", "check", job(JOB)));
        assertTrue(out().contains("ok, 1 statement, 1 table read"), out());
    }

    @Test
    void shouldPassOverAByteOrderMark() throws IOException
    {
        assertEquals(ExitCode.OK, run("", "check", job("\ufeff" + JOB)));
        assertEquals(ExitCode.OK, run("\ufeff" + JOB, "check", "-"));
    }

    @Test
    void shouldSayWhatIsMissingOutside() throws IOException
    {
        assertEquals(ExitCode.ENVIRONMENT, run("", "run", job(JOB), "-e", "events.path=" + folder + "/none.jsonl"));
        assertTrue(err().contains("no such file or folder"), err());
        assertEquals(ExitCode.ENVIRONMENT, run("", "run", folder + "/none.sql"));
        assertTrue(err().contains("no such file: "), err());
        assertEquals(ExitCode.ENVIRONMENT, run("", "run", job(JOB), "-e", "results.connector=filesystem", "-e",
            "results.path=" + job(JOB), "-e", "results.format=json"));
        assertTrue(err().contains("expected a folder"), err());
    }

    @Test
    void shouldFindEveryOptionOfAGeneratedColumnThatDoesNotFitIt() throws IOException
    {
        final String job = job("""
            CREATE TABLE g (id TINYINT, name VARCHAR(2), at_time TIMESTAMP(3), r ROW<n INT>, f FLOAT,
              twice AS id + id, n INT, m INT, o INT, b BOOLEAN) WITH ('connector' = 'datagen',
              'fields.id.min' = '128',
              'fields.name.length' = '3',
              'fields.at_time.max-past' = 'yesterday',
              'fields.r.kind' = 'random',
              'fields.f.max' = '1e39',
              'fields.twice.min' = '1',
              'fields.n.min' = '5', 'fields.n.max' = '4',
              'fields.m.kind' = 'sequence', 'fields.m.start' = '1', 'fields.m.end' = '0', 'fields.m.max' = '9',
              'fields.o.kind' = 'sequence', 'fields.o.start' = '1',
              'fields.b.kind' = 'sequence', 'fields.b.null-rate' = '1.5',
              'fields.r.n.length' = '5');
            CREATE TABLE p (id TINYINT) WITH ('connector' = 'print');
            INSERT INTO p SELECT id FROM g;
            """);
        assertEquals(ExitCode.INVALID, run("", "check", job));
        for (final String expected : List.of(
            ":3:21: error SQL027: table g: option 'fields.id.min' is '128', expected a value of TINYINT",
            ":4:26: error SQL027: table g: option 'fields.name.length' is '3', expected a number from 0 to 2",
            ":5:31: error SQL027: table g: option 'fields.at_time.max-past' is 'yesterday', expected a time span",
            ":6:21: error SQL027: table g: 'fields.r.kind' is of a ROW: its fields have options of their own, such as" +
                " 'fields.r.n.kind'",
            ":7:20: error SQL027: table g: option 'fields.f.max' is '1e39', expected a finite number of FLOAT",
            ":8:24: error SQL027: table g: 'fields.twice.min' has no effect: the column is computed",
            ":9:42: error SQL027: table g: option 'fields.n.max' is '4', expected at least fields.n.min",
            ":10:74: error SQL027: table g: option 'fields.m.end' is '0', expected at least fields.m.start",
            ":10:96: error SQL027: table g: 'fields.m.max' has no effect: a sequence can have start, end, null-rate",
            ":11:21: error SQL027: table g needs the option 'fields.o.end'",
            ":12:21: error SQL027: table g: option 'fields.b.kind' is 'sequence', expected random, as BOOLEAN has no",
            ":12:56: error SQL027: table g: option 'fields.b.null-rate' is '1.5', expected a number from 0 to 1",
            ":13:25: error SQL027: table g: 'fields.r.n.length' has no effect: random values of INT can have min, max"))
        {
            assertTrue(err().contains(expected), () -> expected + " is not in\n" + err());
        }
        assertTrue(err().contains("13 errors"), err());
    }

    @Test
    void shouldFindEveryOptionThatCantBeReadAtItsPlace() throws IOException
    {
        final String job = job("""
            CREATE TABLE g (id BIGINT, name STRING) WITH ('connector' = 'datagen', 'number-of-rows' = 'ten',
              'rows-per-second' = '0', 'fields.nme.length' = '3', 'fields.id.kind' = 'sequenc');
            CREATE TABLE o (id BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json',
              'json.encode.ignore-null-fields' = 'yes', 'sink.rolling-policy.file-size' = 'big',
              'sink.delivery-guarantee' = 'twice');
            INSERT INTO o SELECT id FROM g;
            """);
        assertEquals(ExitCode.INVALID, run("", "check", job));
        for (final String expected : List.of(
            ":1:91: error SQL027: table g: option 'number-of-rows' is 'ten', expected a whole number",
            ":2:23: error SQL027: table g: option 'rows-per-second' is '0', expected a number from 1",
            ":2:28: error SQL022: the connector 'datagen' of table 'g' has no option 'fields.nme.length', as there " +
                "is no column 'nme'", "did you mean 'name'?",
            ":2:74: error SQL027: table g: option 'fields.id.kind' is 'sequenc', expected random or sequence",
            ":4:38: error SQL027: json.encode.ignore-null-fields is 'yes', expected true or false",
            ":4:79: error SQL027: table o: option 'sink.rolling-policy.file-size' is 'big', expected bytes such as",
            ":5:31: error SQL027: table o: option 'sink.delivery-guarantee' is 'twice', expected exactly-once"))
        {
            assertTrue(err().contains(expected), () -> expected + " is not in\n" + err());
        }
        assertTrue(err().contains("7 errors"), err());
    }

    @Test
    void shouldRefuseASecondTableThatIsWrittenToAStream() throws IOException
    {
        final String job = job("""
            CREATE TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '1');
            CREATE TABLE a (id BIGINT) WITH ('connector' = 'aeron', 'format' = 'json', 'stream-id' = '7',
              'channel' = 'aeron:udp?interface=localhost|endpoint=224.20.30.39:4001');
            CREATE TABLE b (id BIGINT) WITH ('connector' = 'aeron', 'format' = 'sbe', 'stream-id' = '7',
              'channel' = 'aeron:udp?endpoint=224.20.30.39:4001|interface=127.0.0.1|term-length=64k|session-id=5');
            CREATE TABLE c (id BIGINT) WITH ('connector' = 'aeron', 'format' = 'sbe', 'stream-id' = '8',
              'channel' = 'aeron:udp?endpoint=224.20.30.39:4001|interface=localhost');
            CREATE TABLE d (id BIGINT) WITH ('connector' = 'aeron', 'format' = 'sbe', 'stream-id' = '7',
              'channel' = 'aeron:ipc');
            CREATE TABLE e (id BIGINT) WITH ('connector' = 'aeron', 'format' = 'sbe', 'stream-id' = '7',
              'channel' = 'aeron:ipc', 'aeron.dir' = '/dev/shm/other');
            CREATE TABLE f (id BIGINT) WITH ('connector' = 'aeron', 'format' = 'sbe', 'stream-id' = '7',
              'channel' = 'aeron:ipc', 'aeron.dir' = '/dev/shm/x/../other/');
            EXECUTE STATEMENT SET BEGIN
              INSERT INTO a SELECT id FROM g;
              INSERT INTO b SELECT id FROM g;
              INSERT INTO c SELECT id FROM g;
              INSERT INTO d SELECT id FROM g;
              INSERT INTO e SELECT id FROM g;
              INSERT INTO f SELECT id FROM g;
            END;
            """);
        assertEquals(ExitCode.INVALID, run("", "check", job));
        final String expected = ":4:89: error SQL027: the tables 'a' and 'b' are both written to stream 7 of " +
            "aeron:udp?endpoint=224.20.30.39:4001|interface=127.0.0.1, where their results can't be told apart";
        assertTrue(err().contains(expected), err());
        assertTrue(err().contains("'e' and 'f' are both written to stream 7 of aeron:ipc in /dev/shm/other, "), err());
        assertTrue(err().contains("give one of them another 'stream-id'"), err());
        assertTrue(err().contains("2 errors"), err());
        assertEquals(ExitCode.OK, run("", "check", job, "-e", "b.stream-id=9", "-e", "f.aeron.dir=/dev/shm/x"));
    }

    @Test
    void shouldFindOptionsOfOtherSystemsThatCantBeReadAtTheirPlaces() throws IOException
    {
        final String job = job("""
            CREATE TABLE a (id BIGINT, n INT) WITH ('connector' = 'aeron', 'channel' = 'aeron:udp', 'stream-id' = 'x',
              'format' = 'sbe', 'sbe.id' = '0', 'sbe.versions' = '1,3', 'ack' = 'always', 'publishers' = '0',
              'control-stream-id' = '-1', 'aeron.driver-thread' = 'maybe');
            CREATE TABLE q (id BIGINT) WITH ('connector' = 'chronicle-queue', 'path' = 'q', 'format' = 'json',
              'excerpt' = 'json', 'scan.startup.mode' = 'specific-index', 'scan.bounded.mode' = 'never');
            CREATE TABLE o (id BIGINT) WITH ('connector' = 'aeron', 'channel' = 'udp', 'stream-id' = '7',
              'format' = 'json', 'results' = 'early', 'sink.without-subscriber' = 'stay',
              'sink.subscriber-timeout' = 'long');
            INSERT INTO o SELECT id FROM a UNION ALL SELECT id FROM q;
            """);
        assertEquals(ExitCode.INVALID, run("", "check", job));
        for (final String expected : List.of(
            ":1:76: error SQL027: table a: option 'channel' is 'aeron:udp', expected an endpoint",
            ":1:103: error SQL027: table a: option 'stream-id' is 'x', expected a whole number",
            ":2:32: error SQL027: table a: option 'sbe.id' is '0', expected a number from 1 to 65534",
            ":2:54: error SQL027: table a: option 'sbe.versions' is '1,3', expected ascending numbers of columns, " +
                "the last of which is 2",
            ":2:69: error SQL027: table a: option 'ack' is 'always', expected none or journaled",
            ":2:94: error SQL027: table a: option 'publishers' is '0', expected a number from 1 to 1024",
            ":3:25: error SQL027: table a: option 'control-stream-id' is '-1', expected a number from 0",
            ":3:55: error SQL027: table a: option 'aeron.driver-thread' is 'maybe', expected true or false",
            ":5:15: error SQL027: table q: option 'excerpt' is 'json', expected bytes or text",
            ":5:45: error SQL027: table q needs the option 'scan.startup.index'",
            ":5:85: error SQL027: table q: option 'scan.bounded.mode' is 'never', expected unbounded or latest-offset",
            ":6:69: error SQL027: table o: option 'channel' is 'udp', expected a channel such as aeron:ipc",
            ":7:34: error SQL027: table o: option 'results' is 'early', expected committed or provisional",
            ":7:71: error SQL027: table o: option 'sink.without-subscriber' is 'stay', expected drop or wait",
            ":8:31: error SQL027: table o: option 'sink.subscriber-timeout' is 'long', expected a time span"))
        {
            assertTrue(err().contains(expected), () -> expected + " is not in\n" + err());
        }
        assertTrue(err().contains("15 errors"), err());
    }

    @Test
    void shouldSayWhichCommandOrOptionWasMeant() throws IOException
    {
        assertEquals(ExitCode.USAGE, run("", "chek", job(JOB)));
        assertTrue(err().contains("there is no command 'chek'; did you mean 'check'?"), err());
        assertEquals(ExitCode.USAGE, run("", "run", "--outptu", "json", job(JOB)));
        assertTrue(err().contains("there is no option '--outptu'; did you mean '--output'?"), err());
        assertEquals(ExitCode.USAGE, run("", "check", job(JOB), "another.sql"));
        assertTrue(err().contains("one argument too many: 'another.sql'"), err());
    }

    @Test
    void shouldRefuseAWrongCommandLine() throws IOException
    {
        for (final String[] wrong : new String[][]{{}, {"rnu"}, {"run"}, {"run", job(JOB), "--output", "xml"},
            {"run", job(JOB), "--set", "novalue"}, {"run", job(JOB), "-e", "events=1"}, {"demo", "--rows", "0"}})
        {
            assertEquals(ExitCode.USAGE, run("", wrong), Arrays.toString(wrong));
            assertFalse(err().isBlank());
            assertEquals("", out());
        }
    }

    @Test
    void shouldShowTheHelpThatAMistakePointsTo()
    {
        for (final String[] wrong : new String[][]{{"checkpoint", "list"}, {"dlq", "show"}, {"run", "--stat", "x"}})
        {
            assertEquals(ExitCode.USAGE, run("", wrong), Arrays.toString(wrong));
            final List<String> said = err().lines().toList();
            final String last = said.get(said.size() - 1);
            assertTrue(last.startsWith("Try: millrace ") && last.endsWith(" --help"), last);
            assertEquals(ExitCode.OK, run("", last.substring("Try: millrace ".length()).split(" ")), err());
            assertTrue(out().startsWith("Usage: " + last.substring("Try: ".length()).replace(" --help", " [-h] ")),
                out());
        }
        assertEquals(ExitCode.USAGE, run("", "chekpoint"));
        assertTrue(err().contains("there is no command 'chekpoint'; did you mean 'checkpoint'?"), err());
    }

    @Test
    void shouldListSettingsAndVersion() throws IOException
    {
        assertEquals(ExitCode.OK, run("", "config"));
        for (final Setting setting : Settings.all())
        {
            assertTrue(out().contains(setting.key()), setting.key());
        }
        assertEquals(ExitCode.OK, run("", "version"));
        assertTrue(out().startsWith("millrace 0."), out());
    }

    @Test
    void shouldExplainAJobAndPrintItsSchemas() throws IOException
    {
        final String job = job(JOB);
        assertEquals(ExitCode.OK, run("", "explain", job));
        assertTrue(out().contains("scan events") && out().contains("decodes: user_id, n, ts"), out());
        assertEquals(ExitCode.OK, run("", "schema", job, "--table", "events"));
        assertTrue(out().contains("messageSchema") && out().contains("user_id"), out());
        assertEquals(ExitCode.USAGE, run("", "schema", job, "--table", "evnts"));
        assertTrue(err().contains("there are events, results"), err());
        assertEquals(ExitCode.USAGE, run("", "schema", job));
    }

    @Test
    void shouldAccountForEveryEventOfTheDemo() throws IOException
    {
        assertEquals(ExitCode.OK, run("", "demo", "--rows", "50000"));
        assertTrue(out().contains("event_count"), out());
        assertTrue(err().contains("Made 50,000 user events"), err());
        assertTrue(err().contains("INSERT INTO hourly_user_metrics"), err());
        assertFalse(err().contains("error"), err());
        assertTrue(Files.isDirectory(folder.resolve("state/demo/results")));
    }

    @Test
    void shouldSayWhyThereIsNoResult() throws IOException
    {
        assertEquals(ExitCode.OK, run("", "run", job(JOB.replace("n > 1", "n > 100"))));
        assertTrue(err().contains("INSERT INTO results gave no result: 3 rows did not pass its WHERE, 2 rows could " +
            "not be decoded or failed (kept in the dead-letter table)."), err());
        stderr.reset();
        assertEquals(ExitCode.OK, run("", "run", job(JOB.replace("n > 1", "n > 100")), "--set",
            "error-handling.mode=ignore"));
        assertTrue(err().contains("2 rows could not be decoded or failed (counted alone: error-handling.mode is " +
            "ignore)."), err());
        assertFalse(err().contains("kept in"), err());
        assertEquals(ExitCode.OK, run("", "run", job(TABLES + """
            INSERT INTO results SELECT user_id, COUNT(*) FROM events WHERE user_id <> 'x'
            GROUP BY user_id, TUMBLE(ts, INTERVAL '1' SECOND) HAVING COUNT(*) > 1;
            """)));
        assertTrue(err().contains("gave no result: no result passed its HAVING"), err());
    }

    @Test
    void shouldSayOnceThatAStoredPlanIsDamaged() throws IOException
    {
        final String job = job(JOB);
        final Path state = folder.resolve("kept");
        assertEquals(ExitCode.OK, run("", "run", job, "--state", state.toString()));
        final Path plan = state.resolve("plan/current.plan");
        final byte[] bytes = Files.readAllBytes(plan);
        bytes[bytes.length / 2] ^= 1;
        Files.write(plan, bytes);
        assertEquals(ExitCode.OK, run("", "run", job, "--state", state.toString()));
        assertEquals(2, err().split("the stored plan can't be used", -1).length, err());
    }

    private String job(final String text) throws IOException
    {
        Files.writeString(folder.resolve("events.jsonl"), EVENTS);
        final Path job = folder.resolve("job.sql");
        Files.writeString(job, text.replace("PATH", folder.resolve("events.jsonl").toString()));
        return job.toString();
    }

    private int run(final String stdin, final String... arguments)
    {
        stdout.reset();
        stderr.reset();
        final Terminal terminal = new Terminal(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
            stdout, new PrintStream(stderr, true, StandardCharsets.UTF_8), 0);
        return MillraceCommand.commandLine(new Context(terminal, ConnectorCatalogue.load(), folder.resolve("state")))
            .execute(arguments);
    }

    private String out()
    {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    private String err()
    {
        return stderr.toString(StandardCharsets.UTF_8);
    }
}
