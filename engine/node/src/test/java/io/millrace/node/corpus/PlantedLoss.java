package io.millrace.node.corpus;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.Source;
import io.millrace.engine.job.Job;
import java.util.ArrayList;
import java.util.List;

/** Ways to lose one thing, in the ring or at the ends. */
enum PlantedLoss
{
    /** A row is on no shard's list. */
    LISTED_ROW,
    /** A row is on a list twice. */
    ROW_TWICE,
    /** A dead row is on the list of none. */
    DEAD_ROW,
    /** A block of rows reaches the shards as a tick. */
    BLOCK,
    /** The source keeps a record for itself. */
    RECORD,
    /** The sink drops a result. */
    RESULT;

    /** Whether the loss is planted in a block, where the engine's own counts must show it. */
    boolean isInRing()
    {
        return this != RECORD && this != RESULT;
    }

    /** Plants the loss in a block of rows that is about to be published: whether there was something to lose. */
    boolean isPlantedIn(final Block block, final int lists)
    {
        if (!isInRing() || block.kind() != BlockDescriptor.KIND_ROWS)
        {
            return false;
        }
        final Sidecar sidecar = block.sidecar();
        switch (this)
        {
            case LISTED_ROW ->
            {
                return sidecar.end(0) > 0 && rebuild(sidecar, lists, 1, 1, 0);
            }
            case ROW_TWICE ->
            {
                return sidecar.end(0) > 0 && rebuild(sidecar, lists, 0, 2, 0);
            }
            case DEAD_ROW ->
            {
                return sidecar.deadCount() > 0 && rebuild(sidecar, lists, 0, 1, 1);
            }
            default ->
            {
                block.begin(BlockDescriptor.KIND_TICK, (short)0, block.source(), block.partition(), block.ordinal());
                sidecar.seal();
                return true;
            }
        }
    }

    /** Writes the sidecar anew, without its first rows and dead rows, or with the first row several times. */
    private static boolean rebuild(
        final Sidecar sidecar, final int lists, final int skippedRows, final int copies, final int skippedDead)
    {
        final List<int[]> entries = new ArrayList<>();
        for (int list = 0; list < lists; list++)
        {
            for (int entry = sidecar.begin(list); entry < sidecar.end(list); entry++)
            {
                entries.add(new int[]{list, sidecar.frameOffset(entry)});
            }
        }
        final List<long[]> steps = new ArrayList<>();
        for (int step = 0; step < sidecar.stepCount(); step++)
        {
            steps.add(new long[]{sidecar.stepFrameOffset(step), sidecar.stepWatermark(step)});
        }
        final List<int[]> dead = new ArrayList<>();
        for (int i = 0; i < sidecar.deadCount(); i++)
        {
            dead.add(new int[]{sidecar.deadFrameOffset(i), sidecar.deadPipeline(i), sidecar.deadFailure(i),
                sidecar.deadSite(i)});
        }
        sidecar.clear();
        for (int i = skippedRows; i < entries.size(); i++)
        {
            for (int copy = 0; copy < (i == 0 ? copies : 1); copy++)
            {
                sidecar.add(entries.get(i)[0], entries.get(i)[1]);
            }
        }
        steps.forEach(step -> sidecar.addStep((int)step[0], step[1]));
        dead.subList(skippedDead, dead.size()).forEach(row -> sidecar.addDead(row[0], row[1], row[2], row[3]));
        sidecar.seal();
        return true;
    }

    /** The endpoints, with the loss at one of them where that is what this is. */
    Job.Endpoints wrap(final Job.Endpoints opened)
    {
        return switch (this)
        {
            case RECORD -> new Job.Endpoints(List.of(new Forgetful(opened.sources().get(0))), opened.decoders(),
                opened.sinks());
            case RESULT -> new Job.Endpoints(opened.sources(), opened.decoders(),
                List.of(new Leaky(opened.sinks().get(0))));
            default -> opened;
        };
    }

    private record Leaky(Sink sink, int[] count) implements Sink
    {
        private Leaky(final Sink sink)
        {
            this(sink, new int[1]);
        }

        @Override
        public void write(final long row, final int length)
        {
            if (count[0]++ != 17)
            {
                sink.write(row, length);
            }
        }

        @Override
        public void flush()
        {
            sink.flush();
        }

        @Override
        public void end()
        {
            sink.end();
        }

        @Override
        public String prepare()
        {
            return sink.prepare();
        }

        @Override
        public void complete(final String token)
        {
            sink.complete(token);
        }

        @Override
        public void close()
        {
            sink.close();
        }
    }

    private record Forgetful(Source source) implements Source
    {
        @Override
        public List<? extends Partition> partitions()
        {
            return source.partitions().stream().map(ForgetfulPartition::new).toList();
        }

        @Override
        public void close()
        {
            source.close();
        }
    }

    private record ForgetfulPartition(Source.Partition partition, int[] count) implements Source.Partition
    {
        private ForgetfulPartition(final Source.Partition partition)
        {
            this(partition, new int[1]);
        }

        @Override
        public int poll(final RecordHandler handler, final int limit)
        {
            return partition.poll(new RecordHandler()
            {
                @Override
                public boolean onRecord(final long address, final int length, final long position)
                {
                    return count[0]++ == 17 || handler.onRecord(address, length, position);
                }

                @Override
                public boolean onOversized(
                    final long address, final int length, final long fullLength, final long position)
                {
                    return handler.onOversized(address, length, fullLength, position);
                }

                @Override
                public boolean onRow(final long row, final int length, final long position)
                {
                    return handler.onRow(row, length, position);
                }
            }, limit);
        }

        @Override
        public boolean isEnded()
        {
            return partition.isEnded();
        }

        @Override
        public long positionHigh()
        {
            return partition.positionHigh();
        }

        @Override
        public boolean isRereadable()
        {
            return partition.isRereadable();
        }

        @Override
        public void readAgain(final long high, final long low, final byte[] bytes, final int length)
        {
            partition.readAgain(high, low, bytes, length);
        }

        @Override
        public String describe(final long high, final long low)
        {
            return partition.describe(high, low);
        }

        @Override
        public long bytesRead()
        {
            return partition.bytesRead();
        }
    }
}
