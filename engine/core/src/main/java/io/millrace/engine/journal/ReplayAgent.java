package io.millrace.engine.journal;

import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.engine.source.SourceAgent;
import io.millrace.engine.storage.StorageException;
import java.util.List;
import org.agrona.concurrent.Agent;

/**
 * Puts the journal's entries into the ring again after a restart, through the sources' own fillers, then lets the
 * sources go on live.
 *
 * <p><b>Threading:</b> one thread. Until {@link #firstLiveEntry()} is known, which may be read by any, the sources do
 * no more in theirs than keep their connections. <b>Errors:</b> {@link StorageException} where the journal does not go
 * on where the checkpoint ends, {@link io.millrace.engine.connector.ConnectorException} where the input is not what it
 * was.
 */
public final class ReplayAgent implements Agent
{
    private final Log.Reader reader;
    private final List<SourceAgent> sources;
    private final Log.RecordConsumer consumer = this::onRecord;
    private long nextEntry;
    private long replayedRows;
    /** The last entry that results are known of. */
    private long requiredEntry = -1;
    /** Written once the journal has been put into the ring. */
    private volatile long firstLiveEntry = Long.MAX_VALUE;
    private boolean isClosed;

    /**
     * @param position  of the journal where the entries behind the checkpoint begin.
     * @param nextEntry number of the ring's first entry.
     */
    public ReplayAgent(
        final Log journal, final long position, final long nextEntry, final List<SourceAgent> sources)
    {
        this.sources = sources;
        this.nextEntry = nextEntry;
        reader = journal.newReader(position);
    }

    /** There are results of an entry: the journal must reach it. Called before the first duty cycle. */
    public void require(final long entry)
    {
        requiredEntry = Math.max(requiredEntry, entry);
    }

    @Override
    public String roleName()
    {
        return "replay";
    }

    @Override
    public int doWork()
    {
        if (firstLiveEntry != Long.MAX_VALUE)
        {
            return 0;
        }
        if (reader.hasMore())
        {
            final long before = nextEntry;
            return reader.poll(consumer, 1) + (int)(nextEntry - before);
        }
        reader.close();
        if (nextEntry <= requiredEntry)
        {
            throw new StorageException(StorageException.Kind.DAMAGED, "the journal has lost its end: it reaches " +
                "entry " + (nextEntry - 1) + ", and there are results of entries up to " + requiredEntry +
                "; what comes next could not be told from them. Put the journal back, or begin again with --replay " +
                "or an empty state folder");
        }
        firstLiveEntry = nextEntry;
        for (int i = 0; i < sources.size(); i++)
        {
            sources.get(i).goLive();
        }
        return 1;
    }

    private boolean onRecord(final long address, final int length)
    {
        long entry = Memory.getLong(address);
        final int count = Memory.getInt(address + JournalDescriptor.COUNT_OFFSET);
        final int version = Memory.getInt(address + JournalDescriptor.VERSION_OFFSET);
        if (version != JournalDescriptor.VERSION)
        {
            throw StorageException.otherVersion(
                "the journal, entry " + entry + ",", Integer.toString(version), JournalDescriptor.VERSION);
        }
        if (entry > nextEntry)
        {
            throw new StorageException(StorageException.Kind.DAMAGED, "the journal lacks entries " + nextEntry +
                " to " + (entry - 1) + "; restore them, or begin again with an empty state folder");
        }
        long at = address + JournalDescriptor.HEADER_LENGTH;
        for (int i = 0; i < count; i++, entry++)
        {
            final int blockLength = Memory.getInt(at);
            if (entry == nextEntry)
            {
                final long block = at + JournalDescriptor.ENTRY_HEADER_LENGTH;
                requireVersion(block, entry);
                final int source = Memory.getShort(block + BlockDescriptor.SOURCE_OFFSET);
                if (!sources.get(source).replay(block,
                    Memory.getInt(at + JournalDescriptor.FORM_OFFSET) == JournalDescriptor.FORM_WHOLE))
                {
                    return false;
                }
                replayedRows += Memory.getByte(block + BlockDescriptor.KIND_OFFSET) == BlockDescriptor.KIND_ROWS ?
                    Memory.getInt(block + BlockDescriptor.COUNT_OFFSET) : 0;
                nextEntry++;
            }
            at += JournalDescriptor.entryLength(blockLength);
        }
        return true;
    }

    private static void requireVersion(final long block, final long entry)
    {
        final byte version = Memory.getByte(block + BlockDescriptor.VERSION_OFFSET);
        if (version != BlockDescriptor.VERSION)
        {
            throw StorageException.otherVersion(
                "the block of entry " + entry + " in the journal", Byte.toString(version), BlockDescriptor.VERSION);
        }
    }

    /** Number of the first entry that is not in the journal, MAX_VALUE while that isn't known. */
    public long firstLiveEntry()
    {
        return firstLiveEntry;
    }

    /** Whether the sources are live. */
    public boolean isDone()
    {
        return firstLiveEntry != Long.MAX_VALUE;
    }

    /** Rows put into the ring again. */
    public long replayedRows()
    {
        return replayedRows;
    }

    @Override
    public void onClose()
    {
        if (!isClosed)
        {
            isClosed = true;
            reader.close();
        }
    }
}
