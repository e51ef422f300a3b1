package io.millrace.engine.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.Counter;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.plan.AggregatePlan.Grouping;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.ring.BlockRing;
import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.snapshot.SnapshotReader;
import io.millrace.engine.state.StateMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Shards and a merge agent behind a ring that is fed from a script, in one thread, in an order that a seed gives. */
final class ShardHarness implements AutoCloseable
{
    private static final int BLOCK = 64 * 1024;
    private static final int MOST_ROWS = 256;

    final List<ShardAgent> shards = new ArrayList<>();
    final MergeAgent merge;
    /** By writer: its records from the first one on, kind, id and payload each. */
    final List<List<String>> records = new ArrayList<>();
    final long[] nextNumbers;
    /** By checkpoint and agent, the merge agent last: batches. */
    final Map<Long, List<List<byte[]>>> snapshots = new HashMap<>();
    private final List<StateMemory> memories = new ArrayList<>();
    private final Shape shape;
    private final JobPlan plan;
    private final BlockRing ring;
    private final List<MemoryLog> outputs = new ArrayList<>();
    private final List<MemoryLog> exchanges = new ArrayList<>();
    private final List<MemoryLog> snapshotLogs = new ArrayList<>();
    private final List<Log.Reader> outputReaders = new ArrayList<>();
    private final List<Log.Reader> snapshotReaders = new ArrayList<>();
    private final long[] checkpointOf;
    private Block spare;
    /** Whether the snapshots' logs are read only where nothing else goes on. */
    boolean isLastRead;
    private boolean isHeldUp;
    /** How often nothing went on because of that. */
    int heldUp;

    /** What a rig is made of. */
    record Shape(
        int shards, List<Grouping> groupings, long windowMs, int outputBytes, int snapshotBytes, long budget)
    {
    }

    /** A ring entry: rows where there are any, else the control code, 0 for a tick, with its checkpoint's id. */
    record Entry(int partition, List<Event> events, short control, long checkpoint)
    {
    }

    record Event(long ts, long amount, byte[] page, byte[] key)
    {
    }

    ShardHarness(final RichJob job, final Shape shape, final boolean hasSnapshots)
    {
        this.shape = shape;
        plan = job.plan(shape.groupings(), shape.windowMs());
        final int pipelines = plan.pipelines().size();
        ring = new BlockRing(4, BLOCK, MOST_ROWS, pipelines, shape.shards(), true, (sequence, block) ->
        {
        });
        spare = new Block(BLOCK, new Sidecar(MOST_ROWS, pipelines, shape.shards()));
        final int merged = MergeAgent.merged(plan).size();
        for (int i = 0; i < shape.shards() + merged; i++)
        {
            outputs.add(new MemoryLog(shape.outputBytes()));
            outputReaders.add(outputs.get(i).newReader(0));
            records.add(new ArrayList<>());
        }
        nextNumbers = new long[outputs.size()];
        for (int i = 0; i <= shape.shards() && hasSnapshots; i++)
        {
            snapshotLogs.add(new MemoryLog(shape.snapshotBytes()));
            snapshotReaders.add(snapshotLogs.get(i).newReader(0));
        }
        checkpointOf = new long[shape.shards() + 1];
        for (int i = 0; i < shape.shards(); i++)
        {
            exchanges.add(new MemoryLog(1 << 14));
            shards.add(new ShardAgent(i, shape.shards(), plan, new int[]{2}, ring.newCursor(), outputs.get(i),
                exchanges.get(i), hasSnapshots ? snapshotLogs.get(i) : null, memory(), counters()));
        }
        merge = merged == 0 ? null : new MergeAgent(plan, exchanges.toArray(new Log[0]),
            outputs.subList(shape.shards(), outputs.size()), hasSnapshots ? snapshotLogs.get(shape.shards()) : null,
            memory(), counters());
        if (hasSnapshots)
        {
            shards.forEach(shard -> shard.limitSnapshot(shape.budget()));
            if (merge != null)
            {
                merge.limitSnapshot(shape.budget());
            }
        }
    }

    private StateMemory memory()
    {
        final StateMemory memory = new StateMemory(256L << 20, length -> 0);
        memories.add(memory);
        return memory;
    }

    private ShardCounters counters()
    {
        return ShardCounters.of(plan.pipelines().size(), 1, plan.statements().size());
    }

