package io.millrace.perf.flink;

import java.util.Set;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** {@code 'connector'='memory'}: the run's rows as a table. */
public class PoolTableFactory implements DynamicTableSourceFactory
{
    @Override
    public String factoryIdentifier()
    {
        return "memory";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions()
    {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions()
    {
        return Set.of();
    }

    @Override
    public DynamicTableSource createDynamicTableSource(final Context context)
    {
        return new Pool(context.getPhysicalRowDataType(), null);
    }

    /** {@code 'connector'='memory-lines'}: the run's rows as lines of a format. */
    public static final class OfLines extends PoolTableFactory
    {
        @Override
        public String factoryIdentifier()
        {
            return "memory-lines";
        }

        @Override
        public Set<ConfigOption<?>> requiredOptions()
        {
            return Set.of(FactoryUtil.FORMAT);
        }

        @Override
        public DynamicTableSource createDynamicTableSource(final Context context)
        {
            final FactoryUtil.TableFactoryHelper options = FactoryUtil.createTableFactoryHelper(this, context);
            return new Pool(context.getPhysicalRowDataType(),
                options.discoverDecodingFormat(DeserializationFormatFactory.class, FactoryUtil.FORMAT));
        }
    }

    private record Pool(
        DataType type, @Nullable DecodingFormat<DeserializationSchema<RowData>> format) implements ScanTableSource
    {
        @Override
        public ChangelogMode getChangelogMode()
        {
            return ChangelogMode.insertOnly();
        }

        @Override
        public ScanRuntimeProvider getScanRuntimeProvider(final ScanContext context)
        {
            return SourceProvider.of(new PoolSource((RowType)type.getLogicalType(),
                format == null ? null : format.createRuntimeDecoder(context, type)));
        }

        @Override
        public DynamicTableSource copy()
        {
            return this;
        }

        @Override
        public String asSummaryString()
        {
            return "pool";
        }
    }
}
