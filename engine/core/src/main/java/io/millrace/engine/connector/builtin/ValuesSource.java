package io.millrace.engine.connector.builtin;

import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.RecordIdentity;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.TableOptions;
import java.nio.ByteBuffer;
import java.util.List;

/** Lines of bytes that are all here: one partition, in which a position is the byte at which a line begins. */
final class ValuesSource implements Source, Source.Partition
{
    private final String table;
    private final byte[] rows;
    private final Rows input = new Rows();
    private final LineReader lines;

    ValuesSource(final String table, final byte[] rows, final int maxRecordBytes)
    {
        this.table = table;
        this.rows = rows;
        lines = new LineReader(input, maxRecordBytes, LineReader.SMALL_CAPACITY);
    }

    @Override
    public List<? extends Partition> partitions()
    {
        return List.of(this);
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
    public boolean isRereadable()
    {
        return true;
    }

    @Override
    public void readAgain(final long positionHigh, final long positionLow, final byte[] bytes, final int length)
    {
        if (positionLow > rows.length - length)
        {
            throw changed(positionLow);
        }
        System.arraycopy(rows, (int)positionLow, bytes, 0, length);
    }

    @Override
    public String identify(final long positionHigh, final long positionLow)
    {
        final int begin = (int)Math.min(positionLow, rows.length);
        final int length = Math.min(lineEnd(begin) - begin, RecordIdentity.LENGTH);
        return RecordIdentity.of(ByteBuffer.wrap(rows, begin, length));
    }

    @Override
    public void expect(final long positionHigh, final long positionLow, final String identity)
    {
        if (!identify(positionHigh, positionLow).equals(identity))
        {
            throw changed(positionLow);
        }
    }

    private RuntimeException changed(final long position)
    {
        return TableOptions.environment("the rows of table " + table + " have changed: an earlier run had read the " +
            "record at " + describe(0, position) + ", and it is not there any more; bring the old rows back, or " +
            "begin again with an empty state folder");
    }

    @Override
    public void resumeAfter(final long positionHigh, final long positionLow)
    {
        input.next = Math.min(lineEnd((int)Math.min(positionLow, rows.length)) + 1, rows.length);
        lines.begin(input.next);
    }

    private int lineEnd(final int begin)
    {
        int end = begin;
        while (end < rows.length && rows[end] != '\n')
        {
            end++;
        }
        return end;
    }

    @Override
    public String describe(final long positionHigh, final long positionLow)
    {
        return table + ":" + positionLow;
    }

    @Override
    public long bytesRead()
    {
        return 0;
    }

    @Override
    public void close()
    {
        input.close();
    }

    /** Hands the bytes over from {@code next} on. */
    private final class Rows implements ByteInput
    {
        private int next;

        @Override
        public int read(final ByteBuffer into)
        {
            if (next == rows.length)
            {
                return ENDED;
            }
            final int length = Math.min(into.remaining(), rows.length - next);
            into.put(rows, next, length);
            next += length;
            return length;
        }

        @Override
        public long bytesRead()
        {
            return 0;
        }

        @Override
        public void close()
        {
            next = rows.length;
        }
    }
}
