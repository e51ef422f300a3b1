package io.millrace.engine.upgrade;

import io.millrace.codecs.Memory;
import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.checkpoint.PlanPart;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.plan.JobIdentity;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.snapshot.Manifest;
import io.millrace.engine.snapshot.SnapshotDescriptor;
import io.millrace.engine.snapshot.SnapshotReader;
import io.millrace.engine.snapshot.SnapshotWriter;
import io.millrace.engine.storage.StorageException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes of an earlier job's checkpoint one that a changed job goes on from: tables and operators get their new places,
 * dropped state is left out, new operators begin empty, counts begin at zero. Nothing behind the checkpoint may be left
 * in journal and output log, since both are of the earlier job.
 *
 * <p><b>Threading:</b> one thread. <b>Errors:</b> {@link StorageException}; the earlier checkpoint stays.
 */
public final class Continuation
{
    private static final int LOG_BYTES = 4 << 20;
    private static final String SOURCE = "source.";
    /** Counters that a snapshot has beside those by pipeline, table and statement: the first is kept. */
    private static final int SINGLE_COUNTERS = 4;

    private final Upgrade upgrade;
    private final int counters;

    /** @param plan of the changed job. */
    public Continuation(final Upgrade upgrade, final JobPlan plan)
    {
        this.upgrade = upgrade;
        counters = 3 * plan.pipelines().size() + plan.tables().size() + 2 * plan.statements().size() + SINGLE_COUNTERS;
    }

    /**
     * Writes the checkpoint.
     *
     * @param from     of the earlier job.
     * @param id       above all that are there.
     * @param identity manifest values that say what the changed job is.
     * @param plan     the changed job itself.
     */
    public void write(final CheckpointStore.Checkpoint from, final CheckpointStore store, final long id,
        final Map<String, String> identity, final PlanPart plan)
    {
        final CheckpointStore.Draft draft = store.begin(id);
        try
        {
            for (final String part : from.parts())
            {
                if (!part.equals(PlanPart.NAME))
                {
                    write(from, draft, part, id);
                }
            }
            plan.write(draft);
            final SortedMap<String, String> values = manifest(from.manifest().values());
            values.putAll(identity);
            draft.complete(new Manifest(id, values));
            draft.force();
            draft.close();
        }
        catch (final StorageException e)
        {
            draft.abandon();
            throw e;
        }
    }

    private void write(
        final CheckpointStore.Checkpoint from, final CheckpointStore.Draft draft, final String part, final long id)
    {
        try (MemoryLog log = new MemoryLog(LOG_BYTES);
            Rewriter rewriter = new Rewriter(part, log, draft, id);
            SnapshotReader reader = new SnapshotReader(part, rewriter))
        {
            from.read(part, reader);
            if (!reader.isEnded())
            {
                throw SnapshotReader.damaged(part, "no end");
            }
        }
    }

    /** The manifest's values with tables in their new places and without what was said of the earlier job. */
    private SortedMap<String, String> manifest(final SortedMap<String, String> old)
    {
        final SortedMap<String, String> values = new TreeMap<>(old);
        values.keySet().removeAll(JobIdentity.of(old).keySet());
        values.keySet().removeIf(key -> key.startsWith(SOURCE));
        old.forEach((key, value) ->
        {
            if (key.startsWith(SOURCE))
            {
                final int dot = key.indexOf('.', SOURCE.length());
                final int table = upgrade.newTable(Integer.parseInt(key.substring(SOURCE.length(), dot)));
                final String rest = key.substring(dot);
                if (table >= 0 && !rest.startsWith(".filtered."))
                {
                    values.put(SOURCE + table + rest, rest.equals(".rows") ? "0" : value);
                }
            }
        });
        return values;
    }

    /** Takes records in and hands on what is made of them. */
    private final class Rewriter implements SnapshotReader.Handler, AutoCloseable
    {
        private final String part;
        private final Log.Reader written;
        private final SnapshotWriter writer;
        private final Log.RecordConsumer into;
        private final long id;
        private boolean hasOperators;

        private Rewriter(final String part, final Log log, final CheckpointStore.Draft draft, final long id)
        {
            this.part = part;
            this.id = id;
            written = log.newReader(0);
            writer = new SnapshotWriter(log, 0);
            into = (address, length) ->
            {
                draft.append(part, address, length);
                return true;
            };
        }

        private void handOn()
        {
            boolean isEmpty;
            do
            {
                isEmpty = writer.flush();
                written.poll(into, Integer.MAX_VALUE);
                written.release(written.position());
            }
            while (!isEmpty);
        }

        @Override
        public void onBegin(final long checkpoint, final long entry, final long[] nextNumbers)
        {
            writer.open(id, entry, nextNumbers);
        }

        @Override
        public void onRecord(final short kind, final int of, final long body, final long length)
        {
            if (kind == SnapshotDescriptor.COUNTERS)
            {
                counters(body, length);
                return;
            }
            final int now = kind == SnapshotDescriptor.WATERMARKS ? upgrade.newTable(of) : upgrade.newOperator(of);
            hasOperators |= kind == SnapshotDescriptor.MERGE;
            if (now >= 0)
            {
                writer.begin(kind, now);
                writer.put(body, length);
                writer.end();
            }
            if (!writer.hasRoom())
            {
                handOn();
            }
        }

        private void counters(final long body, final long length)
        {
            final long pending = length < 8L * SINGLE_COUNTERS ? 0 :
                Memory.getLong(body + length - 8L * SINGLE_COUNTERS);
            if (pending != 0 && upgrade.isDropping())
            {
                throw new StorageException(StorageException.Kind.FAILED, part +
                    ": windows are still being closed; run the old job once more and stop it");
            }
            writer.begin(SnapshotDescriptor.COUNTERS, 0);
            for (int i = 0; i < counters; i++)
            {
                writer.putLong(i == counters - SINGLE_COUNTERS ? pending : 0);
            }
            writer.end();
        }

        @Override
        public void onEnd()
        {
            for (int i = 0; !hasOperators && i < upgrade.operatorCount(); i++)
            {
                if (upgrade.oldOperator(i) < 0)
                {
                    beginEmpty(i);
                }
            }
            writer.begin(SnapshotDescriptor.END, 0);
            writer.putLong(id);
            writer.end();
            handOn();
        }

        private void beginEmpty(final int operator)
        {
            writer.begin(SnapshotDescriptor.AGGREGATE, operator);
            writer.putLong(Kernel.NO_TIME);
            writer.putLong(Long.MIN_VALUE);
            for (int at = SnapshotDescriptor.AGGREGATE_DRAIN_OFFSET; at < SnapshotDescriptor.AGGREGATE_NEWEST_OFFSET;
                at += 8)
            {
                writer.putLong(0);
            }
            writer.putInt(SnapshotDescriptor.NONE);
            writer.putInt(0);
            writer.end();
        }

        @Override
        public void close()
        {
            writer.close();
            written.close();
        }
    }
}
