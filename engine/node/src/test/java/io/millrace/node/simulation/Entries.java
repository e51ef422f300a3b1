package io.millrace.node.simulation;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The ring's entries as they were published, by number, whichever life published them. An entry that was acknowledged
 * must be made again as it was; one that was not may be replaced.
 *
 * <p><b>Threading:</b> one thread.
 */
final class Entries
{
    /**
     * An entry.
     *
     * @param partition that it went through: of connected publishers, the place that its publisher had.
     * @param lane      that its rows are of: their partition of the input.
     * @param rows      indexes of its rows in their lane.
     * @param hash      of all its bytes.
     */
    record Entry(byte kind, short code, int table, int partition, int lane, int[] rows, long hash)
    {
        /** Whether it ends a partition. */
        private boolean isEnd()
        {
            return kind == BlockDescriptor.KIND_CONTROL && code == BlockDescriptor.CONTROL_END;
        }

        @Override
        public String toString()
        {
            return "kind " + kind + " code " + code + " of " + table + "-" + partition + ", rows " +
                (lane == partition ? "" : "of " + lane + " ") + Arrays.toString(rows);
        }
    }

    private record Row(int table, int lane, int index)
    {
    }

    /** Entries, and which of them are acknowledged and lost, at one moment. */
    record Backup(List<Entry> entries, long acknowledged, Set<Row> lost)
    {
    }

    private final List<ModelInput> inputs;
    /** Rows that were acknowledged, that a loss of power has taken, and that nobody need send again. */
    private final Set<Row> lost = new HashSet<>();
    private final FaultCounts counts;
    private final Trace trace;
    private final List<Entry> entries = new ArrayList<>();
    private long acknowledged = -1;

    Entries(final List<ModelInput> inputs, final FaultCounts counts, final Trace trace)
    {
        this.inputs = inputs;
        this.counts = counts;
        this.trace = trace;
    }

    List<Entry> all()
    {
        return entries;
    }

    long acknowledged()
    {
        return acknowledged;
    }

    /** What there is now, for a disk that is put back to what it is now. */
    Backup backup()
    {
        return new Backup(List.copyOf(entries), acknowledged, Set.copyOf(lost));
    }

    void restore(final Backup backup)
    {
        entries.clear();
        entries.addAll(backup.entries);
        acknowledged = backup.acknowledged;
        lost.clear();
        lost.addAll(backup.lost);
    }

    /**
     * The rows of an entry are gone where nobody has them any more. A publisher that is connected hears from the engine
     * how far it goes back, and has them still; not where the engine knows nothing of it at all.
     */
    private void lose(final Entry entry)
    {
        final ModelInput input = inputs.get(entry.table);
        final boolean isKept = input.isRereadable() || input.isConnected() && !input.hasLeft(entry.lane) &&
            entries.stream().anyMatch(other -> other.table == entry.table && other.lane == entry.lane &&
            other.rows.length > 0);
        for (final int row : entry.rows)
        {
            if (!isKept)
            {
                lost.add(new Row(entry.table, entry.lane, row));
            }
        }
    }

    void onPublish(final long number, final Block block)
    {
        final Entry entry = entry(block);
        trace.add("entry", number, entry.hash, 0);
        trace.tell(() -> entry.toString());
        if (number > entries.size())
        {
            throw new Violation("entry " + number + " comes after entry " + (entries.size() - 1));
        }
        if (number <= acknowledged)
        {
            final Entry before = entries.get((int)number);
            // A checkpoint is not asked for a second time: its entry only lets budgeted work go on.
            final boolean isPastCheckpoint = before.kind == BlockDescriptor.KIND_CONTROL &&
                before.code == BlockDescriptor.CONTROL_CHECKPOINT && entry.kind == BlockDescriptor.KIND_TICK;
            if (before.hash != entry.hash && !isPastCheckpoint)
            {
                throw new Violation("entry " + number + " was " + before + ", is now " + entry);
            }
            return;
        }
        while (entries.size() > number)
        {
            entries.remove(entries.size() - 1);
        }
        entries.add(entry);
        final ModelInput input = inputs.get(entry.table);
        for (final int row : entry.rows)
        {
            lost.remove(new Row(entry.table, entry.lane, row));
            if (input.isConnected() && row < input.acknowledged[entry.lane])
            {
                counts.add(Fault.ACKNOWLEDGED_SENT_AGAIN);
            }
        }
    }

