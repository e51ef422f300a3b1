package io.millrace.node.job;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.codecs.Memory;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** Rows {@code {"k":n,"t":"…"}}, n from 0 on, as JSON: as many as the test has allowed so far. One thread. */
final class NumberedSource implements Source, Source.Partition
{
    private static final String LINE = "{\"k\":00000000,\"t\":\"2024-01-01 00:00:00.000\"}";
    private static final int KEY = LINE.indexOf("00000000");
    private static final int CLOCK = LINE.indexOf("00:00:00.000");

    private final long line = Memory.allocate(LINE.length() + Memory.SLACK);
    private final LongUnaryOperator timeMs;
    private long next;
    private long allowed;
    private boolean isLast;

    /**
     * @param timeMs of a row, since midnight.
     */
    NumberedSource(final LongUnaryOperator timeMs)
    {
        this.timeMs = timeMs;
        Memory.copy(LINE.getBytes(US_ASCII), 0, line, LINE.length());
    }

    void allow(final long rows)
    {
        allowed = rows;
    }

    void end()
    {
        isLast = true;
    }

    @Override
    public int poll(final RecordHandler handler, final int limit)
    {
        int count = 0;
        while (count < limit && next < allowed)
        {
            // A number may not begin with 0: the first digit is a 1 that stands for nothing.
            Decimal.put(line + KEY, 10_000_000 + next, 8);
            Decimal.putClock(line + CLOCK, timeMs.applyAsLong(next));
            if (!handler.onRecord(line, LINE.length(), next))
            {
                break;
            }
            next++;
            count++;
        }
        return count;
    }

    @Override
    public List<? extends Partition> partitions()
    {
        return List.of(this);
    }

    @Override
    public boolean isEnded()
    {
        return isLast && next == allowed;
    }

    @Override
    public long positionHigh()
    {
        return 0;
    }

    @Override
    public String describe(final long high, final long low)
    {
        return "row " + low;
    }

    @Override
    public long bytesRead()
    {
        return 0;
    }

    @Override
    public void close()
    {
        Memory.free(line);
    }
}
