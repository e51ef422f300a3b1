package io.millrace.engine.source;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.codecs.RowDecoder;
import io.millrace.engine.connector.Source;
import io.millrace.engine.kernel.Router;
import io.millrace.engine.live.LatencyCounts;
import io.millrace.engine.plan.AggregatePlan.TumblingWindow;
import io.millrace.engine.plan.TablePlan;
import io.millrace.engine.ring.BlockRing;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * Reads one table: fills a private block from its partitions and publishes it when it is full, or when the input is
 * momentarily idle. Idle partitions, ends and ticks enter the ring as entries of their own, so that what follows the
 * ring depends on the ring alone.
 *
 * <p><b>Threading:</b> one thread; {@link #isDone()}, {@link #stop()} and the counters are for all. <b>Limits:</b> at
 * most one block of rows is published in a duty cycle.
 */
public final class SourceAgent implements Agent
{
    private final TablePlan plan;
    private final Source source;
    private final BlockRing ring;
    private final WindowGrid grid;
    private final BlockFiller filler;
    private final PartitionState[] partitions;
    private final SourceCounters counters;
    private final LongSupplier nanoClock;
    private final long idleTimeoutNs;
    private final int pollLimit;
    private final IntUnaryOperator chooser;
    private final LongSupplier pendingWindows;
    private final LongSupplier wantedCheckpoint;
    /** Written by {@link #stop()}, read by the duty cycle. */
    private volatile boolean isStopping;
    /** Written by the duty cycle after its last rows were published. */
    private volatile boolean isDone;
    private boolean isClosed;
    private int cycles;
    /** Whether entries are made again from the journal; written when that is over. */
    private volatile boolean isReplaying;
    /** Whether a journaled block is half made. */
    private boolean isInEntry;
    private int replayedFrames;
    private long replayedFrame;
    private long publishedCheckpoint;
    /** Where the time of blocks is taken; null where it isn't. */
    private @Nullable LatencyCounts ingest;
    /** Null where nobody wants to be told. */
    private final @Nullable Acknowledgements acknowledgements;
    private final long[] place = new long[1];

    /** What a source agent is wired to. */
    public record Wiring(
        BlockRing ring, int shards, int maxBlockRows, int maxRowBytes, long idleTimeoutNs, LongSupplier nanoClock,
        IntUnaryOperator chooser, LongSupplier pendingWindows, LongSupplier wantedCheckpoint,
        LongSupplier committedSequence)
    {
        /** For the sources beside the one that publishes checkpoints. */
        public Wiring withoutCheckpoints()
        {
            return new Wiring(ring, shards, maxBlockRows, maxRowBytes, idleTimeoutNs, nanoClock, chooser,
                pendingWindows, () -> 0, committedSequence);
        }
    }

    /**
     * @param decoder of the table's format, null where the source delivers rows.
     * @param windows of every aggregation that reads the table.
     * @param wiring  {@code chooser} picks one of n equally good partitions; {@code pendingWindows} is how many
     *                closed windows the shards have yet to drain; {@code wantedCheckpoint} is the id of the
     *                checkpoint whose entry this agent is to publish, 0 where another does or none is wanted;
     *                {@code committedSequence} is the last place of the ring that the journal has committed.
     */
    public SourceAgent(
        final TablePlan plan, final Source source, final @Nullable RowDecoder decoder, final Router[] routers,
        final List<TumblingWindow> windows, final SourceCounters counters, final Block first, final Wiring wiring)
    {
        this.plan = plan;
        this.source = source;
        this.counters = counters;
        ring = wiring.ring();
        nanoClock = wiring.nanoClock();
        idleTimeoutNs = wiring.idleTimeoutNs();
        pollLimit = wiring.maxBlockRows();
        chooser = wiring.chooser();
        pendingWindows = wiring.pendingWindows();
        wantedCheckpoint = wiring.wantedCheckpoint();
        acknowledgements =
            source.wantsAcknowledgement() ? new Acknowledgements(wiring.committedSequence()) : null;
        grid = WindowGrid.of(windows);
        filler = new BlockFiller(plan, decoder, routers, grid, counters, wiring.shards(),
            wiring.maxBlockRows(), wiring.maxRowBytes(), first);
        final List<? extends Source.Partition> sourcePartitions = source.partitions();
        partitions = new PartitionState[sourcePartitions.size()];
        for (int i = 0; i < partitions.length; i++)
        {
            partitions[i] = new PartitionState(sourcePartitions.get(i), i);
        }
    }

    @Override
    public String roleName()
    {
        return "source-" + plan.name();
    }

    @Override
    public int doWork()
    {
        int work = source.work();
        if (acknowledgements != null)
        {
            work += acknowledgements.work();
        }
        return isReplaying ? work : work + workOn();
    }

    private int workOn()
    {
        if (wantedCheckpoint.getAsLong() > publishedCheckpoint)
        {
            return publishCheckpoint();
        }
        if (isDone)
        {
            return tick();
        }
        if (filler.isFull() && !publishRows())
        {
            return 0;
        }
        if (isStopping)
        {
            return finish();
        }
        if (partitions.length > 1 && hasNews())
        {
            return filler.hasRows() ? (publishRows() ? 1 : 0) : sayIdleAndEnd();
        }
        int read = 0;
        final int count = partitions.length;
        final int first = chooseFirst();
        for (int i = 0; i < count && read == 0 && !filler.isFull(); i++)
        {
            read = read(partitions[(first + i) % count]);
        }
        if (filler.isFull())
        {
            return read + (publishRows() ? 1 : 0);
        }
        if (read > 0)
        {
            return read;
        }
        if (filler.hasRows())
        {
            return publishRows() ? 1 : 0;
        }
        final int said = sayIdleAndEnd();
        if (said == 0 && areAllEnded())
        {
            isDone = true;
            return 1;
        }
        return said > 0 ? said : tick();
    }

    /**
     * The partition that is furthest behind in event time, so that open windows stay few; ties are the chooser's. Now
     * and then an idle one, which may have woken up.
     */
    private int chooseFirst()
    {
        if (partitions.length == 1)
        {
            return 0;
        }
        if ((++cycles & 15) == 0 && partitions[(cycles >>> 4 & 0xFFFF) % partitions.length].isIdle)
        {
            return (cycles >>> 4 & 0xFFFF) % partitions.length;
        }
        long least = Long.MAX_VALUE;
        for (final PartitionState state : partitions)
        {
            if (!state.isEnded && !state.isIdle && state.nextStep < least)
            {
                least = state.nextStep;
            }
        }
        int ties = 0;
        for (final PartitionState state : partitions)
        {
            ties += isBehind(state, least) ? 1 : 0;
        }
        int chosen = ties > 1 ? chooser.applyAsInt(ties) : 0;
        for (int i = 0; i < partitions.length; i++)
        {
            if (isBehind(partitions[i], least) && chosen-- == 0)
            {
                return i;
            }
        }
        return 0;
    }

    private static boolean isBehind(final PartitionState state, final long least)
    {
        return !state.isEnded && !state.isIdle && state.nextStep == least;
    }

    private int read(final PartitionState state)
    {
        if (state.isEnded)
        {
            return 0;
        }
        if (!filler.isOf(state))
        {
            if (filler.hasRows() && !publishRows())
            {
                return 0;
            }
            filler.turnTo(state);
        }
        final int read = state.partition.poll(filler, pollLimit);
        if (read > 0)
        {
            state.quietSinceNs = PartitionState.NOT_QUIET;
            state.isIdle = false;
            showWatermark();
        }
        else if (!filler.isFull() && state.quietSinceNs == PartitionState.NOT_QUIET)
        {
            state.quietSinceNs = nanoClock.getAsLong();
        }
        return read;
    }

    private boolean publishRows()
    {
        if (acknowledgements != null && acknowledgements.isFull())
        {
            return false;
        }
        final LatencyCounts timed = ingest;
        final long nowNs = timed == null ? 0 : timed.nowNs();
        final Block empty = ring.tryPublish(filler.seal(), nowNs, place);
        if (empty == null)
        {
            counters.refused().add(1);
            return false;
        }
        if (timed != null)
        {
            timed.record(nowNs - filler.openedNs());
        }
        final PartitionState from = filler.rememberPlace();
        if (acknowledgements != null && from != null)
        {
            acknowledgements.add(place[0], from);
        }
        filler.next(empty, ring.blockCapacity());
        return true;
    }

    /** Has the time of blocks taken; before the first duty cycle. */
    public void time(final LatencyCounts counts)
    {
        ingest = counts;
        filler.time(counts);
    }

    private long nowNs()
    {
        return ingest == null ? 0 : ingest.nowNs();
    }

    private boolean publishControl(final byte kind, final short code, final int partition)
    {
        final Block empty = ring.tryPublish(filler.control(kind, code, partition), nowNs(), null);
        if (empty == null)
        {
            return false;
        }
        filler.nextAfterControl(empty, ring.blockCapacity());
        return true;
    }

    private int publishCheckpoint()
    {
        if (filler.hasRows() && !publishRows())
        {
            return 0;
        }
        final long id = wantedCheckpoint.getAsLong();
        final Block block = filler.control(BlockDescriptor.KIND_CONTROL, BlockDescriptor.CONTROL_CHECKPOINT, 0);
        block.putCheckpoint(id);
        final Block empty = ring.tryPublish(block, nowNs(), null);
        if (empty == null)
        {
            return 0;
        }
        filler.nextAfterControl(empty, ring.blockCapacity());
        publishedCheckpoint = id;
        return 1;
    }

    /**
     * Takes up where an earlier run was. Called before the first duty cycle, in the thread that builds the job; until
     * {@link #goLive()} the agent does nothing but what {@link #replay} asks for.
     */
    public void restore(final SourceProgress progress)
    {
        isReplaying = true;
        filler.beginAt(progress.nextOrdinal());
        counters.restore(progress);
        for (final PartitionState state : partitions)
        {
            if (state.index >= progress.partitions())
            {
                continue;
            }
            state.restore(progress, grid);
            if (progress.hasRows[state.index] && !progress.isEnded[state.index] && state.partition.isRereadable())
            {
                state.partition.resumeAfter(progress.high[state.index], progress.low[state.index]);
            }
        }
    }

    /**
     * Makes a journaled entry again and publishes it. In the replay agent's thread.
     *
     * @param block   its header, and its frames where {@code isWhole}.
     * @return false where it must be offered again, unchanged.
     * @throws ConnectorException where the source no longer holds what it held.
     */
    public boolean replay(final long block, final boolean isWhole)
    {
        final byte kind = Memory.getByte(block + BlockDescriptor.KIND_OFFSET);
        final int partition = Memory.getShort(block + BlockDescriptor.PARTITION_OFFSET);
        final long ordinal = Memory.getLong(block + BlockDescriptor.ORDINAL_OFFSET);
        if (kind == BlockDescriptor.KIND_ROWS)
        {
            return replayRows(partitions[partition], block, isWhole);
        }
        final short code = Memory.getShort(block + BlockDescriptor.FLAGS_OFFSET);
        final boolean isCheckpoint = kind == BlockDescriptor.KIND_CONTROL && code == BlockDescriptor.CONTROL_CHECKPOINT;
        filler.beginAt(ordinal);
        // A checkpoint is not taken again; to all that is derived from the ring its entry is a tick.
        if (!publishControl(isCheckpoint ? BlockDescriptor.KIND_TICK : kind, isCheckpoint ? 0 : code, partition))
        {
            return false;
        }
        if (kind == BlockDescriptor.KIND_CONTROL && !isCheckpoint)
        {
            final PartitionState state = partitions[partition];
            state.isIdle |= code == BlockDescriptor.CONTROL_IDLE;
            if (code == BlockDescriptor.CONTROL_END)
            {
                state.isEnded = true;
                state.watermark = Long.MAX_VALUE;
            }
        }
        return true;
    }

    private boolean replayRows(final PartitionState state, final long block, final boolean isWhole)
    {
        if (!isInEntry)
        {
            isInEntry = true;
            filler.beginReplay(Memory.getLong(block + BlockDescriptor.ORDINAL_OFFSET),
                Memory.getInt(block + BlockDescriptor.LENGTH_OFFSET),
                Memory.getInt(block + BlockDescriptor.COUNT_OFFSET), isWhole,
                Memory.getLong(block + BlockDescriptor.POSITION_HIGH_OFFSET));
            filler.turnTo(state);
            replayedFrames = 0;
            replayedFrame = BlockDescriptor.HEADER_LENGTH;
        }
        if (filler.lackingRows() > 0 && !(isWhole ? refill(block) : readOn(state, block)))
        {
            return false;
        }
        filler.seal();
        if (!filler.isSealedAs(block))
        {
            throw changed(state, block);
        }
        if (!publishRows())
        {
            return false;
        }
        filler.endReplay();
        isInEntry = false;
        state.isIdle = false;
        showWatermark();
        return true;
    }

    private boolean readOn(final PartitionState state, final long block)
    {
        state.partition.poll(filler, filler.lackingRows());
        if (filler.lackingRows() > 0 && state.partition.isEnded())
        {
            throw changed(state, block);
        }
        return filler.lackingRows() == 0;
    }

    private boolean refill(final long block)
    {
        final int count = Memory.getInt(block + BlockDescriptor.COUNT_OFFSET);
        for (; replayedFrames < count; replayedFrames++)
        {
            final long frame = block + replayedFrame;
            if (!filler.replayFrame(frame))
            {
                throw new IllegalStateException("frame " + replayedFrames + " of a kept block does not fit again");
            }
            replayedFrame = BlockDescriptor.align((int)replayedFrame + Memory.getInt(frame));
        }
        return filler.lackingRows() == 0;
    }

    private ConnectorException changed(final PartitionState state, final long block)
    {
        return new ConnectorException(ConnectorException.Kind.ENVIRONMENT, "table " + plan.name() +
            ": the input has changed since it was read: the " + Memory.getInt(block + BlockDescriptor.COUNT_OFFSET) +
            " rows from " + state.partition.describe(Memory.getLong(block + BlockDescriptor.POSITION_HIGH_OFFSET),
            Memory.getLong(block + BlockDescriptor.POSITION_LOW_OFFSET)) +
            " on are not what they were; bring the old input back, or begin again with an empty state folder");
    }

    /** The journal has been made again: from now on the source is read. In the replay agent's thread. */
    public void goLive()
    {
        for (final PartitionState state : partitions)
        {
            if (state.hasRows && !state.isEnded && !state.partition.isRereadable())
            {
                state.partition.resumeAfter(state.lastHigh, state.lastLow);
            }
        }
        isReplaying = false;
    }

    private int sayIdleAndEnd()
    {
        int said = 0;
        final long nowNs = nanoClock.getAsLong();
        for (final PartitionState state : partitions)
        {
            if (!state.isEnded && state.partition.isEnded())
            {
                if (!publishControl(BlockDescriptor.KIND_CONTROL, BlockDescriptor.CONTROL_END, state.index))
                {
                    return said;
                }
                state.isEnded = true;
                state.watermark = Long.MAX_VALUE;
                said++;
            }
            else if (isQuiet(state, nowNs))
            {
                if (!publishControl(BlockDescriptor.KIND_CONTROL, BlockDescriptor.CONTROL_IDLE, state.index))
                {
                    return said;
                }
                state.isIdle = true;
                said++;
            }
        }
        return said;
    }

    /** Whether a partition has ended or gone quiet unsaid: others may be busy for ever, and must not hide it. */
    private boolean hasNews()
    {
        final long nowNs = nanoClock.getAsLong();
        for (final PartitionState state : partitions)
        {
            if (!state.isEnded && state.partition.isEnded() || isQuiet(state, nowNs))
            {
                return true;
            }
        }
        return false;
    }

    private boolean isQuiet(final PartitionState state, final long nowNs)
    {
        return !state.isEnded && !state.isIdle && (state.partition.isAbsent() || idleTimeoutNs > 0 &&
            state.quietSinceNs != PartitionState.NOT_QUIET && nowNs - state.quietSinceNs >= idleTimeoutNs);
    }

    private boolean areAllEnded()
    {
        for (final PartitionState state : partitions)
        {
            if (!state.isEnded)
            {
                return false;
            }
        }
        return true;
    }

    private int finish()
    {
        if (filler.hasRows() && !publishRows())
        {
            return 0;
        }
        isDone = true;
        return 1;
    }

    /** While closed windows wait to be drained and the input is quiet, ticks keep the shards going. */
    private int tick()
    {
        if (pendingWindows.getAsLong() > 0 && ring.isDrained() && !filler.hasRows() &&
            publishControl(BlockDescriptor.KIND_TICK, (short)0, 0))
        {
            counters.ticks().add(1);
            return 1;
        }
        return 0;
    }

    private void showWatermark()
    {
        long least = Long.MAX_VALUE;
        for (final PartitionState state : partitions)
        {
            if (!state.isIdle && state.watermark < least)
            {
                least = state.watermark;
            }
        }
        if (least > 0 && least != Long.MAX_VALUE)
        {
            counters.watermark().set(least);
        }
    }

    /** Asks the source to read no more: what it has read is published, windows stay open. */
    public void stop()
    {
        isStopping = true;
    }

    /** Whether everything that will be read has been published. Ticks may still follow. */
    public boolean isDone()
    {
        return isDone;
    }

    public SourceCounters counters()
    {
        return counters;
    }

    public Source source()
    {
        return source;
    }

    public TablePlan plan()
    {
        return plan;
    }

    @Override
    public void onClose()
    {
        if (!isClosed)
        {
            isClosed = true;
            filler.close();
        }
    }
}
