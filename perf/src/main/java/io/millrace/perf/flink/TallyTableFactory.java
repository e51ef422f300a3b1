package io.millrace.perf.flink;

import java.util.Set;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.EncodingFormat;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.SerializationFormatFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/** {@code 'connector'='tally'}: encodes results, counts them by window and keeps none. */
public final class TallyTableFactory implements DynamicTableSinkFactory
{
    @Override
    public String factoryIdentifier()
    {
        return "tally";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions()
    {
        return Set.of(FactoryUtil.FORMAT);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions()
    {
        return Set.of();
    }

    @Override
    public DynamicTableSink createDynamicTableSink(final Context context)
    {
        return new TallyTable(context.getPhysicalRowDataType(), FactoryUtil.createTableFactoryHelper(this, context)
            .discoverEncodingFormat(SerializationFormatFactory.class, FactoryUtil.FORMAT));
    }

    private record TallyTable(
        DataType type, EncodingFormat<SerializationSchema<RowData>> format) implements DynamicTableSink
    {
        @Override
        public ChangelogMode getChangelogMode(final ChangelogMode requested)
        {
            return ChangelogMode.insertOnly();
        }

        @Override
        public SinkRuntimeProvider getSinkRuntimeProvider(final Context context)
        {
            return SinkV2Provider.of(new TallySink(
                (RowType)type.getLogicalType(), format.createRuntimeEncoder(context, type)));
        }

        @Override
        public DynamicTableSink copy()
        {
            return this;
        }

        @Override
        public String asSummaryString()
        {
            return "tally";
        }
    }
}
