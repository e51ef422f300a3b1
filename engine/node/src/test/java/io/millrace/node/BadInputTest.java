package io.millrace.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.node.job.Context;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong outside, from the command line: a clear message, a dead row, or NULL; nothing lost, no trace. */
@Timeout(120)
class BadInputTest
{
    private static final String EVENTS = """
        CREATE TABLE events (k STRING, n INT, amount DECIMAL(6,2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
          WITH ('connector'='filesystem', 'path'='PATH', 'format'='json');
        """;
    private static final String RESULTS = "CREATE TABLE results (k STRING, n BIGINT) WITH ('connector'='print');\n";
    private static final String JOB = EVENTS + RESULTS + "INSERT INTO results SELECT k, n FROM events;\n";
    private static final String WINDOWS = EVENTS + RESULTS + """
        INSERT INTO results SELECT k, COUNT(*) FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' DAY))
          GROUP BY k, window_start, window_end;
        """;
    private static final String ROW = "{\"k\":\"a\",\"n\":1,\"ts\":\"2024-01-01 00:00:00\"}";
    private static final Pattern COUNTS =
        Pattern.compile("INSERT INTO results +([0-9,]+) +([0-9,]+) +([0-9,]+) +([0-9,]+) +([0-9,]+) +([0-9,]+)");

    private final Path folder;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    BadInputTest(@TempDir final Path folder)
    {
        this.folder = folder;
    }