    private Entry entry(final Block block)
    {
        final int count = block.kind() == BlockDescriptor.KIND_ROWS ? block.count() : 0;
        final int[] rows = new int[count];
        final int lane = count == 0 ? block.partition() :
            inputs.get(block.source()).lane(block.partition(), block.positionHigh());
        long frame = block.address() + BlockDescriptor.HEADER_LENGTH;
        for (int i = 0; i < count; i++)
        {
            rows[i] = inputs.get(block.source()).index(lane, block.positionHigh(),
                Memory.getLong(frame + BlockDescriptor.FRAME_POSITION_OFFSET));
            if (rows[i] < 0)
            {
                throw new Violation("a block has a row that was never sent: " + block.source() + "-" +
                    block.partition() + " at " + block.positionHigh() + ":" +
                    Memory.getLong(frame + BlockDescriptor.FRAME_POSITION_OFFSET));
            }
            frame += BlockDescriptor.align(Memory.getInt(frame));
        }
        return new Entry(
            block.kind(), block.flags(), block.source(), block.partition(), lane, rows, hash(block, count));
    }

    /** Of the header and the frames; what lies between frames is nobody's. */
    private static long hash(final Block block, final int rows)
    {
        long hash = Memory.hash(block.address(), BlockDescriptor.HEADER_LENGTH);
        long frame = block.address() + BlockDescriptor.HEADER_LENGTH;
        for (int i = 0; i < rows; i++)
        {
            hash = hash * 31 + Memory.hash(frame, Memory.getInt(frame));
            frame += BlockDescriptor.align(Memory.getInt(frame));
        }
        return hash;
    }

    /**
     * A life has put everything that an earlier one had acknowledged into the ring again, up to before an entry.
     *
     * @param mayForget whether a loss of power may have taken the end of it.
     * @return whether it has.
     */
    boolean onLive(final long firstLive, final boolean mayForget)
    {
        final boolean hasForgotten = firstLive <= acknowledged && mayForget;
        if (hasForgotten)
        {
            counts.add(Fault.ROWS_FORGOTTEN);
            final List<Entry> forgotten = List.copyOf(entries.subList((int)firstLive, (int)acknowledged + 1));
            entries.subList((int)firstLive, entries.size()).clear();
            acknowledged = firstLive - 1;
            forgotten.forEach(this::lose);
        }
        if (firstLive <= acknowledged)
        {
            throw new Violation("entry " + acknowledged + " was acknowledged, a restart knows those before " +
                firstLive);
        }
        while (entries.size() > firstLive)
        {
            entries.remove(entries.size() - 1);
        }
        for (int table = 0; table < inputs.size(); table++)
        {
            final int of = table;
            inputs.get(table).resume(entries.stream().anyMatch(entry -> entry.table == of && entry.isEnd()));
        }
        return hasForgotten;
    }

    /** The job acts upon everything up to an entry: its sources need not keep it. */
    void acknowledge(final long number)
    {
        if (number >= entries.size())
        {
            throw new Violation("entry " + number + " is committed, of " + entries.size());
        }
        for (; acknowledged < number; acknowledged++)
        {
            final Entry entry = entries.get((int)acknowledged + 1);
            for (final int row : entry.rows)
            {
                inputs.get(entry.table).acknowledged[entry.lane] = row + 1;
            }
        }
    }

    /** Whether every row of the input has been taken and every partition has ended. */
    boolean isComplete()
    {
        int rows = 0;
        int ends = 0;
        for (final Entry entry : entries)
        {
            rows += inputs.get(entry.table).mayMiss() ? 0 : entry.rows.length;
            ends += entry.isEnd() ? 1 : 0;
        }
        final int wanted = inputs.stream().filter(input -> !input.mayMiss()).mapToInt(ModelInput::rows).sum();
        return rows + lost.size() >= wanted &&
            ends >= inputs.stream().mapToInt(input -> input.partitions().size()).sum();
    }

    /** Every row of the input must be there once, in order, but for those that are lost or may be missing. */
    void check()
    {
        for (int table = 0; table < inputs.size(); table++)
        {
            for (int lane = 0; lane < inputs.get(table).partitions().size(); lane++)
            {
                check(table, lane);
            }
        }
    }

    private void check(final int table, final int lane)
    {
        final ModelInput input = inputs.get(table);
        final int all = input.partitions().get(lane).size();
        int next = 0;
        for (final Entry entry : entries)
        {
            if (entry.table != table || entry.lane != lane)
            {
                continue;
            }
            for (final int row : entry.rows)
            {
                next = behindMissing(table, lane, next, row);
                if (row != next)
                {
                    throw new Violation(
                        input.table() + "-" + lane + ": row " + row + " was taken where row " + next + " was due");
                }
                next++;
            }
        }
        next = behindMissing(table, lane, next, all);
        if (next != all)
        {
            throw new Violation(input.table() + "-" + lane + ": " + next + " rows of " + all + " were taken");
        }
    }

    /** The row from {@code from} on and up to {@code to} that must be there. */
    private int behindMissing(final int table, final int lane, final int from, final int to)
    {
        int next = from;
        while (next < to && (inputs.get(table).mayMiss() || lost.contains(new Row(table, lane, next))))
        {
            next++;
        }
        return next;
    }
}
