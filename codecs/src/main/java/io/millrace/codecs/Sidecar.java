package io.millrace.codecs;

/**
 * What the source agent worked out about a block's rows for the shards: whose each row is, where the partition's
 * watermark crosses a window boundary, and which rows are dead. Derived from the block: never journaled, outside its
 * CRC, rebuilt on replay.
 *
 * <p><b>Layout:</b>
 * <pre>
 *   0         4         8                                   8+4·L (to a multiple of 8)
 *   +---------+---------+-----------------------------------+-----------------------+-------------+-------------+
 *   | steps   | dead    | end of list 0 … L−1, in entries   | lists: u16 frame      | steps       | dead        |
 *   | count   | count   | (uint32 each)                     | offset / 8 each       | 16 B each   | 16 B each   |
 *   +---------+---------+-----------------------------------+-----------------------+-------------+-------------+
 *
 *   step:  int64 watermark | uint32 frame offset of the row that raised it | zero
 *   dead:  uint32 frame offset | int16 pipeline, −1 for all of the table | int16 failure | int32 site | zero
 * </pre>
 * List {@code p·S + s} holds the rows of the table's pipeline {@code p} that belong to shard {@code s} of {@code S}, in
 * order. Steps and dead rows have room of their own for the most rows a block may have.
 */
public final class Sidecar implements AutoCloseable
{
    /** Pipeline of a row that is dead in every statement that reads its table. */
    public static final int ALL_PIPELINES = -1;
    /** The last frame offset that a list can hold. */
    public static final int MAX_FRAME_OFFSET = 0xFFFF << 3;

    private static final int STEP_LENGTH = 16;
    private static final int DEAD_LENGTH = 16;
    private static final int ENDS_OFFSET = 8;

    private final int maxRows;
    private final int listCount;
    private final int listsOffset;
    private final int stepsOffset;
    private final int deadOffset;
    private final long address;
    private final int[] fillCounts;
    private boolean isClosed;
    /** Rows in the order of filling: one private stretch per list, compacted when the block is sealed. */
    private final long fill;

    /**
     * @param maxRows   most rows of a block.
     * @param pipelines most pipelines that read one table.
     * @param shards    shards of the job.
     */
    public Sidecar(final int maxRows, final int pipelines, final int shards)
    {
        this.maxRows = maxRows;
        listCount = pipelines * shards;
        listsOffset = (ENDS_OFFSET + 4 * listCount + 7) & -8;
        stepsOffset = (listsOffset + 2 * maxRows * pipelines + 7) & -8;
        deadOffset = stepsOffset + STEP_LENGTH * maxRows;
        address = Memory.allocate(deadOffset + (long)DEAD_LENGTH * maxRows * pipelines);
        fill = Memory.allocate(2L * maxRows * listCount);
        fillCounts = new int[listCount];
        clear();
    }

    /** Bytes, about, that a sidecar takes. */
    public static long bytes(final int maxRows, final int pipelines, final int shards)
    {
        return (long)maxRows * (STEP_LENGTH + pipelines * (2L + DEAD_LENGTH + 2L * shards));
    }

    /** Forgets everything. */
    public void clear()
    {
        Memory.putLong(address, 0);
        for (int i = 0; i < listCount; i++)
        {
            fillCounts[i] = 0;
            Memory.putInt(address + ENDS_OFFSET + 4L * i, 0);
        }
    }

    /** Adds a row to a list, its frame at {@link #MAX_FRAME_OFFSET} at most; at most {@code maxRows} to each. */
    public void add(final int list, final int frameOffset)
    {
        Memory.putShort(fill + 2L * ((long)list * maxRows + fillCounts[list]++), (short)(frameOffset >> 3));
    }

    /** Records that the row at {@code frameOffset} raised the partition's watermark across a boundary. */
    public void addStep(final int frameOffset, final long watermark)
    {
        final int count = Memory.getInt(address);
        final long at = address + stepsOffset + (long)STEP_LENGTH * count;
        Memory.putLong(at, watermark);
        Memory.putLong(at + 8, frameOffset);
        Memory.putInt(address, count + 1);
    }

    /** Records a dead row, in the order of rows. */
    public void addDead(final int frameOffset, final int pipeline, final int failure, final int site)
    {
        final int count = Memory.getInt(address + 4);
        final long at = address + deadOffset + (long)DEAD_LENGTH * count;
        Memory.putInt(at, frameOffset);
        Memory.putShort(at + 4, (short)pipeline);
        Memory.putShort(at + 6, (short)failure);
        Memory.putLong(at + 8, site);
        Memory.putInt(address + 4, count + 1);
    }

    /** Brings the lists together; nothing may be added afterwards. */
    public void seal()
    {
        int end = 0;
        for (int i = 0; i < listCount; i++)
        {
            final int count = fillCounts[i];
            Memory.copy(fill + 2L * i * maxRows, address + listsOffset + 2L * end, 2L * count);
            end += count;
            Memory.putInt(address + ENDS_OFFSET + 4L * i, end);
        }
    }

    /** First entry of a list. */
    public int begin(final int list)
    {
        return list == 0 ? 0 : Memory.getInt(address + ENDS_OFFSET + 4L * (list - 1));
    }

    /** One past the last entry of a list. */
    public int end(final int list)
    {
        return Memory.getInt(address + ENDS_OFFSET + 4L * list);
    }

    /** Frame offset of an entry. */
    public int frameOffset(final int entry)
    {
        return (Memory.getShort(address + listsOffset + 2L * entry) & 0xFFFF) << 3;
    }

    public int stepCount()
    {
        return Memory.getInt(address);
    }

    public int stepFrameOffset(final int step)
    {
        return Memory.getInt(address + stepsOffset + (long)STEP_LENGTH * step + 8);
    }

    public long stepWatermark(final int step)
    {
        return Memory.getLong(address + stepsOffset + (long)STEP_LENGTH * step);
    }

    public int deadCount()
    {
        return Memory.getInt(address + 4);
    }

    public int deadFrameOffset(final int dead)
    {
        return Memory.getInt(address + deadOffset + (long)DEAD_LENGTH * dead);
    }

    /** The table's pipeline, or {@link #ALL_PIPELINES}. */
    public int deadPipeline(final int dead)
    {
        return Memory.getShort(address + deadOffset + (long)DEAD_LENGTH * dead + 4);
    }

    public int deadFailure(final int dead)
    {
        return Memory.getShort(address + deadOffset + (long)DEAD_LENGTH * dead + 6);
    }

    public int deadSite(final int dead)
    {
        return Memory.getInt(address + deadOffset + (long)DEAD_LENGTH * dead + 8);
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            Memory.free(address);
            Memory.free(fill);
        }
    }
}
