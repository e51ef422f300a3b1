package io.millrace.bridges.aeron;

import io.millrace.codecs.RowEncoder;
import io.millrace.codecs.sbe.SbeLayout;
import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Encoders;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import io.millrace.engine.connector.TableOptions;
import io.millrace.engine.connector.builtin.SbeFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** {@code 'connector'='aeron'}: rows from publishers over Aeron, results to subscribers. */
public final class AeronConnector implements Connector
{
    static final String CHANNEL = "channel";
    static final String STREAM_ID = "stream-id";
    static final String CONTROL_CHANNEL = "control-channel";
    static final String CONTROL_STREAM_ID = "control-stream-id";
    static final String ACK = "ack";
    static final String PUBLISHERS = "publishers";
    static final String AERON_DIR = "aeron.dir";
    static final String EMBEDDED_DIR = "aeron.embedded-dir";
    static final String DRIVER_THREAD = "aeron.driver-thread";
    static final String WITHOUT_SUBSCRIBER = "sink.without-subscriber";
    static final String SUBSCRIBER_TIMEOUT = "sink.subscriber-timeout";
    static final String RESULTS = "results";

    /** Of the sink that was opened last: the time of its opening, or one more than the one before has. */
    private static final AtomicLong RUN = new AtomicLong();

    private static final String CHANNEL_MEANS = "Aeron's channel: aeron:ipc, or aeron:udp?endpoint=HOST:PORT.";
    private static final List<Option> SHARED = List.of(
        new Option(STREAM_ID, true, "Number of the stream on that channel.", by(AeronOptions::streamId)),
        new Option(AERON_DIR, false, "Folder of a media driver that runs by itself; without it the job has one of " +
            "its own inside."),
        new Option(EMBEDDED_DIR, false, "Folder in which the job's own media driver keeps its files; without it one " +
            "of the process's own beside Aeron's usual one, where publishers find it by their stream."),
        new Option(DRIVER_THREAD, false, "Whether the job's own media driver has a thread of its own; else the " +
            "thread that reads the table does its work. Without it: true from four processors on, and false where " +
            "millrace.placement is fused.",
            by(AeronOptions::hasDriverThread)));

    @Override
    public String name()
    {
        return "aeron";
    }

    @Override
    public List<Option> sourceOptions()
    {
        return with(
            new Option(CHANNEL, true, CHANNEL_MEANS, by(AeronOptions::requireChannels)),
            new Option(ACK, false, "When rows count as safe to their publisher: none (the default: when they are " +
                "read) or journaled, which needs a state folder.", by(AeronOptions::isJournaled)),
            new Option(PUBLISHERS, false, "Most publishers at a time, 8 unless said otherwise; each is a partition.",
                by(AeronOptions::publishers)),
            new Option(CONTROL_CHANNEL, false, "Where publishers are answered; without it IPC, or the port behind " +
                "the channel's.", by(AeronOptions::controlChannel)),
            new Option(CONTROL_STREAM_ID, false, "Stream of the answers, the number behind 'stream-id' unless said " +
                "otherwise.", by(AeronOptions::controlStreamId)));
    }

    @Override
    public List<Option> sinkOptions()
    {
        return with(
            new Option(CHANNEL, true, CHANNEL_MEANS, by(AeronOptions::channel)),
            new Option(RESULTS, false, "When results are sent: committed (the default: once the journal has the rows " +
                "that they come from) or provisional, which is earlier; what is committed is then told apart.",
                by(AeronOptions::isProvisional)),
            new Option(WITHOUT_SUBSCRIBER, false, "What happens to results while nobody listens: drop (the default; " +
                "they are counted) or wait.", by(AeronOptions::waitsForSubscriber)),
            new Option(SUBSCRIBER_TIMEOUT, false, "After which a subscriber that is connected and takes nothing " +
                "counts as none, 10 s unless said otherwise; results wait for it until then.",
                by(AeronOptions::subscriberTimeoutNs)));
    }

    private static List<Option> with(final Option channel, final Option... more)
    {
        return Stream.of(Stream.of(channel), SHARED.stream(), Stream.of(more)).flatMap(options -> options).toList();
    }

    /** Reads an option as the table does when it is opened. */
    private static Option.Reading by(final Consumer<AeronOptions> reader)
    {
        return (options, key) -> reader.accept(new AeronOptions(options.table(), options.values(), false));
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
    public boolean keepsRecordsApart()
    {
        return true;
    }

    /** Numbers that name results are those of all tables, so that a stream of two would seem to repeat some. */
    @Override
    public Outlet outlet(final TableOptions options)
    {
        final AeronOptions read = new AeronOptions(options.table(), options.values(), false);
        return new Outlet("stream " + read.streamId() + " of " + read.place(), STREAM_ID);
    }

    @Override
    public Source openSource(final SourceContext context)
    {
        final AeronOptions options = new AeronOptions(context.table(), context.options(), context.isFused());
        final SbeLayout wire = options.isSbe() ?
            SbeFormat.wire(context.table(), context.declared(), context.options()) : null;
        return new AeronSource(options, wire, context.maxRecordBytes(), System::nanoTime);
    }

    @Override
    public Sink openSink(final SinkContext context)
    {
        final AeronOptions options = new AeronOptions(context.table(), context.options(), context.isFused());
        final RowEncoder encoder = Encoders.of(context);
        final AeronSink.Records records = options.isSbe() ?
            new AeronSink.Records(encoder, SbeFormat.id(context.table(), context.options()),
            SbeFormat.wire(context.table(), context.layout(), context.options()).describe()) :
            new AeronSink.Records(encoder, 0, "");
        return new AeronSink(options, records, System::nanoTime,
            RUN.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis())));
    }
}
