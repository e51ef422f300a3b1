package io.millrace.engine.connector.builtin;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import java.util.List;

/** {@code 'connector'='stdin'}: records, one a line, from the process's standard input. */
public final class StdinConnector implements Connector
{
    @Override
    public String name()
    {
        return "stdin";
    }

    @Override
    public List<Option> sourceOptions()
    {
        return List.of();
    }

    @Override
    public boolean needsFormat()
    {
        return true;
    }

    @Override
    public boolean isReplayable()
    {
        return false;
    }

    @Override
    public Source openSource(final SourceContext context)
    {
        return new StdinSource(context);
    }

    /** One partition whose positions are bytes since the start; it can't be read again. */
    private static final class StdinSource implements Source, Source.Partition
    {
        private final StandardInput input;
        private final LineReader lines;

        StdinSource(final SourceContext context)
        {
            input = new StandardInput(context.stdin());
            lines = new LineReader(input, context.maxRecordBytes(), LineReader.USUAL_CAPACITY);
        }

        @Override
        public List<? extends Partition> partitions()
        {
            return List.of(this);
        }

        @Override
        public boolean wakeBy(final Runnable wake)
        {
            input.wakeBy(wake);
            return true;
        }

        @Override
        public int poll(final RecordHandler handler, final int limit)
        {
            return lines.poll(handler, limit);
        }

        @Override
        public boolean isEnded()
        {
            return lines.isEnded();
        }

        @Override
        public long positionHigh()
        {
            return 0;
        }

        @Override
        public void resumeAfter(final long positionHigh, final long positionLow)
        {
            lines.begin(positionLow + 1);
        }

        @Override
        public String describe(final long positionHigh, final long positionLow)
        {
            return "stdin:" + positionLow;
        }

        @Override
        public long bytesRead()
        {
            return input.bytesRead();
        }

        @Override
        public void close()
        {
            input.close();
        }
    }
}
