package io.millrace.perf.millrace;

import io.millrace.codecs.Memory;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import io.millrace.perf.peer.Pace;
import io.millrace.perf.workload.Workload;
import java.util.List;

/** The run's rows as one partition; a row's position is its index in the endless stream. */
final class PoolSource implements Source
{
    private final Pool pool;
    private final EndlessPartition partition;

    PoolSource(final Workload rows, final Pool pool, final Pace pace, final boolean isLines)
    {
        this.pool = pool;
        partition = new EndlessPartition(rows, pool, pace, isLines);
    }

    @Override
    public List<EndlessPartition> partitions()
    {
        return List.of(partition);
    }

    @Override
    public void close()
    {
        pool.close();
    }

    /** The stream. */
    static final class EndlessPartition implements Partition
    {
        private final Workload rows;
        private final Pool pool;
        private final Pace pace;
        private final boolean isLines;
        private long turn;
        private int next;
        private int fresh;
        private long bytes;
        private boolean isEnded;

        EndlessPartition(final Workload rows, final Pool pool, final Pace pace, final boolean isLines)
        {
            this.rows = rows;
            this.pool = pool;
            this.pace = pace;
            this.isLines = isLines;
        }

        @Override
        public int poll(final RecordHandler handler, final int limit)
        {
            isEnded = isEnded || !pace.proceed(fresh);
            fresh = 0;
            while (fresh < limit && !isEnded)
            {
                final long position = turn * rows.size() + next;
                final long at = pool.place(turn, next);
                final int length = pool.length(next);
                if (!(isLines ? handler.onRecord(at, length, position) : handler.onRow(at, length, position)))
                {
                    break;
                }
                bytes += length;
                fresh++;
                if (++next == rows.size())
                {
                    next = 0;
                    turn++;
                }
            }
            return fresh;
        }

        @Override
        public boolean isEnded()
        {
            return isEnded;
        }

        @Override
        public long positionHigh()
        {
            return 0;
        }

        @Override
        public boolean isRereadable()
        {
            return true;
        }

        @Override
        public void readAgain(
            final long positionHigh, final long positionLow, final byte[] bytes, final int length)
        {
            final int row = (int)(positionLow % rows.size());
            Memory.copy(pool.place(positionLow / rows.size(), row), bytes, 0, Math.min(length, pool.length(row)));
        }

        @Override
        public String describe(final long positionHigh, final long positionLow)
        {
            return rows.name() + ":" + positionLow;
        }

        @Override
        public long bytesRead()
        {
            return bytes;
        }
    }
}
