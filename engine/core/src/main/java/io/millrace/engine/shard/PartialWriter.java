package io.millrace.engine.shard;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.state.Dictionary;
import io.millrace.engine.state.Slice;

/**
 * One shard's end of an exchange: partial results of windows without a key, on their way to the merge agent.
 *
 * <p><b>Layout</b> of the records ({@link io.millrace.engine.log.RecordDescriptor}'s header, id = aggregate):
 * <pre>
 *   PARTIAL    int64 window start | accumulators | for each string slot: int32 length, bytes (absent where no value)
 *   VALUE      int64 window start | int32 distinct set | int32 length | bytes
 *   PROGRESS   int64: every window that starts before this has been handed over | int64 ring entry
 *   CHECKPOINT int64 checkpoint | int64 ring entry; the last record of its batch, id 0
 * </pre>
 * <p><b>Threading:</b> one shard writes, the merge agent reads.
 */
final class PartialWriter
{
    static final short PARTIAL = 16;
    static final short VALUE = 17;
    static final short PROGRESS = 18;
    static final short CHECKPOINT = 19;

    private final AggregatePlan plan;
    private final RecordWriter writer;
    private long progress = Long.MIN_VALUE;

    PartialWriter(final AggregatePlan plan, final RecordWriter writer)
    {
        this.plan = plan;
        this.writer = writer;
    }

    boolean accumulators(final Slice slice, final long accumulators)
    {
        int strings = 0;
        for (int i = 0; i < plan.stringSlots().size(); i++)
        {
            final long slot = accumulators + plan.stringSlots().get(i);
            strings += 4 + (slice.hasString(slot) ? slice.stringLength(slot) : 0);
        }
        final int length = 8 + plan.accumulatorLength() + strings;
        if (!writer.hasRoom(length))
        {
            return false;
        }
        final long payload = writer.payload();
        Memory.putLong(payload, slice.windowStart());
        Memory.copy(accumulators, payload + 8, plan.accumulatorLength());
        long at = payload + 8 + plan.accumulatorLength();
        for (int i = 0; i < plan.stringSlots().size(); i++)
        {
            final long slot = accumulators + plan.stringSlots().get(i);
            final int stringLength = slice.hasString(slot) ? slice.stringLength(slot) : -1;
            Memory.putInt(at, stringLength);
            at += 4;
            if (stringLength > 0)
            {
                Memory.copy(slice.stringAddress(slot), at, stringLength);
                at += stringLength;
            }
        }
        writer.commit(PARTIAL, plan.id(), length);
        return true;
    }

    boolean value(final long windowStart, final int set, final long dictionarySlot)
    {
        final int length = Dictionary.length(dictionarySlot);
        if (!writer.hasRoom(16 + length))
        {
            return false;
        }
        final long payload = writer.payload();
        Memory.putLong(payload, windowStart);
        Memory.putInt(payload + 8, set);
        Memory.putInt(payload + 12, length);
        Memory.copy(Dictionary.value(dictionarySlot), payload + 16, length);
        writer.commit(VALUE, plan.id(), 16 + length);
        return true;
    }

    /** Says that windows starting before {@code start} have been handed over, if that is news. */
    boolean progress(final long start, final long entry)
    {
        if (start <= progress)
        {
            return true;
        }
        if (!writer.hasRoom(16))
        {
            return false;
        }
        Memory.putLong(writer.payload(), start);
        Memory.putLong(writer.payload() + 8, entry);
        writer.commit(PROGRESS, plan.id(), 16);
        progress = start;
        return true;
    }

    /** What has been said last. */
    long progress()
    {
        return progress;
    }

    void restore(final long said)
    {
        progress = said;
    }
}
