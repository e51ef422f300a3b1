package io.millrace.engine.connector.builtin;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import io.millrace.engine.connector.TableOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code 'connector'='blackhole'}: takes every row and keeps none. */
public final class BlackholeConnector implements Connector
{
    @Override
    public String name()
    {
        return "blackhole";
    }

    @Override
    public @Nullable List<Option> sourceOptions()
    {
        return null;
    }

    @Override
    public List<Option> sinkOptions()
    {
        return List.of();
    }

    @Override
    public boolean needsFormat()
    {
        return false;
    }

    @Override
    public Source openSource(final SourceContext context)
    {
        throw TableOptions.refusal("table " + context.table() + ": connector 'blackhole' can only be written");
    }

    @Override
    public Sink openSink(final SinkContext context)
    {
        return new Blackhole();
    }

    private static final class Blackhole implements Sink
    {
        @Override
        public void write(final long row, final int length)
        {
        }

        @Override
        public void flush()
        {
        }

        @Override
        public void end()
        {
        }

        @Override
        public void close()
        {
        }
    }
}
