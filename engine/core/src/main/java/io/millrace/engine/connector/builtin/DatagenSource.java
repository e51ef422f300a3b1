package io.millrace.engine.connector.builtin;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import io.millrace.engine.connector.TableOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * One partition of generated rows; a position is the row's number. <b>Ownership:</b> the memory of one row.
 * <b>Allocation:</b> none per row.
 */
final class DatagenSource implements Source, Source.Partition
{
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final RowLayout layout;
    private final FieldGenerator[] generators;
    private final long rowsPerSecond;
    private final LongSupplier nanoClock;
    private final LongSupplier epochClock;
    private final long row;
    private long rowCount;
    private long startNs;
    /** Where this run began. */
    private long firstRow;
    private long nextRow;
    private int length = -1;
    private boolean isStarted;
    private boolean isClosed;

    DatagenSource(final SourceContext context, final LongSupplier nanoClock, final LongSupplier epochClock)
    {
        final TableOptions options = new TableOptions(context.table(), context.options());
        layout = context.layout();
        this.nanoClock = nanoClock;
        this.epochClock = epochClock;
        rowsPerSecond = rowsPerSecond(options, DatagenConnector.ROWS_PER_SECOND);
        rowCount = rowCount(options, DatagenConnector.NUMBER_OF_ROWS);
        final String given = options.find(DatagenConnector.SEED);
        final long seed = given == null ? nanoClock.getAsLong() : seed(options, DatagenConnector.SEED);
        final List<FieldGenerator> fields = new ArrayList<>();
        long longest = layout.minRowLength();
        for (int i = 0; i < context.decodedColumns(); i++)
        {
            final RowLayout.Column column = layout.columns().get(i);
            if (column.type().kind() != SqlType.Kind.ROW)
            {
                final FieldGenerator generator = FieldGenerator.of(options, column, seed + i);
                fields.add(generator);
                longest += generator.maxLength();
                rowCount = Math.min(rowCount, generator.rowLimit());
            }
        }
        generators = fields.toArray(new FieldGenerator[0]);
        if (longest > context.maxRecordBytes())
        {
            throw TableOptions.refusal("table " + context.table() + ": a row would take " + longest +
                " bytes, more than " + context.maxRecordBytes());
        }
        row = Memory.allocate(longest);
    }

    static long rowsPerSecond(final TableOptions options, final String key)
    {
        return options.number(key, 10_000, 1, Long.MAX_VALUE / NANOS_PER_SECOND);
    }

    static long rowCount(final TableOptions options, final String key)
    {
        return options.number(key, Long.MAX_VALUE, 0, Long.MAX_VALUE);
    }

    static long seed(final TableOptions options, final String key)
    {
        return options.number(key, 0, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Override
    public int poll(final RecordHandler handler, final int limit)
    {
        if (isClosed)
        {
            return 0;
        }
        final long nowNs = nanoClock.getAsLong();
        if (!isStarted)
        {
            isStarted = true;
            startNs = nowNs;
        }
        final long dueEnd = Math.min(rowCount, firstRow + dueRows(nowNs - startNs));
        final long epochMs = epochClock.getAsLong();
        int taken = 0;
        while (taken < limit && nextRow < dueEnd)
        {
            if (length < 0)
            {
                length = generate(nextRow, epochMs);
            }
            if (!handler.onRow(row, length, nextRow))
            {
                break;
            }
            length = -1;
            nextRow++;
            taken++;
        }
        return taken;
    }

    /** The first row is due at once. */
    private long dueRows(final long elapsedNs)
    {
        final long seconds = elapsedNs / NANOS_PER_SECOND;
        final double part = (double)(elapsedNs % NANOS_PER_SECOND) / NANOS_PER_SECOND;
        return 1 + seconds * rowsPerSecond + (long)(part * rowsPerSecond);
    }

    private int generate(final long number, final long epochMs)
    {
        Memory.fill(row, layout.blockLength(), (byte)0);
        long end = row + layout.blockLength();
        for (final FieldGenerator generator : generators)
        {
            end = generator.write(row, end, number, epochMs);
        }
        return (int)(end - row);
    }

    @Override
    public List<? extends Partition> partitions()
    {
        return List.of(this);
    }

    @Override
    public boolean isEnded()
    {
        return nextRow >= rowCount;
    }

    @Override
    public long positionHigh()
    {
        return 0;
    }

    @Override
    public void resumeAfter(final long positionHigh, final long positionLow)
    {
        nextRow = positionLow + 1;
        firstRow = nextRow;
    }

    @Override
    public String describe(final long positionHigh, final long positionLow)
    {
        return "datagen:" + positionLow;
    }

    @Override
    public long bytesRead()
    {
        return 0;
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            Memory.free(row);
        }
    }
}
