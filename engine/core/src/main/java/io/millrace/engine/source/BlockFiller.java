package io.millrace.engine.source;

import static io.millrace.codecs.BlockDescriptor.FRAME_FOREIGN_FLAG;
import static io.millrace.codecs.BlockDescriptor.FRAME_HEADER_LENGTH;
import static io.millrace.codecs.BlockDescriptor.FRAME_LENGTH_OFFSET;
import static io.millrace.codecs.BlockDescriptor.FRAME_POSITION_OFFSET;
import static io.millrace.codecs.BlockDescriptor.FRAME_RAW_FLAG;
import static io.millrace.codecs.BlockDescriptor.FRAME_RAW_LENGTH_OFFSET;
import static io.millrace.codecs.BlockDescriptor.HEADER_LENGTH;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.kernel.Router;
import io.millrace.engine.kernel.TableKernel;
import io.millrace.engine.live.LatencyCounts;
import io.millrace.engine.plan.TablePlan;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into row frames of a private block: decode, computed columns; then each row goes through
 * {@link Routing}.
 *
 * <p><b>Threading:</b> the source agent's thread. <b>Allocation:</b> none, but for a row larger than a block, which
 * enlarges it. <b>Errors:</b> a record that can't become a row becomes a raw frame that is dead.
 */
final class BlockFiller implements RecordHandler
{
    /** Most raw bytes kept of a dead record. */
    static final int MAX_RAW_LENGTH = 64 * 1024;

    private static final Failure[] PROBLEMS = {
        Failure.NONE, Failure.MALFORMED, Failure.FIELD_TYPE, Failure.FIELD_MISSING, Failure.LIMIT};

    private final TablePlan plan;
    private final @Nullable RowDecoder decoder;
    private final TableKernel kernel;
    private final Routing routing;
    private final SourceCounters counters;
    private final int maxBlockRows;
    private final int maxRowBytes;
    private final boolean hasComputed;
    private Block block;
    private Sidecar sidecar;
    private @Nullable PartitionState partition;
    private long ordinal;
    private long positionHigh;
    private long firstPosition;
    private int used;
    private int rows;
    private long lastPosition;
    /** Rows of the block that is made again from the journal, 0 where blocks are made anew. */
    private int wantedRows;
    /** Whether that block's rows come from the journal, and not from the source, and its high position. */
    private boolean isKept;
    private long keptHigh;
    private boolean isFull;
    /** Where the time of blocks is taken; null where it isn't. */
    private @Nullable LatencyCounts ingest;
    private long openedNs;

    BlockFiller(
        final TablePlan plan, final @Nullable RowDecoder decoder, final Router[] routers, final WindowGrid grid,
        final SourceCounters counters, final int shards, final int maxBlockRows, final int maxRowBytes,
        final Block first)
    {
        this.plan = plan;
        this.decoder = decoder;
        this.counters = counters;
        this.maxBlockRows = maxBlockRows;
        this.maxRowBytes = maxRowBytes;
        kernel = plan.kernel().get();
        hasComputed = plan.decodedColumns() < plan.layout().columns().size();
        block = first;
        sidecar = first.sidecar();
        routing = new Routing(kernel, plan.hasWatermark(), routers, grid, shards);
    }

    /** Has the time of blocks taken; before the first duty cycle. */
    void time(final LatencyCounts counts)
    {
        ingest = counts;
    }

    /** When the block's first row came. */
    long openedNs()
    {
        return openedNs;
    }

    /** Whether the block holds rows. */
    boolean hasRows()
    {
        return rows > 0;
    }

    /** Whether the last refusal was for want of room: the block must be published before more is read. */
    boolean isFull()
    {
        return isFull;
    }

    /** Says whose records come next; the block holds rows of that partition alone. */
    void turnTo(final PartitionState next)
    {
        partition = next;
    }

    boolean isOf(final PartitionState other)
    {
        return partition == other;
    }

    /** Completes the block for publishing. */
    Block seal()
    {
        block.seal(used, rows, positionHigh, firstPosition, lastPosition, routing.minTime(),
            routing.maxTime());
        sidecar.seal();
        return block;
    }

    /** Notes in the partition's state how far its rows have been published. */
    @Nullable PartitionState rememberPlace()
    {
        final PartitionState from = partition;
        if (from != null)
        {
            from.hasRows = true;
            from.lastHigh = positionHigh;
            from.lastLow = lastPosition;
        }
        return from;
    }

    /** Takes the empty block that came in exchange for the published one, whose rows are counted now. */
    void next(final Block empty, final int usualCapacity)
    {
        counters.blocks().add(1);
        counters.bytes().add(used);
        counters.position().set(lastPosition);
        counters.rows().add(rows);
        counters.ringRows().add(rows);
        routing.count(counters.filtered());
        nextAfterControl(empty, usualCapacity);
        rows = 0;
        isFull = false;
    }

    /** Takes the empty block that came in exchange for a control entry. */
    void nextAfterControl(final Block empty, final int usualCapacity)
    {
        block = empty;
        sidecar = empty.sidecar();
        if (block.capacity() > usualCapacity)
        {
            block.resize(usualCapacity, 0);
        }
    }

