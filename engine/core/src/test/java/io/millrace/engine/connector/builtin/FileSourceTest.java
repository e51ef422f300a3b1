package io.millrace.engine.connector.builtin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest
{
    private static final int MAX_RECORD = 1 << 20;

    private final Path folder;

    FileSourceTest(@TempDir final Path folder)
    {
        this.folder = folder;
    }

    @Test
    void shouldHandOverLinesWithPositionsWhenEndsAreMixed() throws IOException
    {
        final Path file = write("a.jsonl", "one\r\n\ntwo\nпривет\r\nlast");
        final Source source = open(file.toString(), MAX_RECORD);
        final RecordsFixture read = RecordsFixture.drain(source.partitions().get(0), 100, 0);
        assertEquals(List.of("one", "", "two", "привет", "last"), read.texts());
        assertEquals(List.of(0L, 5L, 6L, 10L, 24L), read.records.stream().map(RecordsFixture.Taken::position).toList());
        assertEquals(Files.size(file), source.partitions().get(0).bytesRead());
        assertEquals(file + ":24", source.partitions().get(0).describe(0, 24));
    }

    @Test
    void shouldOfferTheSameRecordAgainWhenItIsRefused() throws IOException
    {
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < 5000; i++)
        {
            lines.add("line " + i + "x".repeat(i % 700));
        }
        final Path file = write("a.jsonl", String.join("\n", lines));
        for (final int refuseEvery : new int[]{0, 2, 3})
        {
            for (final int limit : new int[]{1, 7, 100_000})
            {
                final Source source = open(file.toString(), MAX_RECORD);
                assertEquals(lines, RecordsFixture.drain(source.partitions().get(0), limit, refuseEvery).texts());
            }
        }
    }

    @Test
    void shouldKeepOnlyTheBeginningWhenALineIsTooLong() throws IOException
    {
        for (final int maxRecord : new int[]{10, 1000, 70_000, 600_000})
        {
            for (final String end : new String[]{"\n", "\r\n", ""})
            {
                final String whole = "y".repeat(maxRecord);
                final String tooLong = "0123456789".repeat(200_000);
                final String content = whole + "\n" + tooLong + end + (end.isEmpty() ? "" : "short\n" + whole);
                final Path file = write("a.jsonl", content);
                final Source source = open(file.toString(), maxRecord);
                final RecordsFixture read = RecordsFixture.drain(source.partitions().get(0), 3, 2);
                assertEquals(end.isEmpty() ? 2 : 4, read.records.size());
                assertEquals(whole, read.records.get(0).text());
                final RecordsFixture.Taken cut = read.records.get(1);
                assertEquals(tooLong.length(), cut.fullLength());
                assertEquals(maxRecord + 1, cut.position());
                assertEquals(tooLong.substring(0, LineReader.OVERSIZED_BYTES), cut.text());
                if (!end.isEmpty())
                {
                    assertEquals("short", read.records.get(2).text());
                    assertEquals(content.indexOf("short"), read.records.get(2).position());
                    assertEquals(whole, read.records.get(3).text());
                    assertEquals(content.length() - maxRecord, read.records.get(3).position());
                }
                assertEquals(content.length(), source.partitions().get(0).bytesRead());
            }
        }
    }

    @Test
    void shouldAgreeWithSplitWhenLinesAreRandom() throws IOException
    {
        final long seed = 20261122;
        final Random random = new Random(seed);
        for (int round = 0; round < 30; round++)
        {
            final ByteArrayOutputStream content = new ByteArrayOutputStream();
            final List<String> expected = new ArrayList<>();
            final int maxRecord = 1 + random.nextInt(2000);
            for (int i = 0; i < 300; i++)
            {
                final String line = "a".repeat(random.nextInt(random.nextInt(10) == 0 ? 900_000 / 30 : 300));
                expected.add(line.length() > maxRecord ?
                    line.substring(0, Math.min(line.length(), LineReader.OVERSIZED_BYTES)) : line);
                content.writeBytes((line + (random.nextBoolean() ? "\n" : "\r\n")).getBytes(StandardCharsets.UTF_8));
            }
            final Path file = folder.resolve("r.jsonl");
            Files.write(file, content.toByteArray());
            final Source source = open(file.toString(), maxRecord);
            assertEquals(expected, RecordsFixture.drain(source.partitions().get(0), 50, 5).texts(), "seed " + seed);
        }
    }

    @Test
    void shouldReadAFolderInPathOrderWithoutHiddenNames() throws IOException
    {
        write("b.jsonl", "b");
        write("a/2.jsonl", "a2\n");
        write("a/1.jsonl", "a1");
        write("a.jsonl", "a");
        write("empty.jsonl", "");
        write(".c.inprogress", "hidden");
        write("_SUCCESS", "hidden");
        write("_temporary/d.jsonl", "hidden");
        final Source source = open(folder.toString(), MAX_RECORD);
        assertEquals(1, source.partitions().size());
        final Source.Partition partition = source.partitions().get(0);
        final RecordsFixture read = RecordsFixture.drain(partition, 100, 0);
        assertEquals(List.of("a1", "a2", "a", "b"), read.texts());
        assertEquals(List.of(0L, 1L, 2L, 3L), read.records.stream().map(RecordsFixture.Taken::positionHigh).toList());
        assertTrue(partition.describe(3, 0).endsWith("b.jsonl:0"));
    }

    @Test
    void shouldMakeAPartitionOfEachFileWhenAsked() throws IOException
    {
        write("1.jsonl", "one\n");
        write("2.jsonl", "two\nzwei\n");
        final Source source = new FilesystemConnector().openSource(RecordsFixture.context(
            Map.of("path", folder.toString(), "partition-by-file", "true"), MAX_RECORD, InputStream.nullInputStream()));
        assertEquals(2, source.partitions().size());
        final RecordsFixture second = RecordsFixture.drain(source.partitions().get(1), 1, 0);
        assertEquals(List.of("two", "zwei"), second.texts());
        assertEquals(1, second.records.get(0).positionHigh());
        final byte[] again = new byte[4];
        source.partitions().get(1).readAgain(1, 4, again, 4);
        assertArrayEquals("zwei".getBytes(StandardCharsets.UTF_8), again);
    }

    @Test
    void shouldFindTheFilesOfAGlob() throws IOException
    {
        write("2024/01/x.jsonl", "jan");
        write("2024/02/x.jsonl", "feb");
        write("2024/02/.y.jsonl", "hidden");
        write("2025/01/x.jsonl", "later");
        assertEquals(List.of("jan", "feb"),
            RecordsFixture.drain(open(folder + "/2024/*/*.jsonl", MAX_RECORD).partitions().get(0), 9, 0).texts());
        assertEquals(List.of("jan", "later"),
            RecordsFixture.drain(open(folder + "/202?/01", MAX_RECORD).partitions().get(0), 9, 0).texts());
        write("top.jsonl", "top");
        assertEquals(List.of("jan", "feb", "later", "top"),
            RecordsFixture.drain(open(folder + "/**/*.jsonl", MAX_RECORD).partitions().get(0), 9, 0).texts());
        assertEquals(List.of("jan", "later"),
            RecordsFixture.drain(open(folder + "/**/01/**/x.jsonl", MAX_RECORD).partitions().get(0), 9, 0).texts());
        final ConnectorException none =
            assertThrows(ConnectorException.class, () -> open(folder + "/*.csv", MAX_RECORD));
        assertEquals(ConnectorException.Kind.ENVIRONMENT, none.kind());
    }

    @Test
    void shouldUnpackGzipAndSayThatItCannotBeReadAgain() throws IOException
    {
        final String line = "{\"a\":1}".repeat(1000);
        gzip("a.jsonl.gz", (line + "\n").repeat(500));
        Files.write(folder.resolve("b.jsonl.gz"), new byte[0]);
        final Source source = open(folder.toString(), MAX_RECORD);
        final RecordsFixture read = RecordsFixture.drain(source.partitions().get(0), 11, 3);
        assertEquals(500, read.records.size());
        assertTrue(read.texts().stream().allMatch(line::equals));
        assertEquals(499L * (line.length() + 1), read.records.get(499).position());
        assertFalse(source.partitions().get(0).isRereadable());
        assertEquals(Files.size(folder.resolve("a.jsonl.gz")), source.partitions().get(0).bytesRead());
    }

    @Test
    void shouldNameTheFileWhenGzipIsTruncated() throws IOException
    {
        final ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed))
        {
            out.write("line\n".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        }
        Files.write(folder.resolve("a.gz"), Arrays.copyOf(packed.toByteArray(), packed.size() / 2));
        Files.write(folder.resolve("b.gz"), "not gzip".getBytes(StandardCharsets.UTF_8));
        for (final String name : new String[]{"a.gz", "b.gz"})
        {
            final Source source = open(folder.resolve(name).toString(), MAX_RECORD);
            final ConnectorException e = assertThrows(ConnectorException.class,
                () -> RecordsFixture.drain(source.partitions().get(0), 100, 0));
            assertEquals(ConnectorException.Kind.ENVIRONMENT, e.kind());
            assertTrue(e.getMessage().contains(name) && e.getMessage().contains("truncated"), e.getMessage());
        }
    }

    @Test
    void shouldReadTheSameBytesAgain() throws IOException
    {
        write("1.jsonl", "alpha\nbeta\r\ngamma");
        write("2.jsonl", "δέλτα\n");
        final Source source = open(folder.toString(), MAX_RECORD);
        final Source.Partition partition = source.partitions().get(0);
        assertTrue(partition.isRereadable());
        for (final RecordsFixture.Taken taken : RecordsFixture.drain(partition, 100, 0).records)
        {
            final byte[] raw = taken.text().getBytes(StandardCharsets.UTF_8);
            final byte[] again = new byte[raw.length + 3];
            partition.readAgain(taken.positionHigh(), taken.position(), again, raw.length);
            assertArrayEquals(raw, Arrays.copyOf(again, raw.length));
        }
        final byte[] tooMuch = new byte[100];
        assertThrows(ConnectorException.class, () -> partition.readAgain(1, 0, tooMuch, 100));
        source.close();
        assertTrue(partition.isEnded());
    }

    /** Files that were read may go, and files may come behind the one that is being read. */
    @Test
    void shouldGoOnAtItsFileWhenOthersGoAndCome() throws IOException
    {
        write("1.jsonl", "one\n");
        write("2.jsonl", "two\nthree\n");
        write("4.jsonl", "five\n");
        for (final String gone : new String[]{"no.jsonl", "1.jsonl"})
        {
            final String identity = open(folder.toString(), MAX_RECORD).partitions().get(0).identify(1, 0);
            assertTrue(identity.endsWith(" 2.jsonl"), identity);
            Files.deleteIfExists(folder.resolve(gone));
            write("3.jsonl", "four\n");
            final Source.Partition partition = open(folder.toString(), MAX_RECORD).partitions().get(0);
            partition.expect(1, 0, identity);
            partition.resumeAfter(1, 0);
            final RecordsFixture read = RecordsFixture.drain(partition, 100, 0);
            assertEquals(List.of("three", "four", "five"), read.texts());
            assertEquals(List.of(1L, 2L, 3L),
                read.records.stream().map(RecordsFixture.Taken::positionHigh).toList());
            assertEquals(folder.resolve("3.jsonl") + ":0", partition.describe(2, 0));
        }
    }

    @Test
    void shouldGoOnInAFileThatGrewOrWasMoved() throws IOException
    {
        final Path file = write("a.jsonl", "one\ntwo");
        final String identity = open(file.toString(), MAX_RECORD).partitions().get(0).identify(0, 4);
        final Path moved = Files.move(write("a.jsonl", "one\ntwo\nthree\n"), folder.resolve("b.jsonl"));
        final Source.Partition partition = open(moved.toString(), MAX_RECORD).partitions().get(0);
        partition.expect(0, 4, identity);
        partition.resumeAfter(0, 4);
        assertEquals(List.of("three"), RecordsFixture.drain(partition, 100, 0).texts());
    }

    @Test
    void shouldRefuseToGoOnWhereAnotherRecordLies() throws IOException
    {
        write("b.jsonl", "one\ntwo\n");
        final String identity = open(folder.toString(), MAX_RECORD).partitions().get(0).identify(0, 4);
        write("a.jsonl", "one\ntwo\n");
        assertRefused(identity, "before b.jsonl, to which an earlier run had come, now lie 1 files and not 0");
        Files.delete(folder.resolve("a.jsonl"));
        // As when a log is rotated: as long as it was, the record another.
        write("b.jsonl", "six\nten\nsix\n");
        assertRefused(identity, "the record at b.jsonl:4");
        write("b.jsonl", "one\n");
        assertRefused(identity, "the record at b.jsonl:4");
        Files.delete(folder.resolve("b.jsonl"));
        write("a.jsonl", "anything\n");
        assertRefused(identity, "the record at b.jsonl:4");
    }

    @Test
    void shouldKeepIdentitiesInOneLine() throws IOException
    {
        final Path file = write("a\nb.jsonl", "one\n");
        for (final Path path : List.of(file, folder))
        {
            final String identity = open(path.toString(), MAX_RECORD).partitions().get(0).identify(0, 0);
            assertEquals(1, identity.lines().count(), identity);
            open(path.toString(), MAX_RECORD).partitions().get(0).expect(0, 0, identity);
        }
    }

    @Test
    void shouldTellCompressedFilesByTheirBeginning() throws IOException
    {
        gzip("a.jsonl.gz", "one\ntwo\n");
        final String identity = open(folder.toString(), MAX_RECORD).partitions().get(0).identify(0, 4);
        open(folder.toString(), MAX_RECORD).partitions().get(0).expect(0, 4, identity);
        gzip("a.jsonl.gz", "six\nten\n");
        assertRefused(identity, "a.jsonl.gz");
    }

    private void assertRefused(final String identity, final String reason)
    {
        final Source.Partition partition = open(folder.toString(), MAX_RECORD).partitions().get(0);
        final ConnectorException e =
            assertThrows(ConnectorException.class, () -> partition.expect(0, 4, identity));
        assertEquals(ConnectorException.Kind.ENVIRONMENT, e.kind());
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    @Test
    void shouldEndAtOnceWhenThereIsNothing() throws IOException
    {
        assertTrue(open(folder.toString(), MAX_RECORD).partitions().get(0).isEnded());
        final Path file = write("empty.jsonl", "");
        assertEquals(List.of(),
            RecordsFixture.drain(open(file.toString(), MAX_RECORD).partitions().get(0), 5, 0).texts());
    }

    @Test
    void shouldSayWhatIsMissing()
    {
        final ConnectorException e =
            assertThrows(ConnectorException.class, () -> open(folder.resolve("nope.jsonl").toString(), MAX_RECORD));
        assertEquals(ConnectorException.Kind.ENVIRONMENT, e.kind());
        assertTrue(e.getMessage().contains("no such file or folder"), e.getMessage());
        final ConnectorException option = assertThrows(ConnectorException.class, () -> new FilesystemConnector()
            .openSource(RecordsFixture.context(Map.of(), MAX_RECORD, InputStream.nullInputStream())));
        assertEquals(ConnectorException.Kind.OPTION, option.kind());
        assertTrue(option.getMessage().contains("'path'"), option.getMessage());
    }

    private Path write(final String name, final String content) throws IOException
    {
        final Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private void gzip(final String name, final String content) throws IOException
    {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name))))
        {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Source open(final String path, final int maxRecordBytes)
    {
        return new FilesystemConnector().openSource(
            RecordsFixture.context(Map.of("path", path), maxRecordBytes, InputStream.nullInputStream()));
    }
}
