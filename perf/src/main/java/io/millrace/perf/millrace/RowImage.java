package io.millrace.perf.millrace;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.perf.workload.Workload;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Writes a workload's values as rows of a layout. */
final class RowImage
{
    private final RowLayout layout;
    private final List<RowLayout.Column> columns;
    private final List<@Nullable IntFunction<Object>> values = new ArrayList<>();

    RowImage(final Workload rows, final RowLayout layout, final int decodedColumns)
    {
        this.layout = layout;
        columns = layout.columns().subList(0, decodedColumns);
        for (final RowLayout.Column column : columns)
        {
            final boolean isFilled = column.type().kind() != SqlType.Kind.ROW &&
                !column.path().equals(rows.timeColumn());
            values.add(isFilled ? rows.values(column.path()) : null);
        }
    }

    /** Bytes of the row written at {@code at}; its event time is zero. */
    int write(final long at, final int row)
    {
        Memory.fill(at, layout.blockLength(), (byte)0);
        long end = at + layout.blockLength();
        for (int i = 0; i < columns.size(); i++)
        {
            final IntFunction<Object> column = values.get(i);
            if (column != null)
            {
                end = write(at, end, columns.get(i), column.apply(row));
            }
        }
        return (int)(end - at);
    }

    private static long write(final long at, final long end, final RowLayout.Column column, final Object value)
    {
        final long field = at + column.fixedOffset();
        if (value instanceof String string)
        {
            final byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
            Memory.putInt(end, bytes.length);
            Memory.copy(bytes, 0, end + RowLayout.VAR_HEADER_LENGTH, bytes.length);
            return end + RowLayout.VAR_HEADER_LENGTH + bytes.length;
        }
        if (value instanceof BigDecimal decimal)
        {
            final BigInteger unscaled = decimal.setScale(column.type().scale()).unscaledValue();
            Memory.putLong(field, unscaled.longValue());
            if (!column.type().isCompactDecimal())
            {
                Memory.putLong(field + 8, unscaled.shiftRight(64).longValue());
            }
        }
        else
        {
            Memory.putLong(field, (Long)value);
        }
        return end;
    }
}
