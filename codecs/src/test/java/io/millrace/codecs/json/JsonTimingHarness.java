package io.millrace.codecs.json;

import static io.millrace.codecs.json.JsonHarness.field;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Times decoding of user events against Jackson's streaming parser, which fills the same slots, from which the same
 * code writes the same rows; stable and shuffled key order. A main of its own, no part of the build; an argument names
 * a file of JSON lines to use instead of made ones.
 */
final class JsonTimingHarness
{
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
    private static final int RECORDS = 20_000;
    private static final int ROUNDS = 40;
    private static final int ROW_CAPACITY = 4096;

    private static final RowLayout LAYOUT = RowLayout.of(List.of(
        field("event_id", SqlType.string()), field("user_id", SqlType.string()), field("event_type", SqlType.string()),
        field("timestamp_col", SqlType.timestamp(3)),
        field("payload", SqlType.row(List.of(
            field("page_url", SqlType.string()), field("session_id", SqlType.string())))),
        field("duration_ms", Kind.BIGINT), field("amount", SqlType.decimal(10, 2))));
    private static final JsonOptions OPTIONS = JsonOptions.of(Map.of(JsonOptions.IGNORE_PARSE_ERRORS, "true"));

    private final List<byte[]> records;
    private final long text;
    private final byte[] all;
    private final int[] offsets;
    private final long row = Memory.allocate(ROW_CAPACITY);
    private long sum;

    private JsonTimingHarness(final List<byte[]> records)
    {
        this.records = records;
        offsets = new int[records.size() + 1];
        for (int i = 0; i < records.size(); i++)
        {
            offsets[i + 1] = offsets[i] + records.get(i).length + 1;
        }
        all = new byte[offsets[records.size()]];
        for (int i = 0; i < records.size(); i++)
        {
            System.arraycopy(records.get(i), 0, all, offsets[i], records.get(i).length);
            all[offsets[i + 1] - 1] = '\n';
        }
        text = Memory.allocate(all.length);
        Memory.copy(all, 0, text, all.length);
    }

    public static void main(final String[] args) throws IOException
    {
        final boolean isFile = args.length > 0;
        final List<byte[]> stable = isFile ? read(Path.of(args[0])) : make(false);
        new JsonTimingHarness(stable).time(isFile ? "file" : "stable");
        if (!isFile)
        {
            new JsonTimingHarness(make(true)).time("shuffled");
        }
    }

    private static List<byte[]> read(final Path path) throws IOException
    {
        return Files.readAllLines(path).stream().map(line -> line.getBytes(StandardCharsets.UTF_8)).toList();
    }

