package io.millrace.node.kill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The rows that a journal holds, as their bytes came in, read from its files as the drawings of
 * {@code SegmentDescriptor}, {@code JournalDescriptor} and {@code BlockDescriptor} have them. Not by the engine's own
 * reader: what that loses, this must not lose with it.
 */
final class JournaledRows
{
    private static final Pattern ROW = Pattern.compile("\\{\"life\":\\d+,\"n\":\\d+}");
    private static final int SEGMENT_HEADER = 512;
    private static final int RECORD_HEADER = 24;
    private static final int PADDING = -1;
    private static final int ENTRIES = 16;
    private static final int ENTRY_HEADER = 8;
    private static final int KIND = 1;
    private static final int COUNT = 16;
    private static final byte ROWS = 1;

    private JournaledRows()
    {
    }

    /** Each row of the segments that are in use, up to the last whole record of each. */
    static List<String> of(final Path journal) throws IOException
    {
        final List<String> rows = new ArrayList<>();
        for (final Path segment : segments(journal))
        {
            records(ByteBuffer.wrap(Files.readAllBytes(segment)).order(ByteOrder.LITTLE_ENDIAN),
                record -> addRows(record, rows));
        }
        return rows;
    }

    private static List<Path> segments(final Path journal) throws IOException
    {
        if (!Files.isDirectory(journal))
        {
            return List.of();
        }
        try (Stream<Path> files = Files.list(journal))
        {
            return files.filter(file -> file.toString().endsWith(".segment")).sorted().toList();
        }
    }

    private static void records(final ByteBuffer segment, final Consumer<ByteBuffer> consumer)
    {
        if (segment.limit() < SEGMENT_HEADER)
        {
            return;
        }
        final long begin = segment.getLong(16) * segment.limit();
        int at = SEGMENT_HEADER;
        while (segment.limit() - at >= RECORD_HEADER)
        {
            final int length = segment.getInt(at + 4);
            if (length == PADDING || length < 0 || length > segment.limit() - at - RECORD_HEADER ||
                segment.getLong(at + 8) != begin + at || segment.getInt(at) != sum(segment, at, length))
            {
                return;
            }
            consumer.accept(segment.slice(at + RECORD_HEADER, length).order(ByteOrder.LITTLE_ENDIAN));
            at += RECORD_HEADER + (length + 7 & -8);
        }
    }

    private static int sum(final ByteBuffer segment, final int at, final int length)
    {
        final CRC32C sum = new CRC32C();
        sum.update(segment.slice(at + 4, RECORD_HEADER - 4 + length));
        return (int)sum.getValue();
    }

    /** Entries say how many rows they are: none is passed over. */
    private static void addRows(final ByteBuffer record, final List<String> rows)
    {
        int at = ENTRIES;
        for (int entries = record.getInt(8); entries > 0; entries--)
        {
            final int length = record.getInt(at);
            final byte[] block = new byte[length];
            record.get(at + ENTRY_HEADER, block);
            final int before = rows.size();
            final Matcher row = ROW.matcher(new String(block, StandardCharsets.ISO_8859_1));
            while (row.find())
            {
                rows.add(row.group());
            }
            final int count = block[KIND] == ROWS ? record.getInt(at + ENTRY_HEADER + COUNT) : 0;
            if (rows.size() - before != count)
            {
                throw new AssertionError("a block of " + count + " rows has the bytes of " + (rows.size() - before));
            }
            at += ENTRY_HEADER + length + 7 & -8;
        }
    }
}
