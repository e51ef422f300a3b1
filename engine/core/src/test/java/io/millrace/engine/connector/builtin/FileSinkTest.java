package io.millrace.engine.connector.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.connector.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest
{
    private static final RowLayout LAYOUT =
        RowLayout.of(List.of(new SqlType.Field("name", SqlType.string())));

    private final Path folder;

    FileSinkTest(@TempDir final Path folder)
    {
        this.folder = folder;
    }

    @Test
    void shouldShowRowsOnlyAfterCommit() throws IOException
    {
        final Path out = folder.resolve("a/b");
        final Sink sink = open(out);
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20_000; i++)
        {
            write(sink, "name " + i);
            expected.add("{\"name\":\"name " + i + "\"}");
        }
        write(sink, "ж".repeat(500_000));
        expected.add("{\"name\":\"" + "ж".repeat(500_000) + "\"}");
        sink.flush();
        assertEquals(List.of(), read(out));
        sink.end();
        sink.complete(sink.prepare());
        sink.close();
        assertEquals(expected, read(out));
        assertEquals(1, files(out).size());
    }

    @Test
    void shouldKeepEarlierRunsAndLeaveNothingWhenThereAreNoRows() throws IOException
    {
        for (int run = 0; run < 2; run++)
        {
            final Sink sink = open(folder);
            write(sink, "run");
            sink.end();
            sink.complete(sink.prepare());
            sink.close();
        }
        final Sink empty = open(folder);
        empty.end();
        empty.complete(empty.prepare());
        empty.close();
        assertEquals(2, files(folder).size());
        assertEquals(List.of("{\"name\":\"run\"}", "{\"name\":\"run\"}"), read(folder));
    }

    @Test
    void shouldLeaveUncommittedRowsInProgress() throws IOException
    {
        final Sink sink = open(folder);
        write(sink, "lost?");
        sink.flush();
        sink.close();
        final List<Path> files = files(folder);
        assertEquals(1, files.size());
        assertTrue(files.get(0).getFileName().toString().startsWith("."));
    }

    @Test
    void shouldSayWhyAFolderCannotBeWritten() throws IOException
    {
        final Path file = Files.writeString(folder.resolve("file"), "x");
        for (final Path path : List.of(file, file.resolve("below")))
        {
            final ConnectorException e = assertThrows(ConnectorException.class, () -> open(path));
            assertEquals(ConnectorException.Kind.ENVIRONMENT, e.kind());
            assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
        }
        final ConnectorException format = assertThrows(ConnectorException.class, () -> new FilesystemConnector()
            .openSink(new SinkContext("t", Map.of("path", folder.toString(), "format", "xml"), LAYOUT, "json",
                OutputStream.nullOutputStream())));
        assertTrue(format.getMessage().contains("expected one of [json, sbe]"), format.getMessage());
    }

    @Test
    void shouldPrintJsonLines()
    {
        final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        final Sink sink = new PrintConnector().openSink(
            new SinkContext("t", Map.of("print-identifier", "hourly"), LAYOUT, "json", stdout));
        write(sink, "a\"b");
        write(sink, "x".repeat(100_000));
        sink.complete(sink.prepare());
        assertEquals("hourly> {\"name\":\"a\\\"b\"}\nhourly> {\"name\":\"" + "x".repeat(100_000) + "\"}\n",
            stdout.toString(StandardCharsets.UTF_8));
    }

    private Sink open(final Path path)
    {
        return new FilesystemConnector().openSink(new SinkContext("t",
            Map.of("path", path.toString(), "format", "json"), LAYOUT, "json", OutputStream.nullOutputStream()));
    }

    private static List<String> read(final Path path)
    {
        final Source source = new FilesystemConnector().openSource(RecordsFixture.context(
            Map.of("path", path.toString()), 4 << 20, InputStream.nullInputStream()));
        return RecordsFixture.drain(source.partitions().get(0), 100, 0).texts();
    }

    private static List<Path> files(final Path path) throws IOException
    {
        try (Stream<Path> files = Files.list(path))
        {
            return files.toList();
        }
    }

    private static void write(final Sink sink, final String name)
    {
        final byte[] text = name.getBytes(StandardCharsets.UTF_8);
        final int length = LAYOUT.minRowLength() + text.length;
        final long row = Memory.allocate(length);
        Memory.fill(row, length, (byte)0);
        final long string = LAYOUT.varAddress(row, 0);
        Memory.putInt(string, text.length);
        Memory.copy(text, 0, string + RowLayout.VAR_HEADER_LENGTH, text.length);
        sink.write(row, length);
        Memory.free(row);
    }
}