    /** Goes on with a table's ordinals, or makes the block of that ordinal again. */
    void beginAt(final long nextOrdinal)
    {
        ordinal = nextOrdinal;
    }

    /**
     * Makes a block again that had {@code length} bytes and {@code count} rows: it is full with the last of them.
     *
     * @param isWhole whether its rows were kept, since the source does not give them again.
     * @param high    their high position.
     */
    void beginReplay(
        final long blockOrdinal, final int length, final int count, final boolean isWhole, final long high)
    {
        isKept = isWhole;
        keptHigh = high;
        ordinal = blockOrdinal;
        wantedRows = count;
        if (block.capacity() < length)
        {
            block.resize(length, 0);
        }
    }

    /** Rows that the block made again still lacks. */
    int lackingRows()
    {
        return wantedRows - rows;
    }

    /** From the next block on, blocks are made anew. */
    void endReplay()
    {
        wantedRows = 0;
        isKept = false;
    }

    /** Whether the sealed block's header equals one that was kept. */
    boolean isSealedAs(final long header)
    {
        return Memory.isEqual(header, block.address(), HEADER_LENGTH);
    }

    /** Makes a frame of a kept block again: its raw bytes are worked like the first time. */
    boolean replayFrame(final long frame)
    {
        final int length = Memory.getInt(frame) - FRAME_HEADER_LENGTH;
        final int rawLength = Memory.getInt(frame + FRAME_RAW_LENGTH_OFFSET);
        final long position = Memory.getLong(frame + FRAME_POSITION_OFFSET);
        final long bytes = frame + FRAME_HEADER_LENGTH;
        if ((rawLength & FRAME_RAW_FLAG) != 0)
        {
            if ((rawLength & FRAME_FOREIGN_FLAG) != 0)
            {
                return onMalformed(bytes, length, position);
            }
            final int fullLength = rawLength & ~FRAME_RAW_FLAG;
            return fullLength > length ? onOversized(bytes, length, fullLength, position) :
                decoder == null ? onRow(bytes, length, position) : onRecord(bytes, length, position);
        }
        if (decoder != null)
        {
            return onRecord(bytes + length - rawLength, rawLength, position);
        }
        final PartitionState from = begin(position);
        if (from == null)
        {
            return false;
        }
        if (used + FRAME_HEADER_LENGTH + length > block.capacity())
        {
            block.resize(used + FRAME_HEADER_LENGTH + length, used);
        }
        final long row = block.address() + used + FRAME_HEADER_LENGTH;
        Memory.copy(bytes, row, length);
        return frame(from, row, length, 0, position, 0);
    }

    /** The block, to be used for a control entry; it holds no rows. */
    Block control(final byte kind, final short code, final int partitionIndex)
    {
        block.begin(kind, code, plan.id(), partitionIndex, ordinal++);
        sidecar.seal();
        return block;
    }

    @Override
    public boolean onRecord(final long address, final int length, final long position)
    {
        final PartitionState from = begin(position);
        if (from == null || decoder == null)
        {
            return false;
        }
        final int kept = from.keepsRaw ? length : 0;
        while (true)
        {
            final long row = block.address() + used + FRAME_HEADER_LENGTH;
            final int capacity = block.capacity() - used - FRAME_HEADER_LENGTH - kept;
            int decoded = capacity <= 0 ? RowDecoder.FULL : decoder.decode(address, length, row, capacity);
            if (decoded >= 0)
            {
                decoded = kernel.complete(row, decoded, capacity);
                if (decoded == Kernel.DEAD)
                {
                    return onDead(address, length, length, position, kernel.failure(), kernel.failureSite());
                }
            }
            if (decoded >= 0)
            {
                if (kept > 0)
                {
                    Memory.copy(address, row + decoded, kept);
                }
                if (!frame(from, row, decoded, length, position, kept))
                {
                    return onDead(address, length, length, position, Failure.TIME_NULL.ordinal(), -1);
                }
                for (int i = 0; i < decoder.nulledValues(); i++)
                {
                    counters.nulled()[decoder.nulledColumn(i)].add(1);
                }
                return true;
            }
            if (decoded == RowDecoder.BLANK)
            {
                counters.blanks().add(1);
                return true;
            }
            if (decoded == RowDecoder.MALFORMED)
            {
                return onDead(address, length, length, position, PROBLEMS[decoder.failure().ordinal()].ordinal(),
                    decoder.failureColumn());
            }
            if (!makeRoom(length))
            {
                return !isFull && onDead(address, Math.min(length, MAX_RAW_LENGTH), length, position,
                    Failure.ROW_TOO_LARGE.ordinal(), -1);
            }
        }
    }

    @Override
    public boolean onOversized(final long address, final int length, final long fullLength, final long position)
    {
        return begin(position) != null && onDead(address, Math.min(length, MAX_RAW_LENGTH),
            Math.min(BlockDescriptor.MAX_FULL_LENGTH, fullLength), position, Failure.ROW_TOO_LARGE.ordinal(), -1);
    }

