package io.millrace.engine.job;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.Agent;

/**
 * Runs a job in one thread under a virtual clock: a seed decides which agent's duty cycle comes next, which of several
 * partitions is read and how time passes. The same agents as on threads; the same seed gives the same run.
 *
 * <p><b>Threading:</b> one thread. <b>Limits:</b> a run takes at most the steps it was given.
 */
public final class SeededRunner
{
    private static final long STEP_NS = 10_000;
    private static final long IDLE_STEP_NS = 50_000_000;

    private final SplittableRandom random;
    private long nowNs;
    private long traceHash;
    private long orderHash;

    public SeededRunner(final long seed)
    {
        random = new SplittableRandom(seed);
    }

    /** What the job to be run is built with. */
    public Job.Environment environment()
    {
        return new Job.Environment(() -> nowNs, random::nextInt, this::onPublish, length -> 0);
    }

    private void onPublish(final long sequence, final Block block)
    {
        traceHash = traceHash * 0x9E3779B97F4A7C15L + Memory.hash(block.address(), block.length()) + sequence;
        if (block.kind() == BlockDescriptor.KIND_ROWS)
        {
            orderHash = orderHash * 31 + block.source() * 64L + block.partition();
            orderHash = orderHash * 31 + block.positionLow();
        }
    }

    /**
     * Runs the job to its end.
     *
     * @return the steps that it took, or −1 where {@code maxSteps} were not enough.
     */
    public long run(final Job job, final long maxSteps)
    {
        final List<Agent> agents = job.agents();
        int idle = 0;
        for (long step = 0; step < maxSteps; step++)
        {
            if (job.isDone())
            {
                return step;
            }
            nowNs += random.nextLong(1, STEP_NS);
            try
            {
                idle = agents.get(random.nextInt(agents.size())).doWork() > 0 ? 0 : idle + 1;
            }
            catch (final RuntimeException e)
            {
                throw e;
            }
            catch (final Exception e)
            {
                throw new IllegalStateException(e);
            }
            if (idle > 8 * agents.size())
            {
                nowNs += random.nextLong(1, IDLE_STEP_NS);
                idle = 0;
            }
        }
        return -1;
    }

    /** Of every ring entry in order, bytes and all: equal for two runs of one seed. */
    public long traceHash()
    {
        return traceHash;
    }

    /** Of the order in which partitions' blocks entered the ring. */
    public long orderHash()
    {
        return orderHash;
    }
}
