package io.millrace.engine.journal;

import static io.millrace.engine.journal.JournalDescriptor.ENTRY_HEADER_LENGTH;
import static io.millrace.engine.journal.JournalDescriptor.HEADER_LENGTH;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.live.LatencyCounts;
import io.millrace.engine.live.LiveFile;
import io.millrace.engine.live.Measure;
import io.millrace.engine.live.Stage;
import io.millrace.engine.log.Log;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.source.SourceProgress;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ring beside the shards and keeps its entries in the journal: whole blocks where the source can't be read
 * again, else their headers. Says which entry has been committed, and what stood where at a checkpoint's cut.
 *
 * <p><b>Threading:</b> one thread; {@link #committedEntry()}, {@link #cut()} and {@link #bytes()} are for all.
 * <b>Allocation:</b> none, but for a cut and for a buffer that grows to the longest block.
 */
public final class JournalAgent implements Agent
{
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int LIMIT = 16;
    private static final int MARKS = 1024;

    private final BlockRing.Cursor cursor;
    private final Log journal;
    private final boolean[][] isWhole;
    private final SourceProgress[] progress;
    private final long firstEntry;
    private final LongSupplier firstLiveEntry;
    private long buffer;
    private int capacity;
    private int used = HEADER_LENGTH;
    private int count;
    private long lastEntry;
    /** End positions of appended records and their last entries that have not been seen committed, oldest first. */
    private final long[] markPositions = new long[MARKS];
    private final long[] markEntries = new long[MARKS];
    /** When the first of their entries was published, and how many they are. */
    private final long[] markTimes = new long[MARKS];
    private final int[] markCounts = new int[MARKS];
    private long firstPublishedNs;
    private long marksBegin;
    private long marksEnd;
    private final Counter committed = new Counter();
    private final Counter bytes = new Counter();
    private final Counter appended = new Counter();
    private final Counter refused = new Counter();
    private @Nullable LatencyCounts commit;
    private volatile @Nullable Cut cut;
    private boolean isClosed;

    /**
     * What a checkpoint needs to know of the input.
     *
     * @param id              of the checkpoint.
     * @param entry           number of its control entry.
     * @param journalPosition where the entries behind it begin.
     * @param sources         progress of every table, as manifest values.
     */
    public record Cut(long id, long entry, long journalPosition, Map<String, String> sources)
    {
    }

    /**
     * @param isWhole        by table and partition: whether blocks are kept whole.
     * @param progress       of every table up to {@code firstEntry}.
     * @param firstEntry     number of the ring's first entry.
     * @param firstLiveEntry number of the first entry that is not made again from the journal; read for each entry.
     */
    public JournalAgent(
        final BlockRing.Cursor cursor, final Log journal, final boolean[][] isWhole, final SourceProgress[] progress,
        final long firstEntry, final LongSupplier firstLiveEntry)
    {
        this.cursor = cursor;
        this.journal = journal;
        capacity = Math.min(BUFFER_BYTES, journal.maxRecordLength());
        buffer = Memory.allocate(capacity);
        this.isWhole = isWhole;
        this.progress = progress;
        this.firstEntry = firstEntry;
        this.firstLiveEntry = firstLiveEntry;
        lastEntry = firstEntry - 1;
        committed.set(lastEntry);
        appended.set(lastEntry);
    }

    /** Shows its counters, and has the time to a commit taken. Before the first duty cycle. */
    public void show(final LiveFile.Contents contents)
    {
        contents.show(Measure.JOURNAL_APPENDED_ENTRY, 0, 0, roleName(), appended);
        contents.show(Measure.JOURNAL_COMMITTED_ENTRY, 0, 0, roleName(), committed);
        contents.show(Measure.JOURNAL_REFUSED, 0, 0, roleName(), refused);
        contents.time(Stage.COMMIT, 0, roleName(), counts -> commit = counts);
    }

    @Override
    public String roleName()
    {
        return "journal";
    }

    @Override
    public int doWork()
    {
        int work = 0;
        while (work < LIMIT && cursor.hasNext() && onEntry(cursor.block(), firstEntry + cursor.next()))
        {
            cursor.release();
            work++;
        }
        if (work < LIMIT && count > 0)
        {
            work += flush() ? 1 : 0;
        }
        return work + showCommitted();
    }

    /** Takes one entry: false where it must be offered again. */
    private boolean onEntry(final Block block, final long entry)
    {
        if (entry < firstLiveEntry.getAsLong())
        {
            lastEntry = entry;
            committed.set(entry);
            bytes.add(block.length());
            appended.set(entry);
            progress[block.source()].onBlock(block);
            return true;
        }
        final boolean isCheckpoint = block.isCheckpoint();
        if (lastEntry != entry)
        {
            final boolean isOrder = block.kind() == BlockDescriptor.KIND_ROWS &&
                !isWhole[block.source()][block.partition()];
            final int length = isOrder ? BlockDescriptor.HEADER_LENGTH : block.length();
            if (!hasRoom(JournalDescriptor.entryLength(length)))
            {
                return false;
            }
            append(block.address(), length, isOrder ? JournalDescriptor.FORM_ORDER : JournalDescriptor.FORM_WHOLE,
                entry);
            bytes.add(isCheckpoint ? 0 : block.length());
            progress[block.source()].onBlock(block);
            lastEntry = entry;
        }
        if (isCheckpoint)
        {
            if (!flush())
            {
                return false;
            }
            final Map<String, String> sources = new TreeMap<>();
            for (final SourceProgress of : progress)
            {
                of.describe(sources);
            }
            cut = new Cut(block.positionLow(), entry, journal.endPosition(), sources);
        }
        return true;
    }

    private boolean hasRoom(final int length)
    {
        if (used + length <= capacity)
        {
            return true;
        }
        if (!flush())
        {
            return false;
        }
        if (used + length > capacity)
        {
            Memory.free(buffer);
            capacity = HEADER_LENGTH + length;
            buffer = Memory.allocate(capacity);
        }
        return true;
    }

    private void append(final long block, final int length, final int form, final long entry)
    {
        if (count == 0)
        {
            firstPublishedNs = cursor.publishedNs();
            Memory.putLong(buffer, entry);
        }
        final long at = buffer + used;
        Memory.putInt(at, length);
        Memory.putInt(at + JournalDescriptor.FORM_OFFSET, form);
        Memory.copy(block, at + ENTRY_HEADER_LENGTH, length);
        final int padded = JournalDescriptor.entryLength(length);
        Memory.fill(at + ENTRY_HEADER_LENGTH + length, padded - ENTRY_HEADER_LENGTH - length, (byte)0);
        used += padded;
        count++;
    }

    /** Hands on what was gathered: whether nothing is left here. */
    private boolean flush()
    {
        if (count == 0)
        {
            return true;
        }
        if (marksEnd - marksBegin == MARKS)
        {
            refused.add(1);
            return false;
        }
        Memory.putInt(buffer + JournalDescriptor.COUNT_OFFSET, count);
        Memory.putInt(buffer + JournalDescriptor.VERSION_OFFSET, JournalDescriptor.VERSION);
        final long end = journal.tryAppend(buffer, used);
        if (end == Log.BACK_PRESSURE)
        {
            refused.add(1);
            return false;
        }
        appended.set(lastEntry);
        markTimes[(int)(marksEnd % MARKS)] = firstPublishedNs;
        markCounts[(int)(marksEnd % MARKS)] = count;
        markPositions[(int)(marksEnd % MARKS)] = end;
        markEntries[(int)(marksEnd % MARKS)] = lastEntry;
        marksEnd++;
        used = HEADER_LENGTH;
        count = 0;
        return true;
    }

    private int showCommitted()
    {
        if (marksBegin == marksEnd)
        {
            return 0;
        }
        final long position = journal.commitPosition();
        int work = 0;
        final LatencyCounts timed = commit;
        final long nowNs = timed == null || markPositions[(int)(marksBegin % MARKS)] > position ? 0 : timed.nowNs();
        while (marksBegin < marksEnd && markPositions[(int)(marksBegin % MARKS)] <= position)
        {
            committed.set(markEntries[(int)(marksBegin % MARKS)]);
            if (timed != null)
            {
                // Each entry of a batch counts as its first, which waited longest.
                timed.record(nowNs - markTimes[(int)(marksBegin % MARKS)], markCounts[(int)(marksBegin % MARKS)]);
            }
            marksBegin++;
            work++;
        }
        return work;
    }

    /** The last entry that is safe to act upon: whatever happens, it will be there again. */
    public long committedEntry()
    {
        return committed.get();
    }

    /** Bytes of the blocks of all entries but checkpoints' that have passed, those made again included. */
    public long bytes()
    {
        return bytes.get();
    }

    /** Whether what an earlier run had journaled has been made again. */
    public boolean isReplayed()
    {
        return firstLiveEntry.getAsLong() != Long.MAX_VALUE;
    }

    /** The cut of the last checkpoint entry that passed, or null. */
    public @Nullable Cut cut()
    {
        return cut;
    }

    @Override
    public void onClose()
    {
        if (!isClosed)
        {
            isClosed = true;
            Memory.free(buffer);
        }
    }
}
