package io.millrace.engine.shard;

import io.millrace.codecs.Block;
import io.millrace.codecs.Memory;
import io.millrace.engine.live.LatencyCounts;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.snapshot.SnapshotReader;
import io.millrace.engine.state.StateMemory;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * One shard: sees every ring entry in order, works the rows that are its own, closes windows and drains them within
 * the entry's budget. Where the output takes no more it stops in the middle of the entry and goes on there in its next
 * duty cycle; what an entry does never depends on when that is.
 *
 * <p><b>Threading:</b> one thread; {@link #settledSequence()} and the counters are for all. <b>Limits:</b> an entry
 * drains at most {@link #SLOTS_PER_ROW} slots for each of its rows and {@link #SLOTS_PER_ENTRY} more, of each
 * aggregation. A table has at most 8 slots for each entry, so that a window is drained before as many rows have passed
 * as it held; while more than one window waits the budget doubles for each.
 */
public final class ShardAgent implements Agent
{
    /** Slots of closed windows drained for each row of an entry. */
    public static final int SLOTS_PER_ROW = 8;
    /** Slots drained for each entry, whatever it holds. */
    public static final int SLOTS_PER_ENTRY = 256;

    /** Entries after which keys are counted anew. */
    private static final int KEYS_INTERVAL = 64;
    /** Below the sequence of an empty ring: a shard that goes on from a checkpoint may have windows to drain. */
    private static final long NEVER = -2;

    private final int shard;
    private final BlockRing.Cursor cursor;
    private final Operators operators;
    private final RecordWriter results;
    private final RecordWriter exchange;
    private final ShardCounters counters;
    private final StateMemory memory;
    private final @Nullable Snapshot snapshot;
    private final ShardState state;
    private final boolean hasExchange;
    private long firstEntry;
    private boolean isWorking;
    /** Whether the merge agent has been told of the cut that is being made. */
    private boolean isCutTold;
    /** Written when everything up to a sequence has left this shard; read by what waits for the end. */
    private volatile long settledSequence = NEVER;
    /** Where keys were last counted while nothing followed. */
    private long countedSequence = NEVER;
    private boolean isClosed;
    /** Where the time of entries is taken; null where it isn't. */
    private @Nullable LatencyCounts ringWait;
    private @Nullable LatencyCounts operator;
    private long beganNs;

    /**
     * @param partitions partitions of each table.
     * @param log        this shard's output log.
     * @param exchangeLog to the merge agent.
     * @param snapshotLog to the checkpoint agent, or null where there is none: checkpoints are passed over.
     */
    public ShardAgent(
        final int shard, final int shards, final JobPlan plan, final int[] partitions, final BlockRing.Cursor cursor,
        final Log log, final Log exchangeLog, final @Nullable Log snapshotLog, final StateMemory memory,
        final ShardCounters counters)
    {
        this.shard = shard;
        this.cursor = cursor;
        this.counters = counters;
        this.memory = memory;
        results = new RecordWriter(log, shard, 64 * 1024);
        exchange = new RecordWriter(exchangeLog, shard, 4 * 1024);
        snapshot = snapshotLog == null ? null : new Snapshot(snapshotLog, shard);
        operators = new Operators(shard, shards, plan, partitions, results, exchange, snapshot, memory, counters);
        hasExchange = plan.aggregates().stream()
            .anyMatch(aggregate -> aggregate.grouping() != AggregatePlan.Grouping.KEYED);
        state = operators.state(roleName(), results);
    }

    /**
     * Says where the ring begins. Called before the first duty cycle.
     *
     * @param newFirstEntry number of the ring's first entry.
     */
    public void resume(final long newFirstEntry)
    {
        firstEntry = newFirstEntry;
    }

    /** Lets the numbers of the shard's records begin at {@code number}. Called before the first duty cycle. */
    public void resumeNumbers(final long number)
    {
        results.resume(number);
    }

    /** Number of the record that it makes next. Called before the first duty cycle. */
    public long nextNumber()
    {
        return results.nextNumber();
    }

    /**
     * What takes the batches of a snapshot of such a shard, before the first duty cycle; the shard then goes on as the
     * one that wrote them. To be closed when all have been read.
     */
    public SnapshotReader restorer()
    {
        return new SnapshotReader(roleName(), state);
    }

    ShardState state()
    {
        return state;
    }

    /** Has snapshots take no more than {@code bytes} in a duty cycle, about; for tests. */
    public void limitSnapshot(final long bytes)
    {
        if (snapshot != null)
        {
            snapshot.limit(bytes);
        }
    }

    /**
     * Has an entry drain no more than {@code perRow} slots for each of its rows and {@code perEntry} more; for tests.
     * The same in every run that goes on with a state folder, since results are numbered in the order they are made.
     */
    public void limitDrain(final int perRow, final int perEntry)
    {
        operators.limitDrain(perRow, perEntry);
    }

    @Override
    public String roleName()
    {
        return "shard-" + shard;
    }

    @Override
    public int doWork()
    {
        final int work = goOn();
        if (snapshot == null || !snapshot.isActive())
        {
            return work;
        }
        final int written = snapshot.work();
        counters.maxSnapshotBytes().set(snapshot.maxStaged());
        return work + written;
    }

    private int goOn()
    {
        if (!isWorking)
        {
            if (!cursor.hasNext())
            {
                countWhileQuiet();
                return settle();
            }
            begin();
        }
        if (!work(cursor.block(), entryNumber()))
        {
            counters.refused().add(1);
            return 0;
        }
        isWorking = false;
        final LatencyCounts timed = operator;
        if (timed != null)
        {
            timed.record(timed.nowNs() - beganNs);
        }
        counters.stateBytes().set(memory.usedBytes());
        if ((cursor.next() & KEYS_INTERVAL - 1) == 0)
        {
            operators.countKeys();
        }
        cursor.release();
        // Where nothing follows, what was made goes on at once.
        return cursor.hasNext() ? 1 : 1 + settle();
    }

    /** Once behind each entry: not on the way of what it made. */
    private void countWhileQuiet()
    {
        if (countedSequence != cursor.next())
        {
            countedSequence = cursor.next();
            operators.countKeys();
        }
    }

    /** Has the time of entries taken; before the first duty cycle. */
    public void time(final LatencyCounts waiting, final LatencyCounts working)
    {
        ringWait = waiting;
        operator = working;
    }

    private void begin()
    {
        isWorking = true;
        final LatencyCounts timed = ringWait;
        if (timed != null)
        {
            beganNs = timed.nowNs();
            timed.record(beganNs - cursor.publishedNs());
        }
        results.turnTo(entryNumber());
        exchange.turnTo(entryNumber());
        operators.begin();
        isCutTold = false;
    }

    /** Goes on with the entry: whether it is finished. */
    private boolean work(final Block block, final long number)
    {
        return operators.work(block, number) && (snapshot == null || !block.isCheckpoint() ||
            cut(snapshot, block.positionLow(), number));
    }

    /** Number of the entry at the cursor. */
    private long entryNumber()
    {
        return firstEntry + cursor.next();
    }

    /** Nothing to read: hands on what was gathered, and says so. */
    private int settle()
    {
        if (settledSequence == cursor.next() - 1 && results.isEmpty() && exchange.isEmpty())
        {
            return 0;
        }
        final boolean isFlushed = results.flush() & exchange.flush();
        if (isFlushed && operators.pendingWindows() == 0 && (snapshot == null || !snapshot.isActive()))
        {
            settledSequence = cursor.next() - 1;
        }
        return isFlushed && settledSequence == cursor.next() - 1 ? 1 : 0;
    }

    /** Tells the merge agent of the cut, then begins a snapshot: whether that is done. */
    private boolean cut(final Snapshot ofShard, final long checkpoint, final long number)
    {
        if (ofShard.isActive())
        {
            return false;
        }
        if (hasExchange)
        {
            if (!isCutTold && !exchange.hasRoom(16))
            {
                return false;
            }
            if (!isCutTold)
            {
                Memory.putLong(exchange.payload(), checkpoint);
                Memory.putLong(exchange.payload() + 8, number);
                exchange.commit(PartialWriter.CHECKPOINT, 0, 16);
                isCutTold = true;
            }
            if (!exchange.flush())
            {
                return false;
            }
        }
        state.begin(ofShard, checkpoint, number);
        return true;
    }

    /** The last sequence all of whose results have left this shard, with no window waiting to be drained. */
    public long settledSequence()
    {
        return settledSequence;
    }

    public ShardCounters counters()
    {
        return counters;
    }

    @Override
    public void onClose()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        operators.close();
        if (snapshot != null)
        {
            snapshot.close();
        }
        results.close();
        exchange.close();
        memory.close();
    }
}
