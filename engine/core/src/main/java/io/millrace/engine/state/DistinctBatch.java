package io.millrace.engine.state;

/**
 * Ids on their way into distinct sets: gathered for a batch of rows and added together, after the words they go to have
 * been touched, so that the loads of many rows overlap.
 *
 * <p><b>Threading:</b> one shard. <b>Limits:</b> at {@link #CAPACITY} ids it applies itself.
 */
public final class DistinctBatch
{
    private static final int CAPACITY = 256;

    private final StateMemory memory;
    private final long[] slots = new long[CAPACITY];
    private final int[] ids = new int[CAPACITY];
    /** Length of the slot, and what its dictionary held. */
    private final long[] shapes = new long[CAPACITY];
    private int count;
    /** What the touch pass read; a field, so that the loads can't be dropped. */
    private long touched;

    public DistinctBatch(final StateMemory memory)
    {
        this.memory = memory;
    }

    /** Adds later; {@code slot} stays where it is until {@link #apply()}. */
    void add(final long slot, final int slotLength, final int id, final int dictionaryCount)
    {
        if (count == CAPACITY)
        {
            apply();
        }
        slots[count] = slot;
        ids[count] = id;
        shapes[count] = (long)slotLength << 32 | dictionaryCount;
        count++;
    }

    /** Adds what was gathered. */
    public void apply()
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += DistinctSet.touch(slots[i], ids[i]);
        }
        touched += sum;
        for (int i = 0; i < count; i++)
        {
            DistinctSet.add(slots[i], (int)(shapes[i] >>> 32), ids[i], (int)shapes[i], memory);
        }
        count = 0;
    }
}
