package io.millrace.persistence.local;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a log is kept. Set, then hand over; it must not change any more. */
public final class SegmentLogContext
{
    private String folder = "log";
    private int segmentLength = 64 << 20;
    private int maxSegments = 64;
    private int spareSegments = 8;
    private int maxRecordLength;
    private long reserve;
    private Durability durability = Durability.ASYNC;
    private long scanFrom = -1;
    private boolean isMadeAgain;
    private @Nullable String systemStart;
    private @Nullable KeyProvider keys;

    /** Name of its folder in the storage. */
    public SegmentLogContext folder(final String name)
    {
        folder = name;
        return this;
    }

    public String folder()
    {
        return folder;
    }

    /** Bytes of a segment, a multiple of 4096; a log that is there keeps its own. */
    public SegmentLogContext segmentLength(final int bytes)
    {
        segmentLength = bytes;
        return this;
    }

    public int segmentLength()
    {
        return segmentLength;
    }

    /** Most segments in use, the one that is made ahead included; at least 3. */
    public SegmentLogContext maxSegments(final int count)
    {
        maxSegments = count;
        return this;
    }

    public int maxSegments()
    {
        return maxSegments;
    }

    /** Bytes that there must be room for when the log begins to call itself low; 0: it never does. */
    public SegmentLogContext reserve(final long bytes)
    {
        reserve = bytes;
        return this;
    }

    /** Segments not begun at which the log is low: up to half of each is lost where a record does not fit. */
    int reservedSegments()
    {
        return reserve == 0 ? 0 :
            (int)Math.max(1, Math.min(maxSegments / 3, (2 * reserve + segmentLength - 1) / segmentLength));
    }

    /** Most segments kept to be used again. */
    public SegmentLogContext spareSegments(final int count)
    {
        spareSegments = count;
        return this;
    }

    public int spareSegments()
    {
        return spareSegments;
    }

    /** Longest record; 0: a quarter of a segment, at most 4 MiB. */
    public SegmentLogContext maxRecordLength(final int bytes)
    {
        maxRecordLength = bytes;
        return this;
    }

    public int maxRecordLength()
    {
        return maxRecordLength;
    }

    public SegmentLogContext durability(final Durability wanted)
    {
        durability = wanted;
        return this;
    }

    public Durability durability()
    {
        return durability;
    }

    /**
     * A position that is known to have been committed, the end of some record: records are verified from here on
     * when the log is opened, and a log that ends below or begins above is damaged. −1: all that is there.
     */
    public SegmentLogContext scanFrom(final long position)
    {
        scanFrom = position;
        return this;
    }

    public long scanFrom()
    {
        return scanFrom;
    }

    /**
     * Whether its records are made again from another log, which a loss of power may have left with less: what is not
     * known to have been forced is then cut after one. Without it all that is whole is kept.
     */
    public SegmentLogContext madeAgain(final boolean isIt)
    {
        isMadeAgain = isIt;
        return this;
    }

    public boolean isMadeAgain()
    {
        return isMadeAgain;
    }

    /** What differs from one start of the operating system to the next; "" where that can't be known. */
    public SegmentLogContext systemStart(final String id)
    {
        systemStart = id;
        return this;
    }

    public String systemStart()
    {
        return Objects.requireNonNull(systemStart);
    }

    /** What encrypts new segments and decrypts those that are encrypted; null: nothing. */
    public SegmentLogContext keys(final @Nullable KeyProvider provider)
    {
        keys = provider;
        return this;
    }

    public @Nullable KeyProvider keys()
    {
        return keys;
    }

    /** Longest payload of a record as it is stored. */
    int maxStoredLength()
    {
        return maxRecordLength + (keys == null ? 0 : KeyProvider.MOST_OVERHEAD);
    }

    void conclude()
    {
        if (segmentLength < 4096 || segmentLength % 4096 != 0)
        {
            throw new IllegalArgumentException("a segment's length is a multiple of 4096: " + segmentLength);
        }
        if (maxSegments < 3 || spareSegments < 0)
        {
            throw new IllegalArgumentException("segments: " + maxSegments + ", spare ones: " + spareSegments);
        }
        final int most = segmentLength - SegmentDescriptor.HEADER_LENGTH - SegmentDescriptor.RECORD_HEADER_LENGTH;
        if (maxRecordLength == 0)
        {
            maxRecordLength = Math.min(4 << 20, segmentLength / 4);
        }
        if (maxStoredLength() > most || maxRecordLength < 1)
        {
            throw new IllegalArgumentException("longest record: " + maxRecordLength + ", 1 to " + most);
        }
        if (systemStart == null)
        {
            systemStart = SystemStart.here();
        }
    }
}
