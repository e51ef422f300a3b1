package io.millrace.engine.sink;

import io.millrace.engine.Counter;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.StatementPlan;

/** Results of the statements that write one table, on their way to its sink. */
final class RowTarget implements Target
{
    private final String name;
    private final Sink sink;
    private final boolean[] isMine;
    private final Counter[] results;

    /**
     * @param results by statement; those of this sink's statements are counted here.
     */
    RowTarget(final JobPlan plan, final int sinkId, final Sink sink, final Counter[] results)
    {
        name = plan.sinks().get(sinkId).name();
        this.sink = sink;
        this.results = results;
        isMine = new boolean[plan.statements().size()];
        for (final StatementPlan statement : plan.statements())
        {
            isMine[statement.id()] = statement.sink() == sinkId;
        }
    }

    @Override
    public String name()
    {
        return name;
    }

    @Override
    public void accept(final long record)
    {
        final int statement = RecordDescriptor.id(record);
        if (RecordDescriptor.kind(record) == RecordDescriptor.RESULT && isMine[statement])
        {
            sink.write(RecordDescriptor.payload(record),
                RecordDescriptor.length(record) - RecordDescriptor.HEADER_LENGTH);
            results[statement].add(1);
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
