package io.millrace.engine.state;

import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.snapshot.SnapshotWriter;

/**
 * A slice as it was at the cut of a snapshot, on its way out. Until all of it is written the slice tells it of every
 * change before it is made; when the slice is used again the image goes on alone.
 *
 * <p><b>Threading:</b> one shard.
 */
public final class SliceImage
{
    private final TableImage table;
    private final DictionaryImage[] dictionaries;
    private final Slice slice;
    private int dictionary;
    private boolean isTableDone;
    private boolean isAttached = true;

    /**
     * Writes what is small, and stands by for the rest.
     *
     * @param index of the slice among those of its aggregation.
     */
    SliceImage(
        final Slice slice, final StateMemory memory, final SnapshotWriter writer, final int aggregate, final int index,
        final boolean isClosed)
    {
        this.slice = slice;
        writer.begin(SnapshotDescriptor.SLICE, aggregate);
        writer.putInt(index);
        writer.putInt(isClosed ? 1 : 0);
        writer.putLong(slice.windowStart());
        writer.end();
        table = new TableImage(slice, memory, writer, aggregate, index);
        dictionaries = new DictionaryImage[slice.dictionaries()];
        for (int set = 0; set < dictionaries.length; set++)
        {
            dictionaries[set] =
                new DictionaryImage(slice.dictionary(set), memory, writer, aggregate, index, set);
        }
    }

    TableImage table()
    {
        return table;
    }

    /** Writes on for about {@code budget} bytes: what is left of it, above zero where all is written. */
    public long dump(final long budget)
    {
        long left = budget;
        if (!isTableDone)
        {
            left = table.dump(left);
            isTableDone = left > 0;
        }
        while (left > 0 && dictionary < dictionaries.length)
        {
            left = dictionaries[dictionary].dump(left);
            if (left > 0)
            {
                dictionary++;
            }
        }
        if (left > 0)
        {
            detach();
        }
        return left;
    }

    /** The slice is no longer what this is an image of. */
    void detach()
    {
        if (isAttached)
        {
            isAttached = false;
            slice.forgetImage();
        }
    }
}
