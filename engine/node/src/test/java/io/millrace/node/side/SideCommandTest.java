package io.millrace.node.side;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.node.MillraceCommand;
import io.millrace.node.job.Context;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows that reached no result, kept in a state folder: seen, selected, replayed once, deleted. */
@Timeout(120)
class SideCommandTest
{
    private static final String JOB = """
        CREATE TABLE events (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
          WITH ('connector'='filesystem', 'path'='PATH', 'format'='json');
        CREATE TABLE results (k STRING, n BIGINT) WITH ('connector'='filesystem', 'path'='OUT', 'format'='json');
        INSERT INTO results SELECT k, SUM(n) FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' HOUR))
          GROUP BY k, window_start, window_end;
        """;
    private static final List<String> DEAD = List.of(
        "{\"k\":\"ж\\u0001\\\"\",\"n\":\"x\",\"ts\":\"2024-01-01 00:00:01\"}",
        "not json \\ at \"all\"", "{\"k\":\"a\",\"n\":1,\"ts\":null}");
    private static final String LATE = "{\"k\":\"late\",\"n\":7,\"ts\":\"2024-01-01 00:30:00\"}";

    private final Path folder;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private Path state = Path.of("");

    SideCommandTest(@TempDir final Path folder)
    {
        this.folder = folder;
    }

    @BeforeEach
    void keepRows() throws IOException
    {
        state = folder.resolve("state");
        final Path events = folder.resolve("events.jsonl");
        Files.writeString(events, "{\"k\":\"a\",\"n\":1,\"ts\":\"2024-01-01 00:00:00\"}\n" +
            String.join("\n", DEAD) + "\n{\"k\":\"a\",\"n\":1,\"ts\":\"2024-01-01 03:00:00\"}\n" +
            "{\"k\":\"b\",\"n\":1,\"ts\":\"2024-01-01 05:00:00\"}\n" + LATE + "\n");
        final Path job = folder.resolve("job.sql");
        Files.writeString(job, JOB.replace("PATH", events.toString()).replace("OUT", folder.resolve("out").toString()));
        assertEquals(ExitCode.OK, run("run", job.toString(), "--state", state.toString(), "--set",
            "millrace.block.rows=1"), err());
    }

    @Test
    void shouldListAndShow()
    {
        assertEquals(ExitCode.OK, run("dlq", "list", "--state", state.toString()));
        assertTrue(out().contains("dlq$events     3"), out());
        assertTrue(out().contains("FIELD_TYPE 1, MALFORMED 1, TIME_NULL 1"), out());
        assertEquals(ExitCode.OK, run("late", "list", "--state", state.toString()));
        assertTrue(out().contains("late$events     1") && out().contains("INSERT INTO results 1"), out());
        assertEquals(ExitCode.OK, run("dlq", "show", "--state", state.toString(), "--table", "events", "--limit", "2"));
        assertEquals(2, out().lines().filter("dlq$events"::equals).count(), out());
        assertTrue(out().contains("  raw          not json \\ at \"all\"\n"), out());
        assertEquals(ExitCode.USAGE, run("dlq", "show", "--state", state.toString(), "--table", "event"));
        assertTrue(err().contains("no dlq$event in " + state + "; there are dlq$events"), err());
        assertEquals(ExitCode.ENVIRONMENT, run("dlq", "list", "--state", folder.resolve("none").toString()));
    }

    /** Each bit of a part in turn, but for the line feeds: that joins or parts lines, and is seen likewise. */
    @Test
    void shouldTellADamagedLineFromARow() throws IOException
    {
        final Path part = part("dlq$events");
        final byte[] whole = Files.readAllBytes(part);
        final String first = new String(whole, UTF_8).lines().findFirst().orElseThrow();
        for (int at = 0; at < first.getBytes(UTF_8).length; at++)
        {
            final byte[] damaged = whole.clone();
            damaged[at] ^= (byte)(1 << at % 8);
            Files.write(part, damaged);
            final List<SideRow> rows = new ArrayList<>();
            final List<String> places = new SideTable("dlq$events", part.getParent()).forEach(rows::add);
            assertFalse(places.isEmpty(), "byte " + at + " of " + first);
            assertEquals(part + ", line 1", places.get(0));
            assertEquals(2, rows.size());
        }
        assertEquals(ExitCode.OK, run("dlq", "list", "--state", state.toString()));
        assertTrue(out().contains("damaged 1"), out());
        assertTrue(err().contains("1 damaged, the first in " + part + ", line 1"), err());
        final Path to = folder.resolve("again.jsonl");
        assertEquals(ExitCode.OK, run("dlq", "replay", "--state", state.toString(), "--to", to.toString()));
        assertEquals(DEAD.subList(1, 3), Files.readAllLines(to));
        assertTrue(err().contains("2 rows replayed, 1 stay"), err());
    }

