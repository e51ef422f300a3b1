package io.millrace.node.simulation;

import io.millrace.codecs.RowLayout;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One process's connection to a {@link ModelTable}, which fails before, after and instead of what it is asked for.
 *
 * <p><b>Threading:</b> one thread.
 */
final class ModelSink implements Sink
{
    private final ModelTable table;
    private final RowLayout layout;
    private final SplittableRandom random;
    private final FaultCounts counts;
    private final int failPermille;
    private final int connection;
    private final List<String> written = new ArrayList<>();
    private int transactions;

    /**
     * @param failPermille chances in a thousand of one call.
     */
    ModelSink(
        final ModelTable table, final RowLayout layout, final SplittableRandom random, final FaultCounts counts,
        final int failPermille)
    {
        this.table = table;
        this.layout = layout;
        this.random = random;
        this.counts = counts;
        this.failPermille = failPermille;
        connection = table.connect();
    }

    private boolean isDrawn()
    {
        return random.nextInt(1000) < failPermille;
    }

    private ConnectorException failure(final Fault fault, final String what)
    {
        counts.add(fault);
        return new ConnectorException(ConnectorException.Kind.ENVIRONMENT, table.name() + " (simulated): " + what);
    }

    @Override
    public void write(final long row, final int length)
    {
        written.add(SinkRows.text(layout, row));
    }

    @Override
    public void flush()
    {
        if (!table.isTransactional())
        {
            if (isDrawn())
            {
                throw failure(Fault.SINK_FAILED_BEFORE, "can't flush");
            }
            table.show(written);
            written.clear();
        }
    }

    @Override
    public void end()
    {
        flush();
    }

    @Override
    public String prepare()
    {
        if (!table.isTransactional())
        {
            flush();
            return "";
        }
        if (isDrawn())
        {
            throw failure(Fault.SINK_FAILED_BEFORE, "can't prepare");
        }
        if (written.isEmpty())
        {
            return "";
        }
        final String token = "%04d-%04d".formatted(connection, transactions++);
        table.prepare(token, written);
        written.clear();
        if (isDrawn())
        {
            throw failure(Fault.SINK_FAILED_AFTER, "prepared, but the connection broke");
        }
        return token;
    }

    @Override
    public void complete(final String token)
    {
        if (token.isEmpty())
        {
            return;
        }
        if (isDrawn())
        {
            throw failure(Fault.SINK_FAILED_BEFORE, "can't commit");
        }
        if (isDrawn())
        {
            table.commitLater(token);
            throw new ConnectorException(ConnectorException.Kind.ENVIRONMENT,
                table.name() + " (simulated): no answer to the commit of " + token);
        }
        table.commit(token);
        if (isDrawn())
        {
            throw failure(Fault.SINK_FAILED_AFTER, "committed, but the connection broke");
        }
    }

    @Override
    public void recover(final String token)
    {
        if (table.isTransactional())
        {
            if (token != null)
            {
                complete(token);
            }
            table.discard();
        }
    }

    @Override
    public boolean isTransactional()
    {
        return table.isTransactional();
    }

    @Override
    public void close()
    {
    }
}