    @Override
    public boolean onMalformed(final long address, final int length, final long position)
    {
        return begin(position) != null && onDead(address, Math.min(length, MAX_RAW_LENGTH),
            FRAME_FOREIGN_FLAG | Math.min(length, MAX_RAW_LENGTH), position, Failure.MALFORMED.ordinal(), -1);
    }

    @Override
    public boolean onRow(final long from, final int length, final long position)
    {
        final PartitionState of = begin(position);
        if (of == null)
        {
            return false;
        }
        while (true)
        {
            final long row = block.address() + used + FRAME_HEADER_LENGTH;
            final int capacity = block.capacity() - used - FRAME_HEADER_LENGTH;
            int complete = Kernel.FULL;
            if (length <= capacity)
            {
                Memory.copy(from, row, length);
                complete = kernel.complete(row, length, capacity);
            }
            if (complete == Kernel.DEAD)
            {
                return onDead(from, length, length, position, kernel.failure(), kernel.failureSite());
            }
            if (complete >= 0)
            {
                // Without computed columns the original is read: the copy's bytes are still on their way to the cache.
                return frame(of, hasComputed ? row : from, complete, 0, position, 0) ||
                    onDead(from, length, length, position, Failure.TIME_NULL.ordinal(), -1);
            }
            if (!makeRoom(length))
            {
                return !isFull && onDead(from, Math.min(length, MAX_RAW_LENGTH), length, position,
                    Failure.ROW_TOO_LARGE.ordinal(), -1);
            }
        }
    }

    /** Prepares the block for one more frame; null where the record must wait. */
    private @Nullable PartitionState begin(final long position)
    {
        final PartitionState from = partition;
        if (from == null || isFull)
        {
            return null;
        }
        final long high = isKept ? keptHigh : from.partition.positionHigh();
        if (rows == 0)
        {
            openedNs = ingest == null ? 0 : ingest.nowNs();
            block.begin(BlockDescriptor.KIND_ROWS, from.keepsRaw ? BlockDescriptor.FLAG_RAW_INLINE : 0, plan.id(),
                from.index, ordinal);
            routing.begin(ordinal++);
            used = HEADER_LENGTH;
            positionHigh = high;
            firstPosition = position;
        }
        else if (rows == (wantedRows > 0 ? wantedRows : maxBlockRows) || high != positionHigh ||
            used > Sidecar.MAX_FRAME_OFFSET)
        {
            isFull = true;
            return null;
        }
        return from;
    }

    /** After a FULL: false where the block must be published first ({@code isFull}) or the row is too large. */
    private boolean makeRoom(final int recordLength)
    {
        if (rows > 0 && wantedRows == 0)
        {
            isFull = true;
            return false;
        }
        final long most = (rows > 0 ? used : HEADER_LENGTH) + FRAME_HEADER_LENGTH + 2L * maxRowBytes;
        if (block.capacity() >= most)
        {
            return false;
        }
        block.resize((int)Math.min(most, Math.max(block.capacity() * 2L, block.capacity() + 2L * recordLength)), used);
        counters.jumbos().add(1);
        return true;
    }

    /**
     * Makes the row behind the last frame a frame and routes it; false where its event time is NULL.
     *
     * @param row where to read it: the row itself, or its equal.
     */
    private boolean frame(
        final PartitionState from, final long row, final int length, final int rawLength, final long position,
        final int kept)
    {
        if (!routing.takeTime(row))
        {
            return false;
        }
        final int offset = used;
        putFrame(offset, FRAME_HEADER_LENGTH + length + kept, rawLength, position);
        routing.route(row, offset, sidecar, from);
        return true;
    }

    private void putFrame(final int offset, final int length, final int rawLength, final long position)
    {
        final long frame = block.address() + offset;
        Memory.putInt(frame + FRAME_LENGTH_OFFSET, length);
        Memory.putInt(frame + FRAME_RAW_LENGTH_OFFSET, rawLength);
        Memory.putLong(frame + FRAME_POSITION_OFFSET, position);
        used = BlockDescriptor.align(offset + length);
        rows++;
        lastPosition = position;
    }

    /** Makes a raw frame that is dead in every statement; false where the block must be published first. */
    private boolean onDead(
        final long address, final int length, final long fullLength, final long position, final int failure,
        final int site)
    {
        final int frameLength = FRAME_HEADER_LENGTH + length;
        if (used + frameLength > block.capacity())
        {
            if (rows > 0 && wantedRows == 0)
            {
                isFull = true;
                return false;
            }
            block.resize(used + frameLength + BlockDescriptor.FRAME_ALIGNMENT, used);
            counters.jumbos().add(1);
        }
        final int offset = used;
        Memory.copy(address, block.address() + offset + FRAME_HEADER_LENGTH, length);
        putFrame(offset, frameLength, (int)fullLength | FRAME_RAW_FLAG, position);
        sidecar.addDead(offset, Sidecar.ALL_PIPELINES, failure, site);
        return true;
    }

    void close()
    {
        kernel.close();
        routing.close();
        if (decoder != null)
        {
            decoder.close();
        }
        block.close();
    }
}