    static List<byte[]> make(final boolean isShuffled)
    {
        final Random random = new Random(7);
        final List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++)
        {
            final int user = random.nextInt(1000);
            final List<String> members = new ArrayList<>(List.of(
                "\"event_id\":\"e" + i + '"', "\"user_id\":\"user_" + user + '"',
                "\"event_type\":\"" + (i % 3 == 0 ? "click" : "page_view") + '"',
                String.format("\"timestamp_col\":\"2024-01-01 00:%02d:%02d.%03d\"", i / 60 % 60, i % 60, i % 1000),
                "\"payload\":{\"page_url\":\"/item/" + random.nextInt(100) + "\",\"session_id\":\"s" + user + "-0\"}",
                "\"duration_ms\":" + random.nextInt(30_000), "\"amount\":" + (i % 3 == 0 ? i + ".90" : "null")));
            if (isShuffled)
            {
                Collections.shuffle(members, random);
            }
            records.add(('{' + String.join(",", members) + '}').getBytes(StandardCharsets.UTF_8));
        }
        return records;
    }

    private void time(final String name) throws IOException
    {
        System.out.printf("%s: %d bytes a record%n", name, all.length / records.size());
        final JsonRowDecoder decoder = new JsonRowDecoder(LAYOUT, LAYOUT.columns().size(), OPTIONS);
        final JsonRowEncoder encoder = new JsonRowEncoder(LAYOUT, OPTIONS);
        final JacksonRows jackson = new JacksonRows();
        final long out = Memory.allocate(ROW_CAPACITY);
        final long[] best = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};
        for (int round = 0; round < ROUNDS; round++)
        {
            long begin = CPU.getCurrentThreadCpuTime();
            for (int i = 0; i < records.size(); i++)
            {
                sum += decoder.decode(text + offsets[i], offsets[i + 1] - offsets[i] - 1, row, ROW_CAPACITY);
            }
            best[0] = Math.min(best[0], CPU.getCurrentThreadCpuTime() - begin);
            begin = CPU.getCurrentThreadCpuTime();
            jackson.decode();
            best[1] = Math.min(best[1], CPU.getCurrentThreadCpuTime() - begin);
            decoder.decode(text, offsets[1] - 1, row, ROW_CAPACITY);
            begin = CPU.getCurrentThreadCpuTime();
            for (int i = 0; i < records.size(); i++)
            {
                sum += encoder.encode(row, out, ROW_CAPACITY);
            }
            best[2] = Math.min(best[2], CPU.getCurrentThreadCpuTime() - begin);
        }
        System.out.printf("  decode %.1f ns, Jackson %.1f ns, ratio %.2f; encode %.1f ns (sum %d)%n",
            best[0] / (double)records.size(), best[1] / (double)records.size(), best[1] / (double)best[0],
            best[2] / (double)records.size(), sum);
        decoder.close();
    }

    /** One long-lived Jackson parser over all records. */
    private final class JacksonRows
    {
        private final JsonSlots slots = new JsonSlots(LAYOUT.columns().size());
        private final JsonValues values = new JsonValues(slots, OPTIONS, true);
        private final Map<String, Integer> columns = new HashMap<>();
        private final JsonFactory factory = new JsonFactory();
        private final long scratch = Memory.allocate(ROW_CAPACITY);

        JacksonRows()
        {
            LAYOUT.columns().forEach(
                column -> columns.put(column.path().substring(column.path().indexOf('.') + 1), column.index()));
        }

        void decode() throws IOException
        {
            try (JsonParser parser = factory.createParser(all))
            {
                while (parser.nextToken() != null)
                {
                    readRow(parser);
                    sum += writeRow();
                }
            }
        }

        private void readRow(final JsonParser parser) throws IOException
        {
            slots.begin(scratch);
            long at = scratch;
            int depth = 1;
            while (depth > 0)
            {
                final JsonToken token = parser.nextToken();
                if (token == JsonToken.END_OBJECT)
                {
                    depth--;
                    continue;
                }
                final Integer column = columns.get(parser.currentName());
                final JsonToken value = parser.nextToken();
                final long slot = column == null ? slots.discard() : slots.slot(column);
                switch (value)
                {
                    case START_OBJECT ->
                    {
                        slots.put(slot, JsonSlots.ROW, at, at);
                        depth++;
                    }
                    case VALUE_NULL -> slots.put(slot, JsonSlots.NULL, at, at);
                    case VALUE_NUMBER_INT ->
                    {
                        slots.put(slot, JsonSlots.INTEGER, at, at);
                        slots.putNumber(slot, parser.getLongValue(), 0);
                    }
                    default ->
                    {
                        final long end = copy(parser, at);
                        slots.put(slot, value == JsonToken.VALUE_STRING ? JsonSlots.TEXT : JsonSlots.LONG_FRACTION,
                            at, end);
                        at = end;
                    }
                }
            }
        }

        private long copy(final JsonParser parser, final long at) throws IOException
        {
            final char[] chars = parser.getTextCharacters();
            final int from = parser.getTextOffset();
            final int to = from + parser.getTextLength();
            long p = at;
            for (int i = from; i < to; i++)
            {
                final char c = chars[i];
                if (c < 0x80)
                {
                    Memory.putByte(p++, (byte)c);
                }
                else
                {
                    Memory.putByte(p++, (byte)(0xC0 | c >> 6));
                    Memory.putByte(p++, (byte)(0x80 | c & 0x3F));
                }
            }
            return p;
        }

        private int writeRow()
        {
            for (int i = 0; i < LAYOUT.blockLength(); i += 8)
            {
                Memory.putLong(row + i, 0);
            }
            long var = row + LAYOUT.blockLength();
            for (final RowLayout.Column column : LAYOUT.columns())
            {
                final long slot = slots.slot(column.index());
                final int kind = slots.kind(slot);
                int length = 0;
                if (kind <= JsonSlots.NULL)
                {
                    RowLayout.setNull(row, column);
                }
                else if (column.varIndex() >= 0)
                {
                    length = values.writeText(slot, kind, var + RowLayout.VAR_HEADER_LENGTH, ROW_CAPACITY);
                }
                else if (values.writeFixed(column.type(), slot, kind, row + column.fixedOffset()) < 0)
                {
                    RowLayout.setNull(row, column);
                }
                if (column.varIndex() >= 0)
                {
                    Memory.putInt(var, length);
                    var += RowLayout.VAR_HEADER_LENGTH + length;
                }
            }
            return (int)(var - row);
        }
    }
}
