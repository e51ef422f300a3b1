package io.millrace.codecs.json;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowEncoder;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes a row as one JSON object, nested ROWs as objects within it, as Flink's {@code json} format does: NULLs are
 * written, trailing zeros of timestamp fractions are not. A DECIMAL is always written plain, never as {@code 1E+1}.
 *
 * <p><b>Allocation:</b> none, but for DOUBLE values of more than 15 digits, FLOAT values of more than 6, and both below
 * 0.001 or from 10 million on, which the platform prints.
 */
public final class JsonRowEncoder implements RowEncoder
{
    private final RowLayout.Column[] columns;
    private final int[] subtreeEnds;
    /** ROWs around a column that end where it ends. */
    private final int[] closings;
    /**
     * Each column's text from the comma before its key to the colon behind, in words padded with zeros; without the
     * comma where keys may be left out.
     */
    private final long[][] keys;
    private final int[] keyLengths;
    private final int blockLength;
    private final boolean hasNulls;
    private final JsonWriter writer = new JsonWriter();
    private final JsonValueWriter values;

    public JsonRowEncoder(final RowLayout layout, final JsonOptions options)
    {
        columns = layout.columns().toArray(RowLayout.Column[]::new);
        subtreeEnds = new int[columns.length];
        closings = new int[columns.length];
        keys = new long[columns.length][];
        keyLengths = new int[columns.length];
        blockLength = layout.blockLength();
        hasNulls = !options.ignoreNullFields();
        values = new JsonValueWriter(writer, options);
        final List<byte[]> texts = new ArrayList<>();
        addKeys(layout.fields(), texts);
        for (int i = 0; i < columns.length; i++)
        {
            keyLengths[i] = texts.get(i).length;
            keys[i] = new long[(keyLengths[i] + 7) / 8];
            ByteBuffer.wrap(Arrays.copyOf(texts.get(i), keys[i].length * 8)).order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer().get(keys[i]);
        }
    }

    /** Collects the texts of the columns, depth first. */
    private void addKeys(final List<SqlType.Field> fields, final List<byte[]> texts)
    {
        final int first = texts.size();
        for (final SqlType.Field field : fields)
        {
            final int index = texts.size();
            final String quoted = (index == first || !hasNulls ? "" : ",") + JsonQuotes.of(field.name()) + ":";
            texts.add(quoted.getBytes(StandardCharsets.UTF_8));
            addKeys(field.type().fields(), texts);
            subtreeEnds[index] = texts.size();
            for (int i = index + 1; i < texts.size(); i++)
            {
                closings[i] += subtreeEnds[i] == texts.size() ? 1 : 0;
            }
        }
    }

    @Override
    public int encode(final long row, final long out, final int capacity)
    {
        writer.wrap(out, capacity);
        writer.put('{');
        long var = row + blockLength;
        int i = 0;
        while (i < columns.length)
        {
            final RowLayout.Column column = columns[i];
            final boolean isNull = RowLayout.isNull(row, column);
            if (hasNulls || !isNull)
            {
                writer.putKey(keys[i], keyLengths[i], !hasNulls);
            }
            if (isNull)
            {
                writer.put(hasNulls ? "null" : "");
                for (int k = i; k < subtreeEnds[i]; k++)
                {
                    var += columns[k].varIndex() < 0 ? 0 : RowLayout.VAR_HEADER_LENGTH + Memory.getInt(var);
                }
            }
            else if (column.varIndex() >= 0)
            {
                final int length = Memory.getInt(var);
                writer.putQuoted(var + RowLayout.VAR_HEADER_LENGTH, length);
                var += RowLayout.VAR_HEADER_LENGTH + length;
            }
            else if (column.type().kind() == SqlType.Kind.ROW)
            {
                writer.put('{');
                i++;
                continue;
            }
            else
            {
                values.put(column.type(), row + column.fixedOffset());
            }
            for (int k = closings[i]; k > 0; k--)
            {
                writer.put('}');
            }
            i = subtreeEnds[i];
        }
        writer.put('}');
        return writer.isFull() ? FULL : writer.length();
    }
}
