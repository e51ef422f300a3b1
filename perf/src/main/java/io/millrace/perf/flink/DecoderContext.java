package io.millrace.perf.flink;

import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.UserCodeClassLoader;

/** What Flink's decoders want to know when they are opened. */
record DecoderContext(SourceReaderContext reader) implements DeserializationSchema.InitializationContext
{
    @Override
    public MetricGroup getMetricGroup()
    {
        return reader.metricGroup();
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader()
    {
        return reader.getUserCodeClassLoader();
    }
}
