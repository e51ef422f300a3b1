package io.millrace.perf.millrace;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowEncoder;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Format;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.SinkContext;
import io.millrace.perf.peer.ResultHash;
import io.millrace.perf.peer.Tally;
import java.util.List;

/** {@code 'connector'='tally'}: encodes results, counts them by window and keeps none. */
final class TallyConnector implements Connector
{
    private final Tally tally;
    private final Format format;

    TallyConnector(final Tally tally, final Format format)
    {
        this.tally = tally;
        this.format = format;
    }

    @Override
    public String name()
    {
        return "tally";
    }

    @Override
    public List<Option> sinkOptions()
    {
        return List.of();
    }

    @Override
    public boolean needsFormat()
    {
        return true;
    }

    @Override
    public Sink openSink(final SinkContext context)
    {
        return new TallySink(
            context.layout(), format.encoder(context.table(), context.layout(), context.options()), tally);
    }

    /** Encodes each result and adds it to the tally. */
    private static final class TallySink implements Sink
    {
        private static final int LONGEST = 1 << 20;

        private final RowLayout.Column[] columns;
        private final RowLayout layout;
        private final int windowOffset;
        private final RowEncoder encoder;
        private final Tally tally;
        private final long encoded = Memory.allocate(LONGEST);

        TallySink(final RowLayout layout, final RowEncoder encoder, final Tally tally)
        {
            this.layout = layout;
            this.encoder = encoder;
            this.tally = tally;
            columns = layout.columns().toArray(RowLayout.Column[]::new);
            windowOffset = layout.column("window_start").fixedOffset();
        }

        @Override
        public void write(final long row, final int length)
        {
            tally.add(Memory.getLong(row + windowOffset), hash(row), encoder.encode(row, encoded, LONGEST));
        }

        private long hash(final long row)
        {
            long hash = ResultHash.SEED;
            for (final RowLayout.Column column : columns)
            {
                hash = RowLayout.isNull(row, column) ? ResultHash.addNull(hash) : add(hash, row, column);
            }
            return hash;
        }

        private long add(final long hash, final long row, final RowLayout.Column column)
        {
            final SqlType type = column.type();
            final long field = row + column.fixedOffset();
            switch (type.kind())
            {
                case VARCHAR:
                    final long at = layout.varAddress(row, column.varIndex());
                    final int length = Memory.getInt(at);
                    return addText(hash, at + RowLayout.VAR_HEADER_LENGTH, length);
                case BIGINT, TIMESTAMP:
                    return ResultHash.add(hash, Memory.getLong(field));
                case INT:
                    return ResultHash.add(hash, Memory.getInt(field));
                case DECIMAL:
                    final long low = Memory.getLong(field);
                    return ResultHash.add(ResultHash.add(hash, low),
                        type.isCompactDecimal() ? low >> 63 : Memory.getLong(field + 8));
                default:
                    throw new IllegalArgumentException("no hash for " + type);
            }
        }

        /** As {@link ResultHash#add(long, byte[], int)}. */
        private static long addText(final long hash, final long text, final int length)
        {
            long h = ResultHash.add(hash, length);
            int i = 0;
            for (; i + 8 <= length; i += 8)
            {
                h = ResultHash.add(h, Memory.getLong(text + i));
            }
            return i == length ? h :
                ResultHash.add(h, Memory.getLong(text + i) & -1L >>> (8 - (length - i) << 3));
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
            Memory.free(encoded);
        }
    }
}
