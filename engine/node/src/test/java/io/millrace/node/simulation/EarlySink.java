package io.millrace.node.simulation;

import io.millrace.codecs.RowLayout;
import io.millrace.engine.connector.Sink;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One process's way to a {@link ModelTable} that takes provisional results: everything that is sent arrives, and now
 * and then nothing is taken for a while.
 *
 * <p><b>Threading:</b> one thread.
 */
final class EarlySink implements Sink
{
    private final ModelTable table;
    private final RowLayout layout;
    private final SplittableRandom random;
    private final Results results;
    private final int connection;
    /** By writer: results below were committed by earlier runs, and are what the subscriber has. */
    private final Map<Integer, Long> bases = new TreeMap<>();
    private int waitingFor;
    private boolean isAtEnd;

    /**
     * @param results what the job has made so far.
     */
    EarlySink(final ModelTable table, final RowLayout layout, final SplittableRandom random, final Results results)
    {
        this.results = results;
        this.table = table;
        this.layout = layout;
        this.random = random;
        connection = table.connect();
        pause(random.nextInt(2));
    }

    @Override
    public boolean isProvisional()
    {
        return true;
    }

    @Override
    public void write(final long row, final int length)
    {
        throw new Violation(table.name() + " gets a result without its number");
    }

    @Override
    public void write(final long row, final int length, final int writer, final long number)
    {
        table.receive(writer, number, connection, base(writer), SinkRows.text(layout, row));
        pause(random.nextInt(16));
    }

    /** Nothing is taken for a while, nor at first where subscribers come later than the job. */
    private void pause(final int chance)
    {
        if (chance == 0)
        {
            waitingFor = random.nextInt(1 << random.nextInt(11));
        }
    }

    @Override
    public void committed(final int writer, final long number)
    {
        if (number > results.end())
        {
            throw new Violation(table.name() + " is told that results of writer " + writer + " before " + number +
                " are committed, there are those before " + results.end());
        }
        bases.computeIfAbsent(writer, first -> table.hear(writer, number));
        table.committed(writer, number, connection, base(writer));
    }

    private long base(final int writer)
    {
        final Long base = bases.get(writer);
        if (base == null)
        {
            throw new Violation(table.name() + " gets results of writer " + writer + " before it is told how many of " +
                "earlier runs are committed");
        }
        return base;
    }

    @Override
    public boolean isReady()
    {
        return waitingFor == 0 || isAtEnd;
    }

    @Override
    public int work()
    {
        waitingFor = Math.max(0, waitingFor - 1);
        return 0;
    }

    @Override
    public void flush()
    {
    }

    @Override
    public void end()
    {
        isAtEnd = true;
    }

    @Override
    public void close()
    {
    }
}
