package io.millrace.sql.stored;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.kernel.AggregateOutput;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.kernel.Projector;
import io.millrace.engine.kernel.Router;
import io.millrace.engine.kernel.TableKernel;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.plan.StatementPlan;
import io.millrace.engine.plan.TablePlan;
import io.millrace.sql.codegen.Constants;
import io.millrace.sql.compile.KernelFactory;
import io.millrace.sql.compile.KernelLoader;
import io.millrace.sql.runtime.LongSet;
import io.millrace.sql.runtime.StringSet;
import io.millrace.sql.runtime.TimePattern;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads what {@link PlanWriter} wrote. Loads neither parser nor compiler.
 *
 * <p><b>Errors:</b> {@link IOException} or {@link IllegalArgumentException} where the bytes are no plan,
 * {@link LinkageError} where a class of it does not fit this Java or this build.
 */
final class PlanReader
{
    private final DataInputStream in;
    private final KernelLoader loader = new KernelLoader();
    /** By class: some pipelines share one. */
    private final Map<String, KernelFactory<?>> kernels = new HashMap<>();

    /** One element of a list. */
    private interface Element<T>
    {
        T read(int index) throws IOException;
    }

    PlanReader(final byte[] bytes, final int offset)
    {
        in = new DataInputStream(new ByteArrayInputStream(bytes, offset, bytes.length - offset));
    }

    /** What was stored beside the plan, which comes first. */
    SortedMap<String, String> values() throws IOException
    {
        return new TreeMap<>(texts());
    }

    /** The plan, behind {@link #values()}. */
    JobPlan plan() throws IOException
    {
        final String name = text();
        final Map<String, String> settings = texts();
        final SortedMap<String, String> identity = new TreeMap<>(texts());
        final JobPlan plan = new JobPlan(name, settings, list(this::table), list(this::sink), list(this::statement),
            list(this::pipeline), list(this::aggregate), identity);
        if (in.read() >= 0)
        {
            throw new IOException("there is more than a plan");
        }
        return plan;
    }

    private <T> List<T> list(final Element<T> element) throws IOException
    {
        final int count = count();
        final List<T> list = new ArrayList<>();
        for (int i = 0; i < count; i++)
        {
            list.add(element.read(i));
        }
        return List.copyOf(list);
    }

    /** A count: no element takes less than a byte. */
    private int count() throws IOException
    {
        final int count = in.readInt();
        if (count < 0 || count > in.available())
        {
            throw new EOFException("a count of " + count);
        }
        return count;
    }

    private byte[] bytes() throws IOException
    {
        return in.readNBytes(count());
    }

    private String text() throws IOException
    {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    private Map<String, String> texts() throws IOException
    {
        final int count = count();
        final Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++)
        {
            values.put(text(), text());
        }
        return values;
    }

    private TablePlan table(final int id) throws IOException
    {
        return new TablePlan(
            id, text(), layout(), layout(), in.readInt(), texts(), in.readBoolean(), kernel(TableKernel.class));
    }

    private RowLayout layout() throws IOException
    {
        return RowLayout.of(list(this::field));
    }

    private SqlType.Field field(final int index) throws IOException
    {
        return new SqlType.Field(text(), new SqlType(
            SqlType.Kind.valueOf(text()), in.readInt(), in.readInt(), in.readBoolean(), list(this::field)));
    }

    private SinkPlan sink(final int id) throws IOException
    {
        return new SinkPlan(id, text(), layout(), texts());
    }

    private StatementPlan statement(final int id) throws IOException
    {
        return new StatementPlan(id, text(), in.readInt(), list(index -> text()));
    }

    private PipelinePlan pipeline(final int id) throws IOException
    {
        final int statement = in.readInt();
        final int table = in.readInt();
        final KernelFactory<Router> router = kernel(Router.class);
        final KernelFactory<Projector> projector = in.readBoolean() ? kernel(Projector.class) : null;
        final int aggregate = in.readInt();
        final KernelFactory<AggregateInput> input = in.readBoolean() ? kernel(AggregateInput.class) : null;
        return new PipelinePlan(id, statement, table, router, projector, aggregate, input);
    }

    private AggregatePlan aggregate(final int id) throws IOException
    {
        return new AggregatePlan(id, in.readInt(), new AggregatePlan.TumblingWindow(in.readLong(), in.readLong()),
            AggregatePlan.Grouping.valueOf(text()), in.readInt(), in.readInt(), list(this::distinctSet),
            list(index -> in.readInt()), kernel(AggregateOutput.class));
    }

    private AggregatePlan.DistinctSet distinctSet(final int index) throws IOException
    {
        return new AggregatePlan.DistinctSet(in.readInt(), in.readInt(), in.readBoolean());
    }

    private <K extends Kernel> KernelFactory<K> kernel(final Class<K> type) throws IOException
    {
        final String className = text();
        final SortedMap<String, byte[]> classes = new TreeMap<>();
        final int count = count();
        for (int i = 0; i < count; i++)
        {
            classes.put(text(), bytes());
        }
        final Constants constants = Constants.of(list(index -> bytes()), list(this::object));
        final String source = text();
        final KernelFactory<?> known = kernels.get(className);
        if (known != null)
        {
            return known.as(type);
        }
        final KernelFactory<K> factory = loader.load(className, classes, constants, source, type);
        kernels.put(className, factory);
        return factory;
    }

    private Object object(final int index) throws IOException
    {
        final byte kind = in.readByte();
        return switch (kind)
        {
            case PlanWriter.LONG_SET ->
            {
                final long[] values = new long[count()];
                for (int i = 0; i < values.length; i++)
                {
                    values[i] = in.readLong();
                }
                yield LongSet.of(values);
            }
            case PlanWriter.STRING_SET -> StringSet.of(list(i -> text()));
            case PlanWriter.TIME_PATTERN -> TimePattern.of(text());
            default -> throw new IOException("a constant of kind " + kind);
        };
    }
}
