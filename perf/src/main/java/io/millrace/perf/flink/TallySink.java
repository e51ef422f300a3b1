package io.millrace.perf.flink;

import io.millrace.perf.peer.ResultHash;
import io.millrace.perf.peer.Tally;
import java.io.IOException;
import java.io.Serial;
import java.math.BigInteger;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/** Encodes each result, as a sink would, and adds it to the run's tally. */
final class TallySink implements Sink<RowData>
{
    @Serial
    private static final long serialVersionUID = 1L;

    private final RowType type;
    private final SerializationSchema<RowData> encoder;

    TallySink(final RowType type, final SerializationSchema<RowData> encoder)
    {
        this.type = type;
        this.encoder = encoder;
    }

    @Override
    public SinkWriter<RowData> createWriter(final WriterInitContext context) throws IOException
    {
        try
        {
            encoder.open(context.asSerializationSchemaInitializationContext());
        }
        catch (final Exception e)
        {
            throw new IOException(e);
        }
        return new Writer(type, encoder, FlinkPeer.Run.current().tally());
    }

    /** The hash of a result. */
    static long hash(final RowData row, final LogicalType[] types)
    {
        long hash = ResultHash.SEED;
        for (int i = 0; i < types.length; i++)
        {
            hash = row.isNullAt(i) ? ResultHash.addNull(hash) : add(hash, row, i, types[i]);
        }
        return hash;
    }

    private static long add(final long hash, final RowData row, final int field, final LogicalType type)
    {
        switch (type.getTypeRoot())
        {
            case VARCHAR:
                final byte[] text = row.getString(field).toBytes();
                return ResultHash.add(hash, text, text.length);
            case BIGINT:
                return ResultHash.add(hash, row.getLong(field));
            case INTEGER:
                return ResultHash.add(hash, row.getInt(field));
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return ResultHash.add(hash, row.getTimestamp(field, 3).getMillisecond());
            case DECIMAL:
                final DecimalType decimal = (DecimalType)type;
                final BigInteger unscaled =
                    row.getDecimal(field, decimal.getPrecision(), decimal.getScale()).toBigDecimal().unscaledValue();
                return ResultHash.add(ResultHash.add(hash, unscaled.longValue()), unscaled.shiftRight(64).longValue());
            default:
                throw new IllegalArgumentException("no hash for " + type);
        }
    }

    private static final class Writer implements SinkWriter<RowData>
    {
        private final LogicalType[] types;
        private final int windowField;
        private final SerializationSchema<RowData> encoder;
        private final Tally tally;

        Writer(final RowType type, final SerializationSchema<RowData> encoder, final Tally tally)
        {
            types = type.getChildren().toArray(LogicalType[]::new);
            windowField = type.getFieldIndex("window_start");
            this.encoder = encoder;
            this.tally = tally;
        }

        @Override
        public void write(final RowData row, final Context context)
        {
            tally.add(row.getTimestamp(windowField, 3).getMillisecond(), hash(row, types),
                encoder.serialize(row).length);
        }

        @Override
        public void flush(final boolean isEndOfInput)
        {
        }

        @Override
        public void close()
        {
        }
    }
}
