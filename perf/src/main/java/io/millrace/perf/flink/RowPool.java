package io.millrace.perf.flink;

import io.millrace.perf.workload.Workload;
import java.math.BigDecimal;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Pool rows prepared as Flink's own, strings as bytes; only the event time is made for each turn. */
final class RowPool implements PoolSource.Pool
{
    private final Workload rows;
    private final GenericRowData[] pool;
    private final int timeField;
    private long turn;
    private int next;

    RowPool(final RowType type)
    {
        rows = FlinkPeer.Run.current().rows();
        timeField = type.getFieldIndex(rows.timeColumn());
        pool = new GenericRowData[rows.size()];
        for (int i = 0; i < pool.length; i++)
        {
            pool[i] = row("", type, i);
        }
    }

    private GenericRowData row(final String prefix, final RowType type, final int index)
    {
        final GenericRowData row = new GenericRowData(type.getFieldCount());
        final List<RowType.RowField> fields = type.getFields();
        for (int i = 0; i < fields.size(); i++)
        {
            row.setField(i, value(prefix + fields.get(i).getName(), fields.get(i).getType(), index));
        }
        return row;
    }

    private @Nullable Object value(final String path, final LogicalType type, final int index)
    {
        if (type instanceof RowType nested)
        {
            return row(path + ".", nested, index);
        }
        if (path.equals(rows.timeColumn()))
        {
            return null;
        }
        final Object value = rows.values(path).apply(index);
        if (value instanceof String string)
        {
            final BinaryStringData bytes = (BinaryStringData)StringData.fromString(string);
            bytes.ensureMaterialized();
            return bytes;
        }
        if (value instanceof BigDecimal decimal)
        {
            return DecimalData.fromBigDecimal(
                decimal, ((DecimalType)type).getPrecision(), ((DecimalType)type).getScale());
        }
        return value;
    }

    @Override
    public RowData next()
    {
        final GenericRowData row = pool[next];
        row.setField(timeField, TimestampData.fromEpochMillis(rows.timeMs(turn, next)));
        if (++next == pool.length)
        {
            next = 0;
            turn++;
        }
        return row;
    }
}