    @Test
    void shouldReplayEachRowOnce() throws IOException
    {
        final Path to = folder.resolve("again.jsonl");
        assertEquals(ExitCode.OK, run("dlq", "replay", "--state", state.toString(), "--to", to.toString()));
        assertEquals(DEAD, Files.readAllLines(to));
        assertTrue(err().contains("3 rows replayed"), err());
        assertEquals(ExitCode.OK, run("dlq", "replay", "--state", state.toString()));
        assertEquals("", out());
        assertEquals(ExitCode.OK, run("late", "replay", "--state", state.toString()));
        assertEquals(LATE + "\n", out());
        assertEquals(ExitCode.USAGE, run("late", "replay", "--state", state.toString(), "--to", to.toString()));
        assertTrue(err().contains("is there already"), err());
        assertEquals(ExitCode.OK, run("dlq", "list", "--state", state.toString()));
        assertTrue(out().contains("dlq$events     0      0               1"), out());
    }

    @Test
    void shouldEndAReplayThatDiedWhereItsFileIsWhole() throws IOException
    {
        final Path to = folder.resolve("again.jsonl");
        final Path part = part("dlq$events");
        final Path rest = part.resolveSibling("part-left-0.jsonl");
        Files.writeString(part, Files.readString(part) + "{\"reason\":\"LIMIT\",\"raw\":\"x\",\"raw_length\":9}\n");
        assertEquals(ExitCode.OK, run("dlq", "replay", "--state", state.toString(), "--to", to.toString()));
        assertTrue(err().contains("3 rows replayed, 1 stay"), err());
        assertEquals(1, Files.readAllLines(rest).size());
        // As it was before the parts were moved: the note, the target, what is left not yet visible.
        Files.move(state.resolve("tables/dlq$events/.replayed/" + part.getFileName()), part);
        Files.move(rest, rest.resolveSibling("." + rest.getFileName()));
        final Path temporary = folder.resolve(".again.jsonl.replay");
        final String note = temporary + "\n" + to + "\n" + part + "\t" + rest + "\n";
        Files.writeString(state.resolve("tables/.replay"), note);
        assertEquals(ExitCode.OK, run("dlq", "replay", "--state", state.toString()));
        assertEquals("", out());
        assertEquals(1, Files.readAllLines(rest).size());
        assertFalse(Files.exists(part));
        // And as it was before the target had its name.
        Files.move(state.resolve("tables/dlq$events/.replayed/" + part.getFileName()), part);
        Files.move(rest, rest.resolveSibling("." + rest.getFileName()));
        Files.move(to, temporary);
        Files.writeString(state.resolve("tables/.replay"), note);
        assertEquals(ExitCode.OK, run("dlq", "replay", "--state", state.toString()));
        assertEquals(String.join("\n", DEAD) + "\n", out());
        assertFalse(Files.exists(temporary));
    }

    @Test
    void shouldDeleteOnlyWhenToldTwice() throws IOException
    {
        assertEquals(ExitCode.OK, run("late", "replay", "--state", state.toString()));
        assertEquals(ExitCode.USAGE, run("dlq", "drop", "--state", state.toString()));
        assertTrue(err().contains("1 file would be deleted"), err());
        assertTrue(Files.exists(part("dlq$events")));
        assertEquals(ExitCode.OK, run("dlq", "drop", "--state", state.toString(), "--yes"));
        assertEquals(ExitCode.OK, run("late", "drop", "--state", state.toString(), "--yes"));
        assertTrue(err().contains("1 file deleted"), err());
        assertEquals(ExitCode.OK, run("dlq", "list", "--state", state.toString()));
        assertTrue(out().contains("dlq$events     0      0               0"), out());
    }

