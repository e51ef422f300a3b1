package io.millrace.node.demo;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowLayout;
import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.Format;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.node.terminal.Numbers;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;

/** Reads a table's results back from its files and keeps the rows with the greatest value in one column. */
final class TopResults implements RecordHandler
{
    private static final int ROW_BYTES = 1 << 16;

    /** One row: the text of each column, in the table's order. */
    record Row(long rank, List<String> cells)
    {
    }

    private final RowLayout layout;
    private final RowLayout.Column by;
    private final int limit;
    private final RowDecoder decoder;
    private final long row = Memory.allocate(ROW_BYTES);
    private final PriorityQueue<Row> top = new PriorityQueue<>(Comparator.comparingLong(Row::rank));

    private TopResults(final RowLayout layout, final String by, final int limit, final RowDecoder decoder)
    {
        this.layout = layout;
        this.by = layout.column(by);
        this.limit = limit;
        this.decoder = decoder;
    }

    /** The {@code limit} rows of a filesystem table that have the greatest {@code by}, a BIGINT; greatest first. */
    static List<Row> read(
        final SinkPlan sink, final ConnectorCatalogue catalogue, final String by, final int limit)
    {
        final Connector connector = Objects.requireNonNull(catalogue.connector("filesystem"));
        final Format format = Objects.requireNonNull(catalogue.format("json"));
        final int columns = sink.layout().columns().size();
        try (Source source = connector.openSource(new SourceContext(sink.name(), sink.options(), sink.layout(), columns,
            ROW_BYTES / 2, InputStream.nullInputStream()));
            RowDecoder decoder = format.decoder(
                sink.name(), sink.layout(), sink.layout(), columns, sink.options()))
        {
            final TopResults results = new TopResults(sink.layout(), by, limit, decoder);
            try
            {
                for (final Source.Partition partition : source.partitions())
                {
                    while (!partition.isEnded())
                    {
                        partition.poll(results, Integer.MAX_VALUE);
                    }
                }
                final List<Row> rows = new ArrayList<>(results.top);
                rows.sort(Comparator.comparingLong(Row::rank).reversed());
                return rows;
            }
            finally
            {
                Memory.free(results.row);
            }
        }
    }

    @Override
    public boolean onRecord(final long address, final int length, final long position)
    {
        if (decoder.decode(address, length, row, ROW_BYTES) >= 0)
        {
            final long rank = Memory.getLong(row + by.fixedOffset());
            final Row least = top.peek();
            if (top.size() < limit || least != null && rank > least.rank())
            {
                top.add(new Row(rank, cells()));
                if (top.size() > limit)
                {
                    top.poll();
                }
            }
        }
        return true;
    }

    private List<String> cells()
    {
        final List<String> cells = new ArrayList<>();
        for (final RowLayout.Column column : layout.columns())
        {
            cells.add(RowLayout.isNull(row, column) ? "NULL" : text(column));
        }
        return cells;
    }

    private String text(final RowLayout.Column column)
    {
        return switch (column.type().kind())
        {
            case BIGINT -> Numbers.grouped(Memory.getLong(row + column.fixedOffset()));
            case TIMESTAMP -> Numbers.time(Memory.getLong(row + column.fixedOffset()));
            case VARCHAR ->
            {
                final long string = layout.varAddress(row, column.varIndex());
                final byte[] bytes = new byte[Memory.getInt(string)];
                Memory.copy(string + RowLayout.VAR_HEADER_LENGTH, bytes, 0, bytes.length);
                yield new String(bytes, StandardCharsets.UTF_8);
            }
            default -> column.type().toString();
        };
    }

    @Override
    public boolean onOversized(final long address, final int length, final long fullLength, final long position)
    {
        return true;
    }

    @Override
    public boolean onRow(final long address, final int length, final long position)
    {
        return true;
    }
}
