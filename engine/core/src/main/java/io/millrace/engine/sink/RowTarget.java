package io.millrace.engine.sink;

import io.millrace.engine.Counter;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.live.Measure;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.StatementPlan;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Results of the statements that write one table, on their way to its sink. */
final class RowTarget implements Target
{
    private final String name;
    private final int sinkId;
    private final Supplier<Sink> opener;
    private final boolean[] isMine;
    private final Counter[] results;
    private Sink sink;
    private boolean isOpen = true;
    private int writer;
    private @Nullable Consumer<String> errors;

    /**
     * @param opener  opens the sink anew.
     * @param results by statement; those of this sink's statements are counted here.
     */
    RowTarget(
        final JobPlan plan, final int sinkId, final Sink sink, final Supplier<Sink> opener, final Counter[] results)
    {
        name = plan.sinks().get(sinkId).name();
        this.sinkId = sinkId;
        this.sink = sink;
        this.opener = opener;
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

    int sinkId()
    {
        return sinkId;
    }

    /** Goes on with the counts of results that were made before. */
    void resume(final IntToLongFunction made)
    {
        for (int statement = 0; statement < isMine.length; statement++)
        {
            if (isMine[statement])
            {
                results[statement].set(made.applyAsLong(statement));
            }
        }
    }

    @Override
    public void show(final BiConsumer<Measure, Counter> counters)
    {
        sink.show(counters);
    }

    @Override
    public void tell(final Consumer<String> told)
    {
        errors = told;
        sink.tell(told);
    }

    @Override
    public int work()
    {
        return isOpen ? sink.work() : 0;
    }

    @Override
    public boolean isBusy()
    {
        return sink.isBusy();
    }

    @Override
    public boolean isPrompt()
    {
        return sink.isPrompt();
    }

    @Override
    public boolean isReady()
    {
        return sink.isReady();
    }

    @Override
    public void committed(final int ofWriter, final long number)
    {
        sink.committed(ofWriter, number);
    }

    @Override
    public void turnTo(final int next)
    {
        writer = next;
    }

    @Override
    public void accept(final long record)
    {
        final int statement = RecordDescriptor.id(record);
        if (RecordDescriptor.kind(record) == RecordDescriptor.RESULT && isMine[statement])
        {
            sink.write(RecordDescriptor.payload(record),
                RecordDescriptor.length(record) - RecordDescriptor.HEADER_LENGTH, writer,
                RecordDescriptor.number(record));
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
    public void recover(final @Nullable String token)
    {
        sink.recover(token);
    }

    @Override
    public boolean isTransactional()
    {
        return sink.isTransactional();
    }

    @Override
    public Map<String, Long> counts()
    {
        final Map<String, Long> counts = new TreeMap<>();
        for (int statement = 0; statement < isMine.length; statement++)
        {
            if (isMine[statement])
            {
                counts.put("results." + statement, results[statement].get());
            }
        }
        return counts;
    }

    @Override
    public void restore(final Map<String, Long> counts)
    {
        for (int statement = 0; statement < isMine.length; statement++)
        {
            if (isMine[statement])
            {
                results[statement].set(counts.getOrDefault("results." + statement, 0L));
            }
        }
    }

    @Override
    public void reopen()
    {
        if (isOpen)
        {
            isOpen = false;
            sink.close();
        }
        sink = opener.get();
        final Consumer<String> told = errors;
        if (told != null)
        {
            sink.tell(told);
        }
        isOpen = true;
    }

    @Override
    public void close()
    {
        if (isOpen)
        {
            isOpen = false;
            sink.close();
        }
    }
}