    /** Entries up to the row blocks' share {@code part} of {@code parts}, drained and with a checkpoint at the end. */
    static List<Entry> part(final List<Entry> script, final int part, final int parts)
    {
        final int end = script.size() - 302;
        final List<Entry> entries = new ArrayList<>(script.subList(end * part / parts, end * (part + 1) / parts));
        if (part + 1 == parts)
        {
            entries.addAll(script.subList(end, end + 2));
        }
        for (int i = 0; i < 300; i++)
        {
            entries.add(new Entry(0, List.of(), (short)0, 0));
        }
        entries.add(new Entry(0, List.of(), BlockDescriptor.CONTROL_CHECKPOINT, 1));
        return entries;
    }

    /** A script with checkpoints 1, 2 … at random places, ended and drained. */
    static List<Entry> script(final long seed, final int blocks, final int rows, final int users, final int checkpoints)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<Entry> script = new ArrayList<>();
        int quiet = 0;
        int quietUntil = 0;
        for (int i = 0; i < blocks; i++)
        {
            final int kind = random.nextInt(20);
            final int partition = i < quietUntil ? 1 - quiet : random.nextInt(2);
            if (kind == 0)
            {
                quiet = partition;
                quietUntil = i + random.nextInt(30);
                script.add(new Entry(partition, List.of(), BlockDescriptor.CONTROL_IDLE, 0));
                continue;
            }
            if (kind < 4)
            {
                script.add(new Entry(0, List.of(), (short)0, 0));
                continue;
            }
            final List<Event> events = new ArrayList<>();
            final int count = random.nextInt(1, rows + 1);
            for (int row = 0; row < count; row++)
            {
                final int user = random.nextInt(1, users + 1) * random.nextInt(1, users + 1) / users;
                events.add(new Event(i * 40L + random.nextInt(100) - (random.nextInt(40) == 0 ? 2000 : 0),
                    random.nextInt(5000), text("/p", random.nextInt(1, 1 + users / 2), 11),
                    text("u", user, 7)));
            }
            script.add(new Entry(partition, events, (short)0, 0));
        }
        for (int id = checkpoints; id > 0; id--)
        {
            script.add(random.nextInt(blocks * (id - 1) / checkpoints, blocks * id / checkpoints),
                new Entry(0, List.of(), BlockDescriptor.CONTROL_CHECKPOINT, id));
        }
        script.add(new Entry(0, List.of(), BlockDescriptor.CONTROL_END, 0));
        script.add(new Entry(1, List.of(), BlockDescriptor.CONTROL_END, 0));
        for (int i = 0; i < 300; i++)
        {
            script.add(new Entry(0, List.of(), (short)0, 0));
        }
        return script;
    }

    /** Every so many are long. */
    private static byte[] text(final String prefix, final int number, final int longEach)
    {
        return (prefix + number + (number % longEach == 0 ? "-".repeat(30 + number % 19) : "")).getBytes(UTF_8);
    }

    static int indexOf(final List<Entry> script, final long checkpoint)
    {
        for (int i = 0; i < script.size(); i++)
        {
            if (script.get(i).checkpoint() == checkpoint)
            {
                return i;
            }
        }
        throw new IllegalArgumentException("no checkpoint " + checkpoint);
    }

    /** Makes agents what they were at a cut: number of the first record of each writer from then on. */
    long[] restore(final List<List<byte[]>> parts)
    {
        final long[] first = new long[outputs.size()];
        for (int agent = 0; agent < parts.size(); agent++)
        {
            if (agent == shape.shards() && merge == null)
            {
                continue;
            }
            try (SnapshotReader reader = agent < shape.shards() ? shards.get(agent).restorer() : merge.restorer())
            {
                final byte[] begin = parts.get(agent).get(0);
                final long copy = Memory.allocate(begin.length);
                Memory.copy(begin, 0, copy, begin.length);
                final long[] numbers =
                    SnapshotDescriptor.nextNumbers(RecordDescriptor.payload(RecordDescriptor.firstRecord(copy)));
                System.arraycopy(numbers, 0, first, agent, numbers.length);
                Memory.free(copy);
                parts.get(agent).forEach(batch -> feed(reader, batch));
                if (!reader.isEnded())
                {
                    throw SnapshotReader.damaged("agent " + agent, "no end");
                }
            }
        }
        System.arraycopy(first, 0, nextNumbers, 0, first.length);
        return first;
    }

    /** Makes agents what others of another number were at a cut at which no window waited. */
    void reshard(final List<List<byte[]>> parts)
    {
        final Resharding resharding = new Resharding(plan, new int[]{2}, shards, 256L << 20);
        for (int shard = 0; shard < parts.size() - 1; shard++)
        {
            try (Resharding.OldShard old = resharding.shard(shard))
            {
                parts.get(shard).forEach(batch -> feed(old, batch));
                assertTrue(old.isEnded());
            }
        }
        if (merge != null)
        {
            try (SnapshotReader reader = Resharding.merge(merge))
            {
                parts.get(parts.size() - 1).forEach(batch -> feed(reader, batch));
                assertTrue(reader.isEnded());
            }
        }
    }

    static void feed(final Log.RecordConsumer reader, final byte[] batch)
    {
        // Exactly as long as the batch, so that reading beyond it meets what is not of it.
        final long copy = Memory.allocate(batch.length);
        try
        {
            Memory.fill(copy, batch.length + Memory.SLACK, (byte)0x5A);
            Memory.copy(batch, 0, copy, batch.length);
            reader.onRecord(copy, batch.length);
        }
        finally
        {
            Memory.free(copy);
        }
    }

    /** Feeds the script from an entry on and goes on until all has come out. */
    void run(final List<Entry> script, final int from, final long seed)
    {
        run(script, from, seed, new long[2]);
    }

    /**
     * @param watermarks of the partitions before the script's first entry; raised.
     */
    void run(final List<Entry> script, final int from, final long seed, final long[] watermarks)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        shards.forEach(shard -> shard.resume(from));
        long ordinal = 0;
        for (int i = 0; i < from; i++)
        {
            ordinal += raise(script.get(i), watermarks);
        }
        int next = from;
        int calm = 0;
        int idle = 0;
        // How eager who reads is: by turns, so that back pressure comes and goes.
        int eagerness = 1;
        while (calm < 2500)
        {
            if (random.nextInt(300) == 0)
            {
                eagerness = random.nextInt(1, 30);
            }
            final int choice = random.nextInt(shards.size() + 4);
            boolean isBusy = false;
            if (choice < shards.size())
            {
                isBusy = shards.get(choice).doWork() > 0;
            }
            else if (choice == shards.size())
            {
                isBusy = merge != null && merge.doWork() > 0;
            }
            else if (choice == shards.size() + 1 && next < script.size())
            {
                fill(script.get(next), ordinal, watermarks.clone());
                final Block empty = ring.tryPublish(spare);
                if (empty != null)
                {
                    ordinal += raise(script.get(next), watermarks);
                    spare = empty;
                    next++;
                    isBusy = true;
                }
            }
            else if (random.nextInt(eagerness) == 0)
            {
                isBusy = read(random);
            }
            idle = isBusy ? 0 : idle + 1;
            heldUp += isLastRead && idle == 1000 ? 1 : 0;
            isHeldUp = isLastRead && idle < 1000;
            calm = isBusy || next < script.size() ? 0 : calm + 1;
        }
        isHeldUp = false;
        while (read(random))
        {
            calm++;
        }
        for (final ShardAgent shard : shards)
        {
            assertEquals(script.size() - from - 1, shard.settledSequence(), shard.roleName());
            assertEquals(0, shard.counters().pendingWindows().get(), shard.roleName());
        }
        assertTrue(merge == null || merge.isSettled());
    }

    private static long raise(final Entry entry, final long[] watermarks)
    {
        for (final Event event : entry.events())
        {
            watermarks[entry.partition()] = Math.max(watermarks[entry.partition()], event.ts() - 200);
        }
        return 1;
    }

    private void fill(final Entry entry, final long ordinal, final long[] watermarks)
    {
        final Block block = spare;
        if (entry.events().isEmpty())
        {
            block.begin(entry.control() == 0 ? BlockDescriptor.KIND_TICK : BlockDescriptor.KIND_CONTROL,
                entry.control(), 0, entry.partition(), ordinal);
            block.seal(BlockDescriptor.HEADER_LENGTH, 0, 0, entry.checkpoint(), 0, 0, 0);
            block.sidecar().seal();
            return;
        }
        block.begin(BlockDescriptor.KIND_ROWS, (short)0, 0, entry.partition(), ordinal);
        int at = BlockDescriptor.HEADER_LENGTH;
        int index = 0;
        for (final Event event : entry.events())
        {
            final long frame = block.address() + at;
            final long row = frame + BlockDescriptor.FRAME_HEADER_LENGTH;
            final int length = BlockDescriptor.FRAME_HEADER_LENGTH +
                RichJob.write(event.ts(), event.amount(), event.page(), event.key(), row);
            Memory.putInt(frame, length);
            Memory.putInt(frame + 4, 0);
            Memory.putLong(frame + 8, index);
            route(block.sidecar(), at, row, ordinal + index);
            if (event.ts() - 200 > watermarks[entry.partition()])
            {
                watermarks[entry.partition()] = event.ts() - 200;
                block.sidecar().addStep(at, event.ts() - 200);
            }
            at = BlockDescriptor.align(at + length);
            index++;
        }
        if (index % 5 == 0)
        {
            block.sidecar().addDead(BlockDescriptor.HEADER_LENGTH, Sidecar.ALL_PIPELINES, 1, -1);
        }
        block.seal(at, index, 0, 0, 0, 0, 0);
        block.sidecar().seal();
    }

    private void route(final Sidecar sidecar, final int frameOffset, final long row, final long ordinal)
    {
        final long key = RichJob.key(row);
        final long hash = Memory.hash(key, 4 + Memory.getInt(key));
        for (int pipeline = 0; pipeline < plan.pipelines().size(); pipeline++)
        {
            final int aggregate = plan.pipelines().get(pipeline).aggregate();
            final Grouping grouping = aggregate < 0 ? Grouping.GLOBAL : plan.aggregates().get(aggregate).grouping();
            final int shard = switch (grouping)
            {
                case KEYED -> (int)(hash >>> 56) * shape.shards() / 256;
                case GLOBAL -> (int)(ordinal % shape.shards());
                case GLOBAL_IN_ORDER -> 0;
            };
            sidecar.add(pipeline * shape.shards() + shard, frameOffset);
        }
    }

    private boolean read(final SplittableRandom random)
    {
        int taken = 0;
        final int first = random.nextInt(outputs.size());
        for (int i = 0; i < outputs.size(); i++)
        {
            final int writer = (first + i) % outputs.size();
            taken += outputReaders.get(writer).poll((batch, length) -> onBatch(writer, batch, length), 2);
            outputReaders.get(writer).release(outputReaders.get(writer).position());
        }
        for (int i = 0; i < snapshotLogs.size() && !isHeldUp; i++)
        {
            final int agent = i;
            taken += snapshotReaders.get(i).poll((batch, length) -> onSnapshot(agent, batch, length), 1);
            snapshotReaders.get(i).release(snapshotReaders.get(i).position());
        }
        return taken > 0;
    }

    private boolean onBatch(final int writer, final long batch, final int length)
    {
        assertEquals(writer, RecordDescriptor.writer(batch));
        for (long at = RecordDescriptor.firstRecord(batch); at < batch + length; at = RecordDescriptor.nextRecord(at))
        {
            assertEquals(nextNumbers[writer]++, RecordDescriptor.number(at));
            final byte[] payload = new byte[RecordDescriptor.length(at) - RecordDescriptor.HEADER_LENGTH];
            Memory.copy(RecordDescriptor.payload(at), payload, 0, payload.length);
            records.get(writer).add(RecordDescriptor.kind(at) + " " + RecordDescriptor.id(at) + " " +
                new String(payload, StandardCharsets.ISO_8859_1));
        }
        return true;
    }

    private boolean onSnapshot(final int agent, final long batch, final int length)
    {
        final long first = RecordDescriptor.firstRecord(batch);
        if (RecordDescriptor.kind(first) == SnapshotDescriptor.BEGIN)
        {
            checkpointOf[agent] = Memory.getLong(RecordDescriptor.payload(first));
        }
        final List<List<byte[]>> parts = snapshots.computeIfAbsent(checkpointOf[agent], id ->
        {
            final List<List<byte[]>> all = new ArrayList<>();
            for (int i = 0; i <= shape.shards(); i++)
            {
                all.add(new ArrayList<>());
            }
            return all;
        });
        final byte[] bytes = new byte[length];
        Memory.copy(batch, bytes, 0, length);
        parts.get(agent).add(bytes);
        return true;
    }

    /** Counts of all agents, but for those of memory and of snapshots. */
    List<Long> counts()
    {
        final List<Long> counts = new ArrayList<>();
        for (final ShardAgent shard : shards)
        {
            for (final Counter counter : shard.counters().all())
            {
                counts.add(counter.get());
            }
        }
        if (merge != null)
        {
            for (final Counter counter : merge.counters().all())
            {
                counts.add(counter.get());
            }
        }
        return counts;
    }

    /** Bytes of state in use. */
    long usedBytes()
    {
        return memories.stream().mapToLong(StateMemory::usedBytes).sum();
    }

    @Override
    public void close()
    {
        shards.forEach(ShardAgent::onClose);
        if (merge != null)
        {
            merge.onClose();
        }
        outputs.forEach(MemoryLog::close);
        exchanges.forEach(MemoryLog::close);
        snapshotLogs.forEach(MemoryLog::close);
        spare.close();
        ring.close();
    }
}