    @Test
    void shouldReadKeptRowsAsTables() throws IOException
    {
        final Path job = folder.resolve("kept.sql");
        Files.writeString(job, """
            CREATE TABLE seen (what STRING, at_ STRING, bytes_read STRING, n INT, s TIMESTAMP(3))
              WITH ('connector'='print');
            INSERT INTO seen SELECT reason, `position`, `raw`, raw_length, window_start FROM `dlq$events`
              WHERE reason <> 'TIME_NULL';
            INSERT INTO seen SELECT `statement`, detail, `raw`, raw_length, window_start FROM late$events;
            """);
        assertEquals(ExitCode.OK, run("run", job.toString(), "--tables", state.toString()), err());
        assertEquals(3, out().lines().count(), out());
        assertTrue(out().contains("\"what\":\"MALFORMED\""), out());
        assertTrue(out().contains(folder.resolve("events.jsonl") + ":"), out());
        assertTrue(out().contains("\"bytes_read\":\"not json \\\\ at \\\"all\\\"\""), out());
        assertTrue(out().contains("\"what\":\"INSERT INTO results\"") && out().contains("2024-01-01 00:00:00"), out());
        assertEquals(ExitCode.INVALID, run("run", job.toString()));
        assertTrue(err().contains("--tables DIR names the state folder"), err());
        assertEquals(ExitCode.ENVIRONMENT, run("run", job.toString(), "--tables", folder.toString()));
        Files.writeString(job, "CREATE TABLE seen (x STRING) WITH ('connector'='print');\n" +
            "INSERT INTO seen SELECT nothing FROM late$events;\n");
        assertEquals(ExitCode.INVALID, run("run", job.toString(), "--tables", state.toString()));
        assertTrue(err().contains("nothing"), err());
    }

    @Test
    void shouldRefuseGuaranteesThatCannotBeGiven() throws IOException
    {
        final String job = folder.resolve("job.sql").toString();
        final String guarantee = "results.sink.delivery-guarantee=exactly-once";
        assertEquals(ExitCode.INVALID, run("run", job, "-e", guarantee));
        assertTrue(err().contains("which needs a state folder: run with --state DIR"), err());
        assertEquals(ExitCode.INVALID, run("run", job, "--state", folder.resolve("other").toString(), "-e",
            "results.connector=print", "-e", guarantee));
        assertTrue(err().contains("at-least-once is the most it gives"), err());
        assertEquals(ExitCode.OK, run(
            "run", job, "--state", folder.resolve("third").toString(), "-e", guarantee), err());
        assertEquals(ExitCode.CHECK_FAILED, run("run", job, "--set", "error-handling.mode=fail"));
        assertTrue(err().contains("a row is dead: dlq$events {\"reason\":\"FIELD_TYPE\""), err());
        Files.writeString(state.resolve("sinks/results.position"), "position=0\n");
        assertEquals(ExitCode.STATE, run("run", job, "--state", state.toString()));
        assertTrue(err().contains("results.position: its checksum is wrong"), err());
    }

    private Path part(final String table) throws IOException
    {
        try (Stream<Path> files = Files.list(state.resolve("tables").resolve(table)))
        {
            return files.filter(file -> Objects.requireNonNull(file.getFileName()).toString().startsWith("part-"))
                .findFirst().orElseThrow();
        }
    }

    private int run(final String... arguments)
    {
        stdout.reset();
        stderr.reset();
        final Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), stdout,
            new PrintStream(stderr, true, UTF_8), 0);
        return MillraceCommand.commandLine(new Context(terminal, ConnectorCatalogue.load(), folder.resolve("side")))
            .execute(Arrays.copyOf(arguments, arguments.length));
    }

    private String out()
    {
        return stdout.toString(UTF_8);
    }

    private String err()
    {
        return stderr.toString(UTF_8);
    }
}
