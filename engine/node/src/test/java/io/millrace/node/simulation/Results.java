package io.millrace.node.simulation;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.RecordDescriptor;
import java.util.HashMap;
import java.util.Map;

/**
 * The records that shards and merge agent have made, by number, whichever life made them. One that the output log holds
 * must be made again as it was: it is passed over by its number alone.
 *
 * <p><b>Threading:</b> one thread.
 */
final class Results
{
    private record Number(int writer, long number)
    {
    }

    private final Map<Number, Long> hashes = new HashMap<>();
    private long end;

    /** Another number of shards comes: their numbers go on behind all that there were. */
    void renumber()
    {
        end = Long.MAX_VALUE;
    }

    /** One past the greatest number of all writers, as far as that is known. */
    long end()
    {
        return end;
    }

    /** Takes a batch, of whose writer the output log lacks the records from {@code next} on. */
    void onBatch(final long address, final int length, final long next)
    {
        final int writer = RecordDescriptor.writer(address);
        for (long at = RecordDescriptor.firstRecord(address); at < address + length;
            at = RecordDescriptor.nextRecord(at))
        {
            final long number = RecordDescriptor.number(at);
            final long hash = Memory.hash(at, Memory.getInt(at));
            end = Math.max(end, number + 1);
            final Long before = hashes.put(new Number(writer, number), hash);
            if (number < next)
            {
                if (before == null || before != hash)
                {
                    throw new Violation("record " + number + " of writer " + writer + ", of kind " +
                        RecordDescriptor.kind(at) + ", is made again" +
                        (before == null ? ", and never was" : " and is another") +
                        "; the output log has those before " + next);
                }
            }
        }
    }
}