    @AfterEach
    void shouldNeverShowAnException()
    {
        assertFalse(err().contains("Exception") || err().contains("\tat ") || err().contains("a defect"), err());
        assertFalse(Files.exists(folder.resolve("state/failure.txt")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', textBlock = """
        {"k":"a","n":1,"ts":"2024-01-01 00:00:0             | MALFORMED  | not a well-formed document
        null                                                | MALFORMED  | not a well-formed document
        {"k":"a","n":1}                                     | TIME_NULL  | event time is NULL
        {"k":"a","n":1,"ts":null}                           | TIME_NULL  | event time is NULL
        {"k":"a","n":2147483648,"ts":"2024-01-01 00:00:00"} | FIELD_TYPE | column n
        {"k":"a","n":1e999,"ts":"2024-01-01 00:00:00"}      | FIELD_TYPE | column n
        {"k":"a","n":"x","ts":"2024-01-01 00:00:00"}        | FIELD_TYPE | column n
        {"k":"a","n":1,"ts":"2024-13-41 00:00:00"}          | FIELD_TYPE | column ts
        """)
    void shouldKeepABadRecordWithItsReason(final String record, final String reason, final String detail)
        throws IOException
    {
        assertEquals(ExitCode.OK, run(job(JOB, ROW + "\n" + record + "\n" + ROW + "\n")));
        assertCounts(3, 0, 2, 0, 1, 2);
        final String dead = Files.readString(folder.resolve("state/job/dlq$events.jsonl"));
        assertEquals(1, dead.lines().count());
        assertTrue(dead.contains("\"reason\":\"" + reason + "\"") && dead.contains(detail), dead);
        assertTrue(dead.contains("\"raw\":\"" + record.replace("\"", "\\\"") + "\""), dead);
    }

    @Test
    void shouldNameTheExpressionThatFailed() throws IOException
    {
        final String job = JOB.replace("ts TIMESTAMP(3),", "ts TIMESTAMP(3), x AS CAST(k AS INT),")
            .replace("SELECT k, n FROM", "SELECT k, 7 / (n - 1) FROM");
        assertEquals(ExitCode.OK, run(job(job, ROW + "\n")));
        assertCounts(1, 0, 0, 0, 1, 0);
        final Path dead = folder.resolve("state/job/dlq$events.jsonl");
        assertTrue(Files.readString(dead).contains("division by zero: 7 / (n - 1)"), Files.readString(dead));
        assertEquals(ExitCode.OK, run(job(job.replace("SELECT k, 7", "SELECT k, x + 7"), ROW + "\n")));
        assertTrue(Files.readString(dead).contains("a CAST failed: column x"), Files.readString(dead));
        assertEquals(ExitCode.OK, run(job(WINDOWS.replace("SELECT k, COUNT(*)", "SELECT k, 7 / (COUNT(*) - 1)"), ROW)));
        assertTrue(err().contains("dead results"), err());
        assertTrue(Files.readString(dead).contains("division by zero: 7 / (COUNT(…) - 1)"), Files.readString(dead));
    }

    @Test
    void shouldReadNullWhereParseErrorsAreIgnored() throws IOException
    {
        final String job = job(JOB, ROW.replace("1,", "9999999999,") + "\n" + ROW.replace("1,", "\"x\",") + "\n");
        assertEquals(ExitCode.OK, run(job, "-e", "events.json.ignore-parse-errors=true"));
        assertEquals("{\"k\":\"a\",\"n\":null}\n{\"k\":\"a\",\"n\":null}\n", out());
        assertCounts(2, 0, 2, 0, 0, 2);
        assertTrue(err().contains("2 values of events.n did not fit INT, read as NULL"), err());
    }

    @Test
    void shouldCountAValueReadAsNullOnceWhereItsRecordIsDecodedAgain() throws IOException
    {
        final String text = job(JOB.replace("ts TIMESTAMP(3),", "ts TIMESTAMP(3), x AS REPLACE(k, 'a', '0123456789'),")
            .replace("SELECT k,", "SELECT x,"), ROW.replace("\"a\"", "\"" + "a".repeat(200) + "\"")
            .replace("1,", "\"x\",").concat("\n").repeat(2000));
        assertEquals(ExitCode.OK, run(text, "-e", "events.json.ignore-parse-errors=true"));
        assertCounts(2000, 0, 2000, 0, 0, 2000);
        assertTrue(err().contains("2,000 values of events.n did not fit INT, read as NULL"), err());
    }

    @Test
    void shouldNotCountValuesReadAsNullOfDeadRows() throws IOException
    {
        final String bad = ROW.replace("1,", "\"x\",");
        final String text = job(JOB.replace("ts TIMESTAMP(3),", "ts TIMESTAMP(3), x AS CAST(k AS INT),")
            .replace("SELECT k,", "SELECT CAST(x AS STRING),"), bad.replace("\"a\"", "\"1\"") + "\n" + bad + "\n" +
            bad.replace("\"a\"", "\"2\"").replace("2024-01", "2024-13") + "\n");
        assertEquals(ExitCode.OK, run(text, "-e", "events.json.ignore-parse-errors=true"));
        assertCounts(3, 0, 1, 0, 2, 1);
        assertTrue(err().contains("1 value of events.n did not fit INT, read as NULL"), err());
        assertFalse(err().contains("events.ts"), err());
    }

    @Test
    void shouldRefuseDepthAndNotOverflow() throws IOException
    {
        final int depth = 10_000;
        final String deep = "{\"x\":" + "[".repeat(depth) + "]".repeat(depth) + ",\"k\":\"deep\"}\n" +
            "{\"k\":" + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth + 1) + "\n" + "[".repeat(depth) + "\n";
        assertEquals(ExitCode.OK, run(job(JOB, ROW + "\n" + deep + ROW + "\n")));
        assertCounts(5, 0, 2, 0, 3, 2);
        assertTrue(Files.readString(folder.resolve("state/job/dlq$events.jsonl")).contains("\"reason\":\"LIMIT\""));
    }

    @Test
    void shouldKeepBytesThatAreNotText() throws IOException
    {
        final byte[] row = ROW.replace("\"a\"", "\"a\u00ff\"").getBytes(StandardCharsets.ISO_8859_1);
        final String job = job(JOB, "");
        Files.write(folder.resolve("events.jsonl"), row);
        assertEquals(ExitCode.OK, run(job));
        assertCounts(1, 0, 0, 0, 1, 0);
        final String dead = Files.readString(folder.resolve("state/job/dlq$events.jsonl"));
        final Matcher raw = Pattern.compile("\"raw_base64\":\"([^\"]*)\"").matcher(dead);
        assertTrue(raw.find(), dead);
        assertTrue(Arrays.equals(row, Base64.getDecoder().decode(raw.group(1))));
    }

    @Test
    void shouldAccountForGarbage() throws IOException
    {
        final long seed = 20240101;
        final byte[] garbage = new byte[400_000];
        new Random(seed).nextBytes(garbage);
        final String job = job(WINDOWS, "");
        Files.write(folder.resolve("events.jsonl"), garbage);
        assertEquals(ExitCode.OK, run(job), () -> "seed " + seed);
        final long[] counts = counts();
        assertTrue(counts[0] > 1000, () -> "seed " + seed);
        assertEquals(counts[0], counts[4]);
        assertTrue(err().contains("kept in the dead-letter table"), err());
    }

    @Test
    void shouldReadThroughAHugeLineAndKeepItsBeginning() throws IOException
    {
        final long length = 1_000_000_000;
        assertEquals(ExitCode.OK, run(new LongLine(length, ROW), job(JOB, ""), "-e", "events.connector=stdin"));
        assertCounts(2, 0, 1, 0, 1, 1);
        final String dead = Files.readString(folder.resolve("state/job/dlq$events.jsonl"));
        assertTrue(dead.contains("\"raw_length\":" + length + "}"), dead.substring(dead.length() - 80));
        assertTrue(dead.length() < 100_000, () -> "kept " + dead.length());
    }

    @ParameterizedTest
    @CsvSource({"-1, 2", "0, 2", "1, 1"})
    void shouldTakeRowsUpToTheLimit(final int beyond, final int applied) throws IOException
    {
        final int limit = 1 << 20;
        final String row = ROW.replace("\"a\"", "\"" + "é".repeat(450 << 10) + "x".repeat(
            limit + beyond - (900 << 10) - ROW.length() + 1) + "\"");
        assertEquals(limit + beyond, row.getBytes(UTF_8).length);
        for (final String job : List.of(JOB, WINDOWS))
        {
            assertEquals(ExitCode.OK, run(job(job, row + "\n" + ROW + "\n")));
            assertCounts(2, 0, applied, 0, 2 - applied, applied);
        }
    }

    @Test
    void shouldCloseWindowsOverLongKeys() throws IOException
    {
        final StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 60; i++)
        {
            rows.append(ROW.replace("\"a\"", "\"" + "k".repeat(100_000) + i % 20 + "\"")).append('\n');
        }
        assertEquals(ExitCode.OK, run(job(WINDOWS, rows.toString()), "--set", "parallelism.default=2"));
        assertCounts(60, 0, 60, 0, 0, 20);
        assertTrue(out().lines().allMatch((line) -> line.length() > 100_000 && line.endsWith("\"n\":3}")));
    }

    @Test
    void shouldKeepEveryRowWhereAllButOneAreLate() throws IOException
    {
        final String rows = ROW.replace("2024", "2025") + "\n" + (ROW + "\n").repeat(500);
        assertEquals(ExitCode.OK, run(job(WINDOWS, rows)));
        assertCounts(501, 0, 1, 500, 0, 1);
        final List<String> late = Files.readAllLines(folder.resolve("state/job/late$events.jsonl"));
        assertEquals(500, late.size());
        assertTrue(late.get(0).contains("\"window_end\":\"2024-01-02 00:00:00\""), late.get(0));
    }

    @Test
    void shouldEndWhereThereIsNothingToRead() throws IOException
    {
        Files.createDirectories(folder.resolve("empty"));
        for (final String path : List.of(folder.resolve("empty").toString(), "/dev/null"))
        {
            for (final String job : List.of(JOB, WINDOWS))
            {
                assertEquals(ExitCode.OK, run(job(job, ""), "-e", "events.path=" + path));
                assertCounts(0, 0, 0, 0, 0, 0);
                assertTrue(err().contains("no row was read"), err());
            }
        }
    }

    @Test
    void shouldSayWhereCompressedBytesAreDamaged() throws IOException
    {
        final ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed))
        {
            gzip.write((ROW + "\n").repeat(50_000).getBytes(UTF_8));
        }
        final Path file = folder.resolve("events.jsonl.gz");
        final byte[] whole = packed.toByteArray();
        final byte[] damaged = whole.clone();
        Arrays.fill(damaged, whole.length / 2, whole.length / 2 + 16, (byte)0x55);
        for (final byte[] bytes : List.of(Arrays.copyOf(whole, whole.length / 2), damaged, ROW.getBytes(UTF_8)))
        {
            Files.write(file, bytes);
            assertEquals(ExitCode.ENVIRONMENT, run(job(JOB, ""), "-e", "events.path=" + file));
            assertTrue(err().contains("can't read " + file) && err().contains("truncated or damaged"), err());
            assertTrue(err().contains("not committed: results"), err());
        }
        Files.write(file, whole);
        assertEquals(ExitCode.OK, run(job(JOB, ""), "-e", "events.path=" + file));
        assertCounts(50_000, 0, 50_000, 0, 0, 50_000);
    }

    @Test
    void shouldRefuseAFolderThatCannotBeWritten() throws IOException
    {
        final Path file = Files.writeString(folder.resolve("file"), "");
        assertEquals(ExitCode.INVALID, run(job(JOB, ROW), "-e", "events.path=[none"));
        assertTrue(err().contains("option 'path' is not a glob"), err());
        for (final Path path : List.of(file, file.resolve("below"), Path.of("/proc/none")))
        {
            assertEquals(ExitCode.ENVIRONMENT, run(job(JOB, ROW), "-e", "results.connector=filesystem",
                "-e", "results.format=json", "-e", "results.path=" + path));
            assertTrue(err().contains("table results: can't write to " + path), err());
        }
    }

    @Test
    void shouldCommitNothingWhereAnotherSinkFails() throws IOException
    {
        final Path done = folder.resolve("done");
        final String job = job(JOB.replace("INSERT", "CREATE TABLE kept (k STRING, n BIGINT) WITH (" +
            "'connector'='filesystem', 'path'='" + done + "', 'format'='json');\n" +
            "INSERT INTO kept SELECT k, n FROM events;\nINSERT"), (ROW + "\n").repeat(10_000));
        final Terminal full = new Terminal(InputStream.nullInputStream(), new OutputStream()
        {
            @Override
            public void write(final int b) throws IOException
            {
                throw new IOException("No space left on device");
            }
        }, new PrintStream(stderr, true, UTF_8), 0);
        assertEquals(ExitCode.ENVIRONMENT, execute(full, "run", job));
        assertTrue(err().contains("can't write to standard output: No space left on device"), err());
        assertTrue(err().contains("rows; not committed: kept, results"), err());
        try (Stream<Path> files = Files.list(done))
        {
            assertTrue(files.allMatch((path) -> path.getFileName().toString().startsWith(".")));
        }
    }

    @Test
    void shouldStopQuietlyWhereTheReaderIsGone() throws IOException
    {
        final Terminal gone = new Terminal(InputStream.nullInputStream(), new OutputStream()
        {
            @Override
            public void write(final int b) throws IOException
            {
                throw new IOException("Broken pipe");
            }
        }, new PrintStream(stderr, true, UTF_8), 0);
        assertEquals(ExitCode.OK, execute(gone, "run", job(JOB, (ROW + "\n").repeat(10_000))));
        assertTrue(err().contains("standard output is read no more; stopped after"), err());
    }

    @Test
    void shouldKeepTheResultsOfTwoRunsApart() throws IOException
    {
        final Path results = folder.resolve("results");
        for (int i = 0; i < 2; i++)
        {
            assertEquals(ExitCode.OK, run(job(JOB, ROW), "-e", "results.connector=filesystem",
                "-e", "results.format=json", "-e", "results.path=" + results));
        }
        try (Stream<Path> files = Files.list(results))
        {
            final List<Path> parts = files.toList();
            assertEquals(2, parts.size());
            for (final Path part : parts)
            {
                assertTrue(part.getFileName().toString().startsWith("part-"), part.toString());
                assertEquals("{\"k\":\"a\",\"n\":1}\n", Files.readString(part));
            }
        }
    }

    @Test
    void shouldSayThatTheStateIsTooSmall() throws IOException
    {
        final StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 200_000; i++)
        {
            rows.append(ROW.replace("\"a\"", "\"key-" + i + "\"")).append('\n');
        }
        final String job = job(WINDOWS, rows.toString());
        for (final String shards : List.of("1", "4"))
        {
            assertEquals(ExitCode.CHECK_FAILED,
                run(job, "--set", "millrace.memory.state=16mb", "--set", "parallelism.default=" + shards));
            assertTrue(err().contains("raise it with --set millrace.memory.state"), err());
            assertTrue(err().contains("rows; not committed: results"), err());
            assertTrue(err().contains("+ on their way"), err());
            assertEquals(5, err().lines().count(), err());
        }
    }

    @Test
    void shouldRefuseARingLargerThanTheMachine() throws IOException
    {
        assertEquals(ExitCode.INVALID, run(job(JOB, ROW), "--set", "millrace.ring.slots=65536",
            "--set", "millrace.block.bytes=512kb", "--set", "parallelism.default=64"));
        assertTrue(err().contains("the ring would take"), err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', textBlock = """
        filesystem          | filesistem          | did you mean 'filesystem'
        'format'='json'     | 'format'='jsn'      | did you mean 'json'
        'path'='            | 'pth'='             | did you mean 'path'
        n INT               | n INTT              | did you mean 'INT'
        SELECT k, n         | SELECT UPER(k), n   | did you mean 'UPPER'
        SELECT k, n         | SELECT k, amont     | did you mean 'amount'
        FROM events         | FROM evnts          | did you mean 'events'
        INTO results        | INTO reslts         | did you mean 'results'
        SELECT k, n         | SELECT n, k         | Incompatible types
        SELECT k, n         | SELECT k            | results
        SELECT k, n         | SELEC k, n          | did you mean SELECT
        INSERT INTO results SELECT k, n FROM events; | !! | nothing would run
        """)
    void shouldSayWhatWasMeant(final String right, final String wrong, final String said) throws IOException
    {
        assertTrue(JOB.contains(right));
        for (final String command : List.of("check", "run", "explain"))
        {
            assertEquals(ExitCode.INVALID, execute(terminal(InputStream.nullInputStream()), command,
                job(JOB.replace(right, wrong), ROW)));
            assertTrue(err().contains(said), err());
            assertEquals("", out());
        }
    }

    @Test
    void shouldRefuseTextThatIsNoJob() throws IOException
    {
        final byte[] bytes = new byte[2000];
        for (int i = 0; i < bytes.length; i++)
        {
            bytes[i] = (byte)i;
        }
        Files.write(folder.resolve("binary.sql"), bytes);
        Files.writeString(folder.resolve("empty.sql"), "");
        Files.writeString(folder.resolve("comment.sql"), "-- nothing\n;");
        final String deep = "(".repeat(20_000) + "n" + ")".repeat(20_000);
        Files.writeString(folder.resolve("deep.sql"), JOB.replace("k, n", "k, " + deep));
        Files.writeString(folder.resolve("wide.sql"), JOB.replace("k, n", "k, n" + " + 1".repeat(20_000)));
        for (final String name : List.of("binary", "empty", "comment", "deep", "wide"))
        {
            assertEquals(ExitCode.INVALID, run(folder.resolve(name + ".sql").toString()), name);
            assertTrue(err().contains("error SQL"), err());
            assertFalse(err().contains("null"), err());
            assertTrue(err().chars().allMatch((c) -> c >= ' ' || c == '\n' || c == '\t'), name);
        }
        assertEquals(ExitCode.ENVIRONMENT, run(folder.toString()));
    }

    private void assertCounts(
        final long in, final long filtered, final long applied, final long late, final long dead, final long results)
    {
        assertEquals(List.of(in, filtered, applied, late, dead, results), Arrays.stream(counts()).boxed().toList());
    }

    private long[] counts()
    {
        final Matcher matcher = COUNTS.matcher(err());
        assertTrue(matcher.find(), err());
        final List<Long> counts = new ArrayList<>();
        for (int i = 1; i <= matcher.groupCount(); i++)
        {
            counts.add(Long.parseLong(matcher.group(i).replace(",", "")));
        }
        return counts.stream().mapToLong(Long::longValue).toArray();
    }

    private String job(final String text, final String events) throws IOException
    {
        Files.writeString(folder.resolve("events.jsonl"), events);
        final Path job = folder.resolve("job.sql");
        Files.writeString(job, text.replace("PATH", folder.resolve("events.jsonl").toString()));
        return job.toString();
    }

    private int run(final String job, final String... arguments)
    {
        return run(new ByteArrayInputStream(new byte[0]), job, arguments);
    }

    private int run(final InputStream stdin, final String job, final String... arguments)
    {
        return execute(terminal(stdin), Stream.concat(Stream.of("run", job), Arrays.stream(arguments))
            .toArray(String[]::new));
    }

    private Terminal terminal(final InputStream stdin)
    {
        return new Terminal(stdin, stdout, new PrintStream(stderr, true, UTF_8), 0);
    }

    private int execute(final Terminal terminal, final String... arguments)
    {
        stdout.reset();
        stderr.reset();
        return MillraceCommand.commandLine(new Context(terminal, ConnectorCatalogue.load(), folder.resolve("state")))
            .execute(arguments);
    }

    private String out()
    {
        return stdout.toString(UTF_8);
    }

    private String err()
    {
        return stderr.toString(UTF_8);
    }

    /** A line of so many {@code x}, then a row. */
    private static final class LongLine extends InputStream
    {
        private long left;
        private final InputStream rest;

        LongLine(final long length, final String row)
        {
            left = length;
            rest = new ByteArrayInputStream(("\n" + row).getBytes(UTF_8));
        }

        @Override
        public int read()
        {
            throw new UnsupportedOperationException("read in pieces");
        }

        @Override
        public int read(final byte[] bytes, final int offset, final int length) throws IOException
        {
            if (left == 0)
            {
                return rest.read(bytes, offset, length);
            }
            final int count = (int)Math.min(left, length);
            Arrays.fill(bytes, offset, offset + count, (byte)'x');
            left -= count;
            return count;
        }
    }
}
