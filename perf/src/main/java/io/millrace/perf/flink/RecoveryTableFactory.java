package io.millrace.perf.flink;

import io.millrace.perf.workload.RecoveryRows;
import java.time.LocalDateTime;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/** {@code 'connector'='recovery-rows'}: {@link RecoveryRows} made from their numbers, which are its state. */
public final class RecoveryTableFactory implements DynamicTableSourceFactory
{
    private static final ConfigOption<Integer> KEYS = ConfigOptions.key("keys").intType().noDefaultValue();
    private static final ConfigOption<Integer> ROWS = ConfigOptions.key("rows").intType().noDefaultValue();
    private static final long BEGIN_MS =
        TimestampData.fromLocalDateTime(LocalDateTime.of(2026, 1, 1, 0, 0)).getMillisecond();

    @Override
    public String factoryIdentifier()
    {
        return "recovery-rows";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions()
    {
        return Set.of(KEYS, ROWS);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions()
    {
        return Set.of();
    }

    @Override
    public DynamicTableSource createDynamicTableSource(final Context context)
    {
        final RecoveryRows rows = new RecoveryRows(
            Integer.parseInt(context.getCatalogTable().getOptions().get(KEYS.key())),
            Integer.parseInt(context.getCatalogTable().getOptions().get(ROWS.key())));
        return new Numbered(rows, context.getPhysicalRowDataType());
    }

    /** A row by its number. */
    private static final class ToRow implements MapFunction<Long, RowData>
    {
        private static final long serialVersionUID = 1L;

        private final RecoveryRows rows;

        private ToRow(final RecoveryRows rows)
        {
            this.rows = rows;
        }

        @Override
        public RowData map(final Long number)
        {
            final long n = number;
            return GenericRowData.of(n, StringData.fromString("u" + rows.user(n)),
                StringData.fromString("/p/" + rows.page(n)), TimestampData.fromEpochMillis(BEGIN_MS + n));
        }
    }

    private record Numbered(RecoveryRows rows, DataType type) implements ScanTableSource
    {
        @Override
        public ChangelogMode getChangelogMode()
        {
            return ChangelogMode.insertOnly();
        }

        @Override
        public ScanRuntimeProvider getScanRuntimeProvider(final ScanContext context)
        {
            final RecoveryRows of = rows;
            final DataType row = type;
            return new DataStreamScanProvider()
            {
                @Override
                public DataStream<RowData> produceDataStream(
                    final ProviderContext provider, final StreamExecutionEnvironment environment)
                {
                    return environment.fromSource(new NumberSequenceSource(0, of.rows() - 1L),
                        WatermarkStrategy.noWatermarks(), "numbers").uid("numbers")
                        .map(new ToRow(of)).uid("rows")
                        .returns(InternalTypeInfo.of((RowType)row.getLogicalType()));
                }

                @Override
                public boolean isBounded()
                {
                    return true;
                }
            };
        }

        @Override
        public DynamicTableSource copy()
        {
            return this;
        }

        @Override
        public String asSummaryString()
        {
            return "recovery-rows";
        }
    }
}
