package io.millrace.engine.shard;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.state.KeyTable;
import io.millrace.engine.state.Slice;

/**
 * The rows of a batch on their way to the entries of their keys. Each step goes over all rows, and what a step is going
 * to read has been touched by a loop of nothing but loads, so that as many as can be are under way. Rows that follow
 * each other and go to the same slice are a run: what is asked of a slice is asked once for each.
 *
 * <p><b>Layout</b> of a row here, 32 bytes:
 * <pre>
 *   0               8              12             16              24              32
 *   +---------------+--------------+--------------+---------------+---------------+
 *   | int64         | int32 place  | int32 length | int64         | int64 likely  |
 *   | the row       | of the key   | of the key   | hash          | slot or entry |
 *   +---------------+--------------+--------------+---------------+---------------+
 * </pre>
 *
 * <p><b>Threading:</b> one shard. <b>Allocation:</b> none. <b>Limits:</b> {@link #CAPACITY} rows; their keys have
 * 64 KiB together, or what one takes.
 */
final class KeyedRows implements AutoCloseable
{
    /** Rows worked together. */
    static final int CAPACITY = 64;

    private static final int FIRST_KEYS_LENGTH = 64 * 1024;
    private static final int ROW_LENGTH = 32;
    private static final int KEY_OFFSET = 8;
    private static final int KEY_LENGTH_OFFSET = 12;
    private static final int HASH_OFFSET = 16;
    private static final int ENTRY_OFFSET = 24;

    private final boolean isKeyed;
    private final long base = Memory.allocate((long)ROW_LENGTH * CAPACITY);
    /** Of each run: where its rows go, and the row behind its last. */
    private final Slice[] slices = new Slice[CAPACITY];
    private final int[] ends = new int[CAPACITY];
    private int runs;
    private long keys = Memory.allocate(FIRST_KEYS_LENGTH);
    private int keysLength = FIRST_KEYS_LENGTH;
    private int keysUsed;
    private int count;
    /** What the touching loops read; kept so that the loads can't be dropped. */
    private long touched;

    /** @param isKeyed whether rows have keys; else all of a slice share one entry. */
    KeyedRows(final boolean isKeyed)
    {
        this.isKeyed = isKeyed;
        // The key of rows without one: no bytes, and zeros behind them.
        Memory.putLong(keys, 0);
    }

    void clear()
    {
        count = 0;
        runs = 0;
        keysUsed = 0;
    }

    int count()
    {
        return count;
    }

    /** Adds a row; false where there is no room for its key beside those of other rows. */
    boolean add(final AggregateInput input, final long row, final Slice slice)
    {
        int length = isKeyed ? input.key(row, keys + keysUsed, keysLength - keysUsed) : 0;
        if (length == Kernel.FULL)
        {
            if (count > 0)
            {
                return false;
            }
            length = grow(input, row);
        }
        final long hash = isKeyed ? Memory.hashPadded(keys + keysUsed, length) : 0;
        final long at = base + (long)ROW_LENGTH * count;
        Memory.putLong(at, row);
        Memory.putInt(at + KEY_OFFSET, keysUsed);
        Memory.putInt(at + KEY_LENGTH_OFFSET, length);
        Memory.putLong(at + HASH_OFFSET, hash);
        if (runs == 0 || slices[runs - 1] != slice)
        {
            slices[runs++] = slice;
        }
        ends[runs - 1] = ++count;
        keysUsed += length + 7 & -8;
        return true;
    }

    private int grow(final AggregateInput input, final long row)
    {
        int length = Kernel.FULL;
        while (length == Kernel.FULL)
        {
            Memory.free(keys);
            keysLength *= 2;
            keys = Memory.allocate(keysLength);
            length = input.key(row, keys, keysLength);
        }
        return length;
    }

    /** Finds or makes the entry of each row. */
    void find()
    {
        touched = touchTags();
        likelySlots();
        touched += touchSlots();
        // Entries move where a table grows; once every key is there, finding them again moves none.
        boolean hasMoved = find(false);
        while (hasMoved)
        {
            hasMoved = find(true);
        }
    }

    private long touchTags()
    {
        long sum = 0;
        int i = 0;
        for (int run = 0; run < runs; run++)
        {
            final KeyTable table = slices[run].table();
            for (final int end = ends[run]; i < end; i++)
            {
                sum += table.tags(Memory.getLong(base + (long)ROW_LENGTH * i + HASH_OFFSET));
            }
        }
        return sum;
    }

    private void likelySlots()
    {
        int i = 0;
        for (int run = 0; run < runs; run++)
        {
            final KeyTable table = slices[run].table();
            for (final int end = ends[run]; i < end; i++)
            {
                final long at = base + (long)ROW_LENGTH * i;
                Memory.putLong(at + ENTRY_OFFSET, table.likelySlot(Memory.getLong(at + HASH_OFFSET)));
            }
        }
    }

    private long touchSlots()
    {
        final long end = base + (long)ROW_LENGTH * count;
        long sum = 0;
        for (long at = base; at < end; at += ROW_LENGTH)
        {
            sum += Memory.getLong(Memory.getLong(at + ENTRY_OFFSET));
        }
        return sum;
    }

    /**
     * Finds or makes the entry of each row: whether any entry found before may have moved.
     *
     * @param isStale whether there are no likely slots any more.
     */
    private boolean find(final boolean isStale)
    {
        boolean hasMoved = isStale;
        boolean isMoving = false;
        int i = 0;
        for (int run = 0; run < runs; run++)
        {
            final KeyTable table = slices[run].table();
            for (final int end = ends[run]; i < end; i++)
            {
                final long at = base + (long)ROW_LENGTH * i;
                final long key = keys + Memory.getInt(at + KEY_OFFSET);
                final int keyLength = Memory.getInt(at + KEY_LENGTH_OFFSET);
                final long hash = Memory.getLong(at + HASH_OFFSET);
                if (hasMoved || !table.isAt(Memory.getLong(at + ENTRY_OFFSET), hash, key, keyLength))
                {
                    final int moves = table.moves();
                    Memory.putLong(at + ENTRY_OFFSET, table.findOrInsert(hash, key, keyLength));
                    isMoving |= table.moves() != moves;
                    hasMoved |= isMoving;
                }
            }
        }
        return isMoving;
    }

    /** Has the snapshot that is under way take what is about to change. */
    void preserve()
    {
        long sum = 0;
        int i = 0;
        for (int run = 0; run < runs; run++)
        {
            for (final int end = ends[run]; i < end; i++)
            {
                sum += slices[run].touchPieces(entry(i));
            }
        }
        touched = sum;
        i = 0;
        for (int run = 0; run < runs; run++)
        {
            for (final int end = ends[run]; i < end; i++)
            {
                slices[run].preserve(
                    KeyTable.group(Memory.getLong(base + (long)ROW_LENGTH * i + HASH_OFFSET)), entry(i));
            }
        }
    }

    private long entry(final int row)
    {
        return Memory.getLong(base + (long)ROW_LENGTH * row + ENTRY_OFFSET);
    }

    /** Takes each row into its entry. */
    void accumulate(final AggregateInput input)
    {
        int i = 0;
        for (int run = 0; run < runs; run++)
        {
            final Slice slice = slices[run];
            final int offset = slice.table().accumulatorOffset();
            for (final int end = ends[run]; i < end; i++)
            {
                input.accumulate(Memory.getLong(base + (long)ROW_LENGTH * i), entry(i) + offset, slice);
            }
        }
    }

    @Override
    public void close()
    {
        Memory.free(base);
        Memory.free(keys);
    }
}
