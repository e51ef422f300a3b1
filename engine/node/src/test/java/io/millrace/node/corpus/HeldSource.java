package io.millrace.node.corpus;

import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import java.util.ArrayList;
import java.util.List;

/** A source one of whose partitions stays open, quiet, after its last record, until it is released. */
final class HeldSource implements Source
{
    private final Source source;
    private final List<Partition> partitions;
    private volatile boolean isReleased;

    HeldSource(final Source source, final int held)
    {
        this.source = source;
        partitions = new ArrayList<>(source.partitions());
        partitions.set(held, new Held(partitions.get(held)));
    }

    /** The held partition may end. */
    void release()
    {
        isReleased = true;
    }

    @Override
    public List<? extends Partition> partitions()
    {
        return partitions;
    }

    @Override
    public void close()
    {
        source.close();
    }

    private final class Held implements Partition
    {
        private final Partition partition;

        private Held(final Partition partition)
        {
            this.partition = partition;
        }

        @Override
        public int poll(final RecordHandler handler, final int limit)
        {
            return partition.poll(handler, limit);
        }

        @Override
        public boolean isEnded()
        {
            return isReleased && partition.isEnded();
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
