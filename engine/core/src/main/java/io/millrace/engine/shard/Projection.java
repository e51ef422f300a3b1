package io.millrace.engine.shard;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Sidecar;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.kernel.Projector;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;

/** A pipeline without an aggregation at one shard: each row is a result. <b>Threading:</b> one shard. */
final class Projection
{
    private final int pipeline;
    private final int statement;
    private final Projector projector;
    private final Output output;
    private final ShardCounters counters;

    Projection(
        final int pipeline, final int statement, final Projector projector, final Output output,
        final ShardCounters counters)
    {
        this.pipeline = pipeline;
        this.statement = statement;
        this.projector = projector;
        this.output = output;
        this.counters = counters;
    }

    /**
     * Makes results of rows.
     *
     * @param begin first entry of the sidecar's list to look at.
     * @param end   one past the last.
     * @return the entry to go on with: {@code end}, or less where the output takes no more now.
     */
    int apply(final Block block, final int begin, final int end)
    {
        final Sidecar sidecar = block.sidecar();
        final RecordWriter results = output.writer();
        for (int at = begin; at < end; at++)
        {
            final int offset = sidecar.frameOffset(at);
            final long row = block.address() + offset + BlockDescriptor.FRAME_HEADER_LENGTH;
            int wanted = 64;
            int length;
            do
            {
                if (!results.hasRoom(wanted))
                {
                    return at;
                }
                length = projector.project(row, results.payload(), results.room());
                wanted = Math.min(results.maxPayload(), results.room() + 64 +
                    (results.isEmpty() ? results.room() : 0));
            }
            while (length == Kernel.FULL && results.room() < results.maxPayload());
            if (length >= 0)
            {
                results.commit(RecordDescriptor.RESULT, statement, length);
                counters.results()[statement].add(1);
                counters.applied()[pipeline].add(1);
                continue;
            }
            final boolean isLarge = length == Kernel.FULL;
            if (!output.dead(RecordDescriptor.DEAD, pipeline, block, offset,
                isLarge ? Failure.ROW_TOO_LARGE.ordinal() : projector.failure(),
                isLarge ? -1 : projector.failureSite()))
            {
                return at;
            }
            counters.dead()[pipeline].add(1);
        }
        return end;
    }

    void close()
    {
        projector.close();
    }
}
