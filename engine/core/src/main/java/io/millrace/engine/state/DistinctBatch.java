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
    /** Sets that keep their ids inline from the front on, the others from the end backwards; so the arrays below. */
    private final long[] slots = new long[CAPACITY];
    private final int[] ids = new int[CAPACITY];
    /** Length of the slot, and what its dictionary held. */
    private final long[] shapes = new long[CAPACITY];
    private int inline;
    private int apart;
    /** What the touch pass read; a field, so that the loads can't be dropped. */
    private long touched;

    public DistinctBatch(final StateMemory memory)
    {
        this.memory = memory;
    }

    /** Adds later; {@code slot} stays where it is until {@link #apply()}. */
    void add(final long slot, final int slotLength, final int id, final int dictionaryCount)
    {
        if (inline + apart == CAPACITY)
        {
            apply();
        }
        // Where it goes is a toss-up, and would be mispredicted as a branch.
        final int isApart = DistinctSet.isApart(slot);
        final int place = inline + (CAPACITY - 1 - apart - inline & -isApart);
        slots[place] = slot;
        ids[place] = id;
        shapes[place] = (long)slotLength << 32 | dictionaryCount;
        inline += 1 - isApart;
        apart += isApart;
    }

    /** Adds what was gathered: to sets inside their entries while the words of the others are on their way. */
    public void apply()
    {
        final int firstApart = CAPACITY - apart;
        long sum = 0;
        for (int i = CAPACITY - 1; i >= firstApart; i--)
        {
            sum += DistinctSet.touch(slots[i], ids[i]);
        }
        touched = sum;
        for (int i = 0; i < inline; i++)
        {
            DistinctSet.add(slots[i], (int)(shapes[i] >>> 32), ids[i], (int)shapes[i], memory);
        }
        for (int i = CAPACITY - 1; i >= firstApart; i--)
        {
            DistinctSet.addApart(slots[i], ids[i], (int)shapes[i], memory);
        }
        inline = 0;
        apart = 0;
    }
}
