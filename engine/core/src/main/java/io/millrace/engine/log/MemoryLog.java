package io.millrace.engine.log;

import io.millrace.codecs.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The bounded log of a job without a state folder: a ring of bytes in memory; what is appended is committed.
 *
 * <p><b>Layout:</b> each record is {@code int32 length | int32 zero | bytes | to a multiple of 8}; a length of −1 says
 * that the rest of the ring up to its end is unused. Records never wrap.
 *
 * <p><b>Threading:</b> as {@link Log}. The writer releases {@code head} after a record's bytes; the reader acquires it
 * before reading them. The reader releases {@code tail} after it is done with them; the writer acquires it before
 * writing over them.
 */
public final class MemoryLog implements Log
{
    private static final int HEADER_LENGTH = 8;
    private static final int PADDING = -1;
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static
    {
        try
        {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(MemoryLog.class, "head", long.class);
            TAIL = lookup.findVarHandle(MemoryLog.class, "tail", long.class);
        }
        catch (final ReflectiveOperationException e)
        {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long address;
    private final int capacity;
    private boolean isClosed;
    /** Written by the writer. */
    private long head;
    /** The writer's last look at {@code tail}. */
    private long knownTail;
    /** Written by the reader. */
    private long tail;

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
        final int index = (int)(head & (capacity - 1));
        final int toEnd = capacity - index;
        final int claimed = needed <= toEnd ? needed : toEnd + needed;
        if (head + claimed - knownTail > capacity)
        {
            // Acquire: pairs with the release in truncateBelow.
            knownTail = (long)TAIL.getAcquire(this);
            if (head + claimed - knownTail > capacity)
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
        final long end = head + claimed;
        // Release: pairs with the acquire in commitPosition.
        HEAD.setRelease(this, end);
        return end;
    }

    @Override
    public long commitPosition()
    {
        // Acquire: pairs with the release in tryAppend.
        return (long)HEAD.getAcquire(this);
    }

    @Override
    public long tail(final long position, final RecordConsumer consumer, final int limit)
    {
        final long end = commitPosition();
        long at = position;
        for (int i = 0; i < limit && at < end;)
        {
            final int index = (int)(at & (capacity - 1));
            final int length = Memory.getInt(address + index);
            if (length == PADDING)
            {
                at += capacity - index;
                continue;
            }
            consumer.onRecord(address + index + HEADER_LENGTH, length);
            at += HEADER_LENGTH + ((length + 7) & -8);
            i++;
        }
        return at;
    }

    @Override
    public void truncateBelow(final long position)
    {
        // Release: pairs with the acquire in tryAppend.
        TAIL.setRelease(this, position);
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
