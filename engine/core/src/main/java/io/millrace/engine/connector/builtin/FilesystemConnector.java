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
    static final String FILE_SIZE = "sink.rolling-policy.file-size";
    static final String ROLLOVER_INTERVAL = "sink.rolling-policy.rollover-interval";
    static final long USUAL_FILE_SIZE = 128L << 20;

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
            new Option(PARTITION_BY_FILE, false, "Whether each file is a partition with a watermark of its own.",
                (options, key) -> options.flag(key, false)));
    }

    @Override
    public List<Option> sinkOptions()
    {
        return List.of(
            new Option(PATH, true, "The folder in which part files are left."),
            new Option(FILE_SIZE, false, "Bytes from which a part file is ended, 128mb unless said otherwise.",
                (options, key) -> options.bytes(key, USUAL_FILE_SIZE, 1)),
            new Option(ROLLOVER_INTERVAL, false, "Age up to which a part file grows over several commits before it " +
                "is shown, such as '30 min'; without it each commit shows what it covers.",
                (options, key) -> options.duration(key, 0)));
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
        return FileSink.open(context);
    }
}
