package io.millrace.engine.connector.builtin;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowEncoder;
import io.millrace.engine.connector.Encoders;
import io.millrace.engine.connector.SinkContext;
import java.nio.ByteBuffer;
import java.util.Map;
import org.agrona.BufferUtil;

/** One JSON document a line. <b>Ownership:</b> an off-heap buffer of one row. */
final class JsonPrinter implements RowPrinter
{
    private static final int FIRST_CAPACITY = 64 * 1024;

    private final RowEncoder encoder;
    private final String identifier;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_CAPACITY);
    private byte[] copy = new byte[FIRST_CAPACITY];

    JsonPrinter(final SinkContext context, final String identifier)
    {
        encoder = Encoders.ofLines(context, "json", Map.of());
        this.identifier = identifier;
    }

    @Override
    public void print(final long row, final int length, final TextBuffer out)
    {
        int encoded = encode(row);
        while (encoded == RowEncoder.FULL)
        {
            buffer = ByteBuffer.allocateDirect(buffer.capacity() * 2);
            copy = new byte[buffer.capacity()];
            encoded = encode(row);
        }
        Memory.copy(BufferUtil.address(buffer), copy, 0, encoded);
        if (!identifier.isEmpty())
        {
            out.add(identifier).add("> ");
        }
        out.add(copy, 0, encoded).add('\n');
    }

    private int encode(final long row)
    {
        return encoder.encode(row, BufferUtil.address(buffer), buffer.capacity() - Memory.SLACK);
    }

    @Override
    public void show(final TextBuffer out)
    {
    }

    @Override
    public void end(final TextBuffer out)
    {
    }
}
