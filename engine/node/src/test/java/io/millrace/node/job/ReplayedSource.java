package io.millrace.node.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.codecs.Memory;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import java.util.List;

/**
 * Lines in memory, handed over again and again without allocating: as many as the test has allowed so far. Where a line
 * holds {@link #TIME}, the time of the record is written over it: a step later for each record.
 *
 * <p><b>Threading:</b> the test's thread allows and ends, the source agent's reads.
 */
final class ReplayedSource implements Source, Source.Partition
{
    /** Where a line has its event time, at midnight; a run stays within the day. */
    static final String TIME = "2024-01-01 00:00:00.000";

    private static final int CLOCK = TIME.indexOf("00:00:00.000");
    private static final long DAY_MS = 86_400_000;

    private final long[] addresses;
    private final int[] lengths;
    private final int[] clocks;
    private final long stepMs;
    private final long jitterMs;
    private long next;
    private volatile long allowed;
    private volatile boolean isLast;
    private volatile long taken;

    /**
     * @param stepMs   from one record's time to the next.
     * @param jitterMs by how much times go back and forth.
     */
    ReplayedSource(final List<String> lines, final long stepMs, final long jitterMs)
    {
        this.stepMs = stepMs;
        this.jitterMs = jitterMs;
        addresses = new long[lines.size()];
        lengths = new int[lines.size()];
        clocks = new int[lines.size()];
        for (int i = 0; i < addresses.length; i++)
        {
            final byte[] bytes = lines.get(i).getBytes(UTF_8);
            addresses[i] = Memory.allocate(bytes.length + Memory.SLACK);
            Memory.copy(bytes, 0, addresses[i], bytes.length);
            lengths[i] = bytes.length;
            final int time = lines.get(i).indexOf(TIME);
            clocks[i] = time < 0 ? -1 : lines.get(i).substring(0, time).getBytes(UTF_8).length + CLOCK;
        }
    }

    /** Lets the source go on up to {@code records} in all. */
    void allow(final long records)
    {
        allowed = records;
    }

    /** No more will be allowed. */
    void end()
    {
        isLast = true;
    }

    /** Records handed over. */
    long taken()
    {
        return taken;
    }

    @Override
    public int poll(final RecordHandler handler, final int limit)
    {
        int count = 0;
        final long end = allowed;
        while (count < limit && next < end)
        {
            final int line = (int)(next % addresses.length);
            if (clocks[line] >= 0)
            {
                final long ms = next * stepMs + (jitterMs == 0 ? 0 : next * 7919 % jitterMs);
                if (ms >= DAY_MS)
                {
                    throw new IllegalStateException("the day is over at record " + next);
                }
                Decimal.putClock(addresses[line] + clocks[line], ms);
            }
            if (!handler.onRecord(addresses[line], lengths[line], next))
            {
                break;
            }
            next++;
            count++;
        }
        taken = next;
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
    public boolean isRereadable()
    {
        return true;
    }

    @Override
    public void readAgain(final long high, final long low, final byte[] bytes, final int length)
    {
        Memory.copy(addresses[(int)(low % addresses.length)], bytes, 0, length);
    }

    @Override
    public String describe(final long high, final long low)
    {
        return "record " + low;
    }

    @Override
    public long bytesRead()
    {
        return 0;
    }

    @Override
    public void close()
    {
        for (final long address : addresses)
        {
            Memory.free(address);
        }
    }
}
