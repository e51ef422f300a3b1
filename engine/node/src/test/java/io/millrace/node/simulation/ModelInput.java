package io.millrace.node.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What lies before a job: the rows of one table by partition, when they come, and how far they were acknowledged.
 * Outlives the processes that read it.
 *
 * <p><b>Threading:</b> one thread.
 */
final class ModelInput
{
    /** Rows of a partition that share the high half of their position. */
    static final int FILE_ROWS = 40;
    private static final long MAX_PAUSE_NS = 40_000_000;

    private final String table;
    private final boolean isRereadable;
    private final boolean mayMiss;
    /** Partitions before those with rows: where publishers are connected, that of messages which are no rows. */
    private final int foreign;
    /** Publishers that are connected and have said goodbye, by partition. */
    private final boolean[] hasLeft;
    /** Whether the end of one of its partitions is among what a life has made again. */
    private boolean isEnding;
    private final List<List<ModelRow>> partitions = new ArrayList<>();
    private final int[] pauseAt;
    private final long[] pauseNs;
    final long[] quietUntilNs;
    /** One past the last row that was ever handed over. */
    final int[] handedOver;
    /** One past the last row that the job has acknowledged: a publisher has thrown the rows before it away. */
    final int[] acknowledged;

    /** How rows come. */
    enum Way
    {
        /** From something that can be read again. */
        REREAD,
        /** From publishers that can not, and are told what they need not keep. */
        TOLD,
        /** From publishers that are connected, and keep rows until they are journaled. */
        CONNECTED,
        /** From publishers that are connected and want no acknowledgement: rows may be missing, and are counted. */
        UNACKNOWLEDGED
    }

    ModelInput(
        final String table, final Way way, final SplittableRandom random, final int partitionCount,
        final Setup.Input drawn)
    {
        isRereadable = way == Way.REREAD;
        mayMiss = way == Way.UNACKNOWLEDGED;
        foreign = mayMiss || way == Way.CONNECTED ? 1 : 0;
        this.table = table;
        pauseAt = new int[foreign + partitionCount];
        hasLeft = new boolean[pauseAt.length];
        pauseNs = new long[pauseAt.length];
        quietUntilNs = new long[pauseAt.length];
        handedOver = new int[pauseAt.length];
        acknowledged = new int[pauseAt.length];
        for (int partition = 0; partition < foreign; partition++)
        {
            partitions.add(List.of());
        }
        for (int partition = foreign; partition < pauseAt.length; partition++)
        {
            final int count = random.nextInt(drawn.rows() / 4, drawn.rows() + 1);
            final long stepMs = drawn.spanMs() / Math.max(1, count);
            final List<ModelRow> list = new ArrayList<>();
            for (int i = 0; i < count; i++)
            {
                list.add(ModelRow.drawn(random, ModelRow.START_MS + 10_000 + i * stepMs, drawn));
            }
            partitions.add(list);
            pauseAt[partition] = random.nextBoolean() ? -1 : random.nextInt(count + 1);
            pauseNs[partition] = random.nextLong(1, MAX_PAUSE_NS);
        }
    }

    String table()
    {
        return table;
    }

    boolean isRereadable()
    {
        return isRereadable;
    }

    /** Whether it comes from publishers that are connected, each with its number and that of the row as position. */
    boolean isConnected()
    {
        return foreign > 0;
    }

    /** Whether rows may be missing. */
    boolean mayMiss()
    {
        return mayMiss;
    }

    /** Whether a publisher that is connected has said goodbye. */
    boolean hasLeft(final int partition)
    {
        return hasLeft[partition];
    }

    /** A publisher has said goodbye: nobody has its rows any more. */
    void leave(final int partition)
    {
        hasLeft[partition] = true;
    }

    /** Whether an earlier life has ended a partition, which is not resumed: all of its rows were taken then. */
    boolean isEnding()
    {
        return isEnding;
    }

    /** A life has caught up with those before it. */
    void resume(final boolean hasEnd)
    {
        isEnding = hasEnd;
    }

    List<List<ModelRow>> partitions()
    {
        return partitions;
    }

    /** Rows of all partitions. */
    int rows()
    {
        return partitions.stream().mapToInt(List::size).sum();
    }

    /** Whether a pause begins before a row; each happens once. */
    boolean pausesBefore(final int partition, final int index, final long nowNs)
    {
        if (pauseAt[partition] != index)
        {
            return false;
        }
        pauseAt[partition] = -1;
        quietUntilNs[partition] = nowNs + pauseNs[partition];
        return true;
    }

    static long high(final int index)
    {
        return index / FILE_ROWS;
    }

    static long low(final int index)
    {
        return index % FILE_ROWS * 10L + 5;
    }

    /** The partition of the input whose rows came through one of the source's: any publisher may have any place. */
    int lane(final int partition, final long high)
    {
        return isConnected() && high >= 0 && high < partitions.size() - foreign ? (int)high + foreign : partition;
    }

    /** The row of a partition at a position, −1 where none begins. */
    int index(final int partition, final long high, final long low)
    {
        if (isConnected())
        {
            return high == partition - foreign && low >= 0 && low < partitions.get(partition).size() ? (int)low : -1;
        }
        final long index = high * FILE_ROWS + low / 10;
        return low % 10 == 5 && low / 10 < FILE_ROWS && index >= 0 && index < partitions.get(partition).size() ?
            (int)index : -1;
    }
}
