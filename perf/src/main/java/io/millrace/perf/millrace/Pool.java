package io.millrace.perf.millrace;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.perf.workload.Lines;
import io.millrace.perf.workload.TimeText;
import io.millrace.perf.workload.Workload;

/**
 * Pool rows one behind the other in memory, each with a place for its event time.
 *
 * <p><b>Ownership:</b> owns the memory. <b>Threading:</b> one thread. <b>Allocation:</b> none once it is made.
 */
final class Pool implements AutoCloseable
{
    private static final int LONGEST = 4096;

    private final Workload rows;
    private final boolean isText;
    private final long[] addresses;
    private final short[] timeOffsets;
    private final TimeText times = new TimeText();
    private final long address;

    /** Writes a pool row. */
    private interface Image
    {
        /** Bytes written at {@code at}. */
        int write(long at, int row);

        /** Where in them the event time is. */
        int timeOffset();
    }

    private Pool(final Workload rows, final boolean isText, final Image image)
    {
        this.rows = rows;
        this.isText = isText;
        addresses = new long[rows.size() + 1];
        timeOffsets = new short[rows.size()];
        final long scratch = Memory.allocate(LONGEST);
        for (int row = 0; row < rows.size(); row++)
        {
            addresses[row + 1] = addresses[row] + image.write(scratch, row);
        }
        Memory.free(scratch);
        address = Memory.allocate(addresses[rows.size()]);
        for (int row = 0; row < rows.size(); row++)
        {
            addresses[row] += address;
            image.write(addresses[row], row);
            timeOffsets[row] = (short)image.timeOffset();
        }
        addresses[rows.size()] += address;
    }

    /** Rows in a table's layout: the first {@code decodedColumns} of its columns. */
    static Pool ofRows(final Workload rows, final RowLayout layout, final int decodedColumns)
    {
        final RowImage image = new RowImage(rows, layout, decodedColumns);
        final int timeOffset = layout.column(rows.timeColumn()).fixedOffset();
        return new Pool(rows, false, new Image()
        {
            @Override
            public int write(final long at, final int row)
            {
                return image.write(at, row);
            }

            @Override
            public int timeOffset()
            {
                return timeOffset;
            }
        });
    }

    /** JSON lines. */
    static Pool ofLines(final Workload rows, final boolean isShuffled)
    {
        final Lines lines = new Lines(rows, isShuffled);
        return new Pool(rows, true, new Image()
        {
            private int timeOffset;

            @Override
            public int write(final long at, final int row)
            {
                final byte[] line = lines.line(row);
                timeOffset = Lines.timeOffset(line);
                Memory.copy(line, 0, at, line.length);
                return line.length;
            }

            @Override
            public int timeOffset()
            {
                return timeOffset;
            }
        });
    }

    /** Address of a pool row, its event time set for a turn. */
    long place(final long turn, final int row)
    {
        final long at = addresses[row] + timeOffsets[row];
        final long timeMs = rows.timeMs(turn, row);
        if (isText)
        {
            Memory.copy(times.of(timeMs), 0, at, TimeText.LENGTH);
        }
        else
        {
            Memory.putLong(at, timeMs);
        }
        return addresses[row];
    }

    /** Bytes of a pool row. */
    int length(final int row)
    {
        return (int)(addresses[row + 1] - addresses[row]);
    }

    @Override
    public void close()
    {
        Memory.free(address);
    }
}
