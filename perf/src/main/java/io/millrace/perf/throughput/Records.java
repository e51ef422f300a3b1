package io.millrace.perf.throughput;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.client.RowSchema;
import io.millrace.client.RowWriter;
import io.millrace.codecs.sbe.SbeLayout;
import io.millrace.codecs.sbe.SbeRowEncoder;
import io.millrace.perf.workload.Workload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The central job's rows as messages, one behind the other in memory; what every contender sends.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none once it is made.
 */
final class Records
{
    static final RowSchema SCHEMA = RowSchema.of("user_events", "user_id STRING, event_type STRING, " +
        "timestamp_col TIMESTAMP(3), payload ROW<page_url STRING, session_id STRING>");
    private static final String[] TEXTS = {"user_id", "event_type", "payload.page_url", "payload.session_id"};
    private static final int LENGTH_BYTES = 4;
    private static final int TIME = SCHEMA.column("timestamp_col");

    private final Workload rows;
    private final int[] textColumns = new int[TEXTS.length];
    private final int textsOffset;
    private final int timeOffset;
    private final int[] offsets;
    private final UnsafeBuffer memory;

    Records(final Workload rows)
    {
        this.rows = rows;
        final SbeLayout wire = SCHEMA.wire();
        textsOffset = SbeLayout.HEADER_LENGTH + wire.blockLength(0);
        timeOffset = SbeLayout.HEADER_LENGTH + wire.columns().get(TIME).offset();
        for (int i = 0; i < TEXTS.length; i++)
        {
            textColumns[i] = SCHEMA.column(TEXTS[i]);
        }
        offsets = new int[rows.size() + 1];
        for (int row = 0; row < rows.size(); row++)
        {
            offsets[row + 1] = offsets[row] + textsOffset;
            for (final String path : TEXTS)
            {
                offsets[row + 1] += LENGTH_BYTES + text(path, row).length;
            }
        }
        memory = new UnsafeBuffer(ByteBuffer.allocateDirect(offsets[rows.size()]));
        for (int row = 0; row < rows.size(); row++)
        {
            write(row);
        }
    }

    private byte[] text(final String path, final int row)
    {
        final IntFunction<Object> values = rows.values(path);
        return values.apply(row).toString().getBytes(US_ASCII);
    }

    private void write(final int row)
    {
        memory.putLong(offsets[row], SbeRowEncoder.header(SCHEMA.wire(), SCHEMA.id()), ByteOrder.LITTLE_ENDIAN);
        int at = offsets[row] + textsOffset;
        for (final String path : TEXTS)
        {
            final byte[] text = text(path, row);
            memory.putInt(at, text.length, ByteOrder.LITTLE_ENDIAN);
            memory.putBytes(at + LENGTH_BYTES, text);
            at += LENGTH_BYTES + text.length;
        }
    }

    /** Sets the event time of a row for a turn. */
    void place(final long turn, final int row)
    {
        memory.putLong(offsets[row] + timeOffset, rows.timeMs(turn, row), ByteOrder.LITTLE_ENDIAN);
    }

    UnsafeBuffer memory()
    {
        return memory;
    }

    int offset(final int row)
    {
        return offsets[row];
    }

    int length(final int row)
    {
        return offsets[row + 1] - offsets[row];
    }

    /** Mean bytes of a record. */
    int meanLength()
    {
        return offsets[rows.size()] / rows.size();
    }

    /** Sets the columns one by one, as a program does that has them. */
    void set(final int row, final RowWriter to)
    {
        to.setLong(TIME, memory.getLong(offsets[row] + timeOffset, ByteOrder.LITTLE_ENDIAN));
        int at = offsets[row] + textsOffset;
        for (final int column : textColumns)
        {
            final int length = memory.getInt(at, ByteOrder.LITTLE_ENDIAN);
            to.setText(column, memory, at + LENGTH_BYTES, length);
            at += LENGTH_BYTES + length;
        }
    }
}
