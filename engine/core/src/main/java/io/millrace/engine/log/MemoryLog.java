package io.millrace.engine.log;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import java.util.Arrays;

/**
 * The bounded log of a job without a state folder: a ring of bytes in memory; what is appended is committed.
 *
 * <p><b>Layout:</b> each record is {@code int32 length | int32 zero | bytes | to a multiple of 8}; a length of −1 says
 * that the rest of the ring up to its end is unused. Records never wrap.
 *
 * <p><b>Threading:</b> as {@link Log}. The writer sets {@code head} (release) after a record's bytes, a reader gets it
 * (acquire) before reading them. A reader sets its {@code released} when it is done with them, the writer gets it
 * before writing over them. Without a reader nothing is written over.
 */
public final class MemoryLog implements Log
{
    private static final int HEADER_LENGTH = 8;
    private static final int PADDING = -1;
    private final long address;
    private final int capacity;
    private boolean isClosed;
    private final Counter head = new Counter();
    private MemoryReader[] readers = {};
    /** The writer's last look at what the readers have released. */
    private long knownBegin;

    /**
     * @param capacity bytes, a power of two.
     */
    public MemoryLog(final int capacity)
    {
        if (Integer.bitCount(capacity) != 1 || capacity < 1024)
        {
            throw new IllegalArgumentException("capacity must be a power of two of at least 1024: " + capacity);
        }
        this.capacity = capacity;
        address = Memory.allocate(capacity);
    }

    @Override
    public int maxRecordLength()
    {
        return capacity / 2 - HEADER_LENGTH;
    }

    @Override
    public long tryAppend(final long from, final int length)
    {
        if (length > maxRecordLength())
        {
            throw new IllegalArgumentException("record of " + length + " bytes, the most is " + maxRecordLength());
        }
        final int needed = HEADER_LENGTH + ((length + 7) & -8);
        final long begin = head.get();
        final int index = (int)(begin & (capacity - 1));
        final int toEnd = capacity - index;
        final int claimed = needed <= toEnd ? needed : toEnd + needed;
        if (begin + claimed - knownBegin > capacity)
        {
            knownBegin = beginPosition();
            if (begin + claimed - knownBegin > capacity)
            {
                return BACK_PRESSURE;
            }
        }
        long at = address + index;
        if (needed > toEnd)
        {
            Memory.putInt(at, PADDING);
            at = address;
        }
        Memory.putLong(at, length);
        Memory.copy(from, at + HEADER_LENGTH, length);
        final long end = begin + claimed;
        head.set(end);
        return end;
    }

    @Override
    public long endPosition()
    {
        return head.get();
    }

    @Override
    public long commitPosition()
    {
        return head.get();
    }

    /** The least that any reader has released. */
    @Override
    public long beginPosition()
    {
        long least = readers.length == 0 ? 0 : Long.MAX_VALUE;
        for (final MemoryReader reader : readers)
        {
            least = Math.min(least, reader.released.get());
        }
        return least;
    }

    @Override
    public Reader newReader(final long position)
    {
        final MemoryReader reader = new MemoryReader(position);
        final MemoryReader[] more = Arrays.copyOf(readers, readers.length + 1);
        more[readers.length] = reader;
        readers = more;
        return reader;
    }

    /** Nothing outlives the process: what every reader has released is gone. */
    @Override
    public void retainFrom(final long position)
    {
    }

    @Override
    public void sync(final long position)
    {
    }

    @Override
    public int doWork()
    {
        return 0;
    }

    private final class MemoryReader implements Reader
    {
        private final Counter position = new Counter();
        private final Counter released = new Counter();

        private MemoryReader(final long from)
        {
            position.set(from);
            released.set(from);
        }

        @Override
        public long position()
        {
            return position.get();
        }

        @Override
        public boolean hasMore()
        {
            return commitPosition() > position.get();
        }

        @Override
        public int poll(final RecordConsumer consumer, final int limit)
        {
            final long end = commitPosition();
            long at = position.get();
            int taken = 0;
            while (taken < limit && at < end)
            {
                final int index = (int)(at & (capacity - 1));
                final int length = Memory.getInt(address + index);
                if (length == PADDING)
                {
                    at += capacity - index;
                    continue;
                }
                if (!consumer.onRecord(address + index + HEADER_LENGTH, length))
                {
                    break;
                }
                at += HEADER_LENGTH + ((length + 7) & -8);
                taken++;
                position.set(at);
            }
            return taken;
        }

        @Override
        public void seek(final long to)
        {
            if (to < released.get() || to > head.get())
            {
                throw new IllegalArgumentException(
                    "position " + to + ", there are " + released.get() + " to " + head.get());
            }
            position.set(to);
        }

        @Override
        public void release(final long upTo)
        {
            released.set(upTo);
        }

        @Override
        public void close()
        {
            released.set(Long.MAX_VALUE);
        }
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            Memory.free(address);
        }
    }
}
