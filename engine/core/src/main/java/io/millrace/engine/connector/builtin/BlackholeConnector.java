package io.millrace.engine.connector.builtin;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import java.util.List;

/** {@code 'connector'='blackhole'}: takes every row and keeps none. */
public final class BlackholeConnector implements Connector
{
    @Override
    public String name()
    {
        return "blackhole";
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
