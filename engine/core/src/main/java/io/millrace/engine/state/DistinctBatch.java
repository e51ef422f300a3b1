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
    /** Which of them go to sets that keep their ids inline, and which to others. */
    private final int[] inline = new int[CAPACITY];
    private final int[] apart = new int[CAPACITY];
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

    /** Adds what was gathered: to sets inside their entries first, to the others while these are on their way. */
    public void apply()
    {
        final int total = count;
        int inlineCount = 0;
        int apartCount = 0;
        for (int i = 0; i < total; i++)
        {
            // Both lists are written and one grows: which, is a toss-up, and would be mispredicted as a branch.
            final int isApart = DistinctSet.isApart(slots[i]);
            inline[inlineCount] = i;
            apart[apartCount] = i;
            inlineCount += 1 - isApart;
            apartCount += isApart;
        }
        long sum = 0;
        for (int i = 0; i < apartCount; i++)
        {
            sum += DistinctSet.touch(slots[apart[i]], ids[apart[i]]);
        }
        touched = sum;
        for (int i = 0; i < inlineCount; i++)
        {
            add(inline[i]);
        }
        for (int i = 0; i < apartCount; i++)
        {
            add(apart[i]);
        }
        count = 0;
    }

    private void add(final int i)
    {
        DistinctSet.add(slots[i], (int)(shapes[i] >>> 32), ids[i], (int)shapes[i], memory);
    }
}
