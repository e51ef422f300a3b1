package io.millrace.engine.source;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.codecs.RowDecoder;
import io.millrace.engine.connector.Source;
import io.millrace.engine.kernel.Router;
import io.millrace.engine.live.LatencyCounts;
import io.millrace.engine.plan.AggregatePlan.TumblingWindow;
import io.millrace.engine.plan.TablePlan;
import io.millrace.engine.ring.BlockRing;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
    private final BlockFiller filler;
    private final BlockPublisher publisher;
    private final SourceReplay replay;
    private final Partitions partitions;
    private final SourceCounters counters;
    private final LongSupplier nanoClock;
    private final int pollLimit;
    private final LongSupplier pendingWindows;
    private final LongSupplier wantedCheckpoint;
    private final BooleanSupplier isHeldUp;
    /** Written by {@link #stop()}, read by the duty cycle. */
    private volatile boolean isStopping;
    /** Written by the duty cycle after its last rows were published. */
    private volatile boolean isDone;
    private boolean isClosed;
    /** Whether entries are made again from the journal. */
    private boolean isReplaying;
    /** Written when they have been. */
    private volatile boolean isReplayed;
    private long publishedCheckpoint;
    /** Null where nobody wants to be told. */
    private final @Nullable Acknowledgements acknowledgements;

    /** What a source agent is wired to. */
    public record Wiring(
        BlockRing ring, int shards, int maxBlockRows, int maxRowBytes, long idleTimeoutNs, LongSupplier nanoClock,
        IntUnaryOperator chooser, LongSupplier pendingWindows, LongSupplier wantedCheckpoint,
        LongSupplier committedSequence, BooleanSupplier isHeldUp)
    {
        /** For the sources beside the one that publishes checkpoints. */
        public Wiring withoutCheckpoints()
        {
            return new Wiring(ring, shards, maxBlockRows, maxRowBytes, idleTimeoutNs, nanoClock, chooser,
                pendingWindows, () -> 0, committedSequence, isHeldUp);
        }
    }

    /**
     * @param decoder of the table's format, null where the source delivers rows.
     * @param windows of every aggregation that reads the table.
     * @param wiring  {@code chooser} picks one of n equally good partitions; {@code pendingWindows} is how many
     *                closed windows the shards have yet to drain; {@code wantedCheckpoint} is the id of the
     *                checkpoint whose entry this agent is to publish, 0 where another does or none is wanted;
     *                {@code committedSequence} is the last place of the ring that the journal has committed;
     *                {@code isHeldUp} is whether nothing but checkpoints' entries is to be published for now.
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
        pollLimit = wiring.maxBlockRows();
        pendingWindows = wiring.pendingWindows();
        wantedCheckpoint = wiring.wantedCheckpoint();
        isHeldUp = wiring.isHeldUp();
        acknowledgements =
            source.wantsAcknowledgement() ? new Acknowledgements(wiring.committedSequence()) : null;
        final WindowGrid grid = WindowGrid.of(windows);
        filler = new BlockFiller(plan, decoder, routers, grid, counters, wiring.shards(),
            wiring.maxBlockRows(), wiring.maxRowBytes(), first);
        partitions = new Partitions(source.partitions(), nanoClock, wiring.idleTimeoutNs(), wiring.chooser());
        publisher = new BlockPublisher(ring, filler, counters, acknowledgements);
        replay = new SourceReplay(plan.name(), filler, publisher, partitions.states(), grid, counters);
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
        if (!isReplaying)
        {
            return work + workOn();
        }
        if (isReplayed)
        {
            isReplaying = false;
            replay.goLive();
            return work + 1;
        }
        return work;
    }

    private int workOn()
    {
        if (wantedCheckpoint.getAsLong() > publishedCheckpoint)
        {
            return publishCheckpoint();
        }
        if (isHeldUp.getAsBoolean())
        {
            return 0;
        }
        if (isDone)
        {
            return tick();
        }
        if (filler.isFull() && !publisher.rows())
        {
            return 0;
        }
        if (isStopping)
        {
            return finish();
        }
        if (partitions.count() > 1 && partitions.hasNews())
        {
            return filler.hasRows() ? (publisher.rows() ? 1 : 0) : sayIdleAndEnd();
        }
        int read = 0;
        final int count = partitions.count();
        final int first = partitions.chooseFirst();
        for (int i = 0; i < count && read == 0 && !filler.isFull(); i++)
        {
            read = read(partitions.get((first + i) % count));
        }
        if (filler.isFull())
        {
            return read + (publisher.rows() ? 1 : 0);
        }
        if (read > 0)
        {
            return read;
        }
        if (filler.hasRows())
        {
            return publisher.rows() ? 1 : 0;
        }
        final int said = sayIdleAndEnd();
        if (said == 0 && partitions.areAllEnded())
        {
            isDone = true;
            return 1;
        }
        return said > 0 ? said : tick();
    }

    private int read(final PartitionState state)
    {
        if (state.isEnded)
        {
            return 0;
        }
        if (!filler.isOf(state))
        {
            if (filler.hasRows() && !publisher.rows())
            {
                return 0;
            }
            filler.turnTo(state);
        }
        final int read = state.partition.poll(filler, pollLimit);
        if (read > 0)
        {
            Partitions.woke(state);
            PartitionState.showWatermark(partitions.states(), counters);
        }
        else if (!filler.isFull())
        {
            partitions.gaveNothing(state);
        }
        return read;
    }

    /** Has failures that the source lives through told. Before the first duty cycle. */
    public void tell(final Consumer<String> errors)
    {
        source.tell(errors);
    }

    /** Has the time of blocks taken; before the first duty cycle. */
    public void time(final LatencyCounts counts)
    {
        publisher.time(counts);
        filler.time(counts);
    }

    private int publishCheckpoint()
    {
        if (filler.hasRows() && !publisher.rows())
        {
            return 0;
        }
        final long id = wantedCheckpoint.getAsLong();
        if (!publisher.checkpoint(id))
        {
            return 0;
        }
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
        replay.restore(progress);
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
        return replay.entry(block, isWhole);
    }

    /** The journal has been made again: the next duty cycle reads the source. In the replay agent's thread. */
    public void goLive()
    {
        isReplayed = true;
    }

    private int sayIdleAndEnd()
    {
        int said = 0;
        final long nowNs = nanoClock.getAsLong();
        for (final PartitionState state : partitions.states())
        {
            if (Partitions.hasEnded(state))
            {
                if (!publisher.control(BlockDescriptor.KIND_CONTROL, BlockDescriptor.CONTROL_END, state.index))
                {
                    return said;
                }
                state.isEnded = true;
                state.watermark = Long.MAX_VALUE;
                said++;
            }
            else if (partitions.isQuiet(state, nowNs))
            {
                if (!publisher.control(BlockDescriptor.KIND_CONTROL, BlockDescriptor.CONTROL_IDLE, state.index))
                {
                    return said;
                }
                state.isIdle = true;
                said++;
            }
        }
        return said;
    }

    private int finish()
    {
        if (filler.hasRows() && !publisher.rows())
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
            publisher.control(BlockDescriptor.KIND_TICK, (short)0, 0))
        {
            counters.ticks().add(1);
            return 1;
        }
        return 0;
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
