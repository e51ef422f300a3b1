package io.millrace.engine.connector.builtin;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import java.util.List;

/** {@code 'connector'='filesystem'}: files of records, one a line, on this machine. */
public final class FilesystemConnector implements Connector
{
    static final String PATH = "path";
    static final String PARTITION_BY_FILE = "partition-by-file";

    @Override
    public String name()
    {
        return "filesystem";
    }

    @Override
    public List<Option> sourceOptions()
    {
        return List.of(
            new Option(PATH, true, "A file, a folder with all below it in path order, or a glob; .gz is unpacked."),
            new Option(PARTITION_BY_FILE, false, "Whether each file is a partition with a watermark of its own."));
    }

    @Override
    public List<Option> sinkOptions()
    {
        return List.of(new Option(PATH, true, "The folder in which each run leaves one part file."));
    }

    @Override
    public boolean needsFormat()
    {
        return true;
    }

    @Override
    public Source openSource(final SourceContext context)
    {
        return new FileSource(context);
    }

    @Override
    public Sink openSink(final SinkContext context)
    {
        return new FileSink(context);
    }
}
