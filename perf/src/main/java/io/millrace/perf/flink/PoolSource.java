package io.millrace.perf.flink;

import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * The run's pool as a Flink source of one split that is there from the start. Rows are handed over a hundred at a
 * time, as a source that has them at hand would.
 */
final class PoolSource implements Source<RowData, PoolSource.Split, Integer>
{
    @Serial
    private static final long serialVersionUID = 1L;
    private static final int BATCH = 100;

    private final RowType type;
    private final @Nullable DeserializationSchema<RowData> decoder;

    /** @param decoder of JSON lines; without one, rows are prepared as Flink's own. */
    PoolSource(final RowType type, final @Nullable DeserializationSchema<RowData> decoder)
    {
        this.type = type;
        this.decoder = decoder;
    }

    @Override
    public Boundedness getBoundedness()
    {
        return Boundedness.BOUNDED;
    }

    @Override
    public SplitEnumerator<Split, Integer> createEnumerator(final SplitEnumeratorContext<Split> context)
    {
        return new Enumerator(context);
    }

    @Override
    public SplitEnumerator<Split, Integer> restoreEnumerator(
        final SplitEnumeratorContext<Split> context, final Integer checkpoint)
    {
        return new Enumerator(context);
    }

    @Override
    public SimpleVersionedSerializer<Split> getSplitSerializer()
    {
        return new Nothing<>(new Split());
    }

    @Override
    public SimpleVersionedSerializer<Integer> getEnumeratorCheckpointSerializer()
    {
        return new Nothing<>(0);
    }

    @Override
    public SourceReader<RowData, Split> createReader(final SourceReaderContext context) throws Exception
    {
        if (decoder != null)
        {
            decoder.open(new DecoderContext(context));
        }
        return new Reader(decoder == null ? new RowPool(type) : new LinePool(decoder));
    }

    /** Rows of the endless stream, one after the other. */
    interface Pool
    {
        RowData next() throws Exception;
    }

    /** The whole stream. */
    static final class Split implements SourceSplit
    {
        @Override
        public String splitId()
        {
            return "pool";
        }
    }

    private static final class Reader implements SourceReader<RowData, Split>
    {
        private final FlinkPeer.Run run = FlinkPeer.Run.current();
        private final Pool pool;
        private int fresh;

        Reader(final Pool pool)
        {
            this.pool = pool;
        }

        @Override
        public void start()
        {
        }

        @Override
        public InputStatus pollNext(final ReaderOutput<RowData> output) throws Exception
        {
            if (!run.pace().proceed(fresh))
            {
                return InputStatus.END_OF_INPUT;
            }
            for (int i = 0; i < BATCH; i++)
            {
                output.collect(pool.next());
            }
            fresh = BATCH;
            return InputStatus.MORE_AVAILABLE;
        }

        @Override
        public List<Split> snapshotState(final long checkpoint)
        {
            return new ArrayList<>();
        }

        @Override
        public CompletableFuture<Void> isAvailable()
        {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void addSplits(final List<Split> splits)
        {
        }

        @Override
        public void notifyNoMoreSplits()
        {
        }

        @Override
        public void close()
        {
        }
    }

    /** Has nothing to enumerate. */
    private static final class Enumerator implements SplitEnumerator<Split, Integer>
    {
        private final SplitEnumeratorContext<Split> context;

        Enumerator(final SplitEnumeratorContext<Split> context)
        {
            this.context = context;
        }

        @Override
        public void start()
        {
        }

        @Override
        public void handleSplitRequest(final int subtask, final @Nullable String host)
        {
        }

        @Override
        public void addSplitsBack(final List<Split> splits, final int subtask)
        {
        }

        @Override
        public void addReader(final int subtask)
        {
            context.signalNoMoreSplits(subtask);
        }

        @Override
        public Integer snapshotState(final long checkpoint)
        {
            return 0;
        }

        @Override
        public void close()
        {
        }
    }

    /** Writes nothing and reads always the same. */
    private record Nothing<T>(T value) implements SimpleVersionedSerializer<T>
    {
        @Override
        public int getVersion()
        {
            return 1;
        }

        @Override
        public byte[] serialize(final T any)
        {
            return new byte[0];
        }

        @Override
        public T deserialize(final int version, final byte[] bytes)
        {
            return value;
        }
    }
}
