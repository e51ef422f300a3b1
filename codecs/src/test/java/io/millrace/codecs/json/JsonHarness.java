package io.millrace.codecs.json;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One decoder and one encoder of a table, with the memory between them. */
final class JsonHarness implements AutoCloseable
{
    private static final int CAPACITY = 1 << 20;

    final RowLayout layout;
    final JsonRowDecoder decoder;
    final JsonRowEncoder encoder;
    final long row = Memory.allocate(CAPACITY);
    final long out = Memory.allocate(CAPACITY);

    JsonHarness(final RowLayout layout, final JsonOptions options)
    {
        this.layout = layout;
        decoder = new JsonRowDecoder(layout, layout.columns().size(), options);
        encoder = new JsonRowEncoder(layout, options);
    }

    JsonHarness(final JsonOptions options, final SqlType.Field... fields)
    {
        this(RowLayout.of(List.of(fields)), options);
    }

    static SqlType.Field field(final String name, final SqlType type)
    {
        return new SqlType.Field(name, type);
    }

    static SqlType.Field field(final String name, final SqlType.Kind kind)
    {
        return new SqlType.Field(name, SqlType.of(kind));
    }

    /** Decodes a record that ends where its allocation's slack begins. */
    int decode(final byte[] record)
    {
        final long address = Memory.allocate(record.length);
        try
        {
            Memory.copy(record, 0, address, record.length);
            Memory.fill(address + record.length, Memory.SLACK, (byte)'"');
            return decoder.decode(address, record.length, row, CAPACITY);
        }
        finally
        {
            Memory.free(address);
        }
    }

    int decode(final String record)
    {
        return decode(record.getBytes(StandardCharsets.UTF_8));
    }

    /** The row last decoded, as JSON. */
    String encode()
    {
        final int length = encoder.encode(row, out, CAPACITY);
        return text(out, length);
    }

    static String text(final long address, final int length)
    {
        final byte[] bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What a record becomes: the row as JSON, or the sentinel and the problem. */
    String convert(final String record)
    {
        final int result = decode(record);
        return result >= 0 ? encode() : result == RowDecoder.BLANK ? "BLANK" : decoder.failure().name();
    }

    @Override
    public void close()
    {
        decoder.close();
        Memory.free(row);
        Memory.free(out);
    }
}
