package io.millrace.sql.stored;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.plan.StatementPlan;
import io.millrace.engine.plan.TablePlan;
import io.millrace.sql.codegen.Constants;
import io.millrace.sql.compile.KernelFactory;
import io.millrace.sql.runtime.LongSet;
import io.millrace.sql.runtime.StringSet;
import io.millrace.sql.runtime.TimePattern;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes a plan as {@link PlanReader} reads it: lists with their count before them, text as length and UTF-8. */
final class PlanWriter
{
    static final byte LONG_SET = 1;
    static final byte STRING_SET = 2;
    static final byte TIME_PATTERN = 3;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** One element of a list. */
    private interface Element<T>
    {
        void write(T element) throws IOException;
    }

    byte[] write(final JobPlan plan, final Map<String, String> values)
    {
        try
        {
            texts(values);
            text(plan.name());
            texts(plan.settings());
            texts(plan.identity());
            list(plan.tables(), this::table);
            list(plan.sinks(), this::sink);
            list(plan.statements(), this::statement);
            list(plan.pipelines(), this::pipeline);
            list(plan.aggregates(), this::aggregate);
            out.flush();
        }
        catch (final IOException e)
        {
            throw new IllegalStateException("memory can't fail to be written", e);
        }
        return bytes.toByteArray();
    }

    private <T> void list(final List<T> list, final Element<T> element) throws IOException
    {
        out.writeInt(list.size());
        for (final T each : list)
        {
            element.write(each);
        }
    }

    private void bytes(final byte[] value) throws IOException
    {
        out.writeInt(value.length);
        out.write(value);
    }

    private void text(final String value) throws IOException
    {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    private void texts(final Map<String, String> values) throws IOException
    {
        out.writeInt(values.size());
        for (final Map.Entry<String, String> value : values.entrySet())
        {
            text(value.getKey());
            text(value.getValue());
        }
    }

    private void table(final TablePlan table) throws IOException
    {
        text(table.name());
        layout(table.declared());
        layout(table.layout());
        out.writeInt(table.decodedColumns());
        texts(table.options());
        out.writeBoolean(table.hasWatermark());
        kernel(table.kernel());
    }

    private void layout(final RowLayout layout) throws IOException
    {
        list(layout.fields(), this::field);
    }

    private void field(final SqlType.Field field) throws IOException
    {
        text(field.name());
        final SqlType type = field.type();
        text(type.kind().name());
        out.writeInt(type.precision());
        out.writeInt(type.scale());
        out.writeBoolean(type.isNullable());
        list(type.fields(), this::field);
    }

    private void sink(final SinkPlan sink) throws IOException
    {
        text(sink.name());
        layout(sink.layout());
        texts(sink.options());
    }

    private void statement(final StatementPlan statement) throws IOException
    {
        text(statement.name());
        out.writeInt(statement.sink());
        list(statement.failureSites(), this::text);
    }

    private void pipeline(final PipelinePlan pipeline) throws IOException
    {
        out.writeInt(pipeline.statement());
        out.writeInt(pipeline.table());
        kernel(pipeline.router());
        optionalKernel(pipeline.projector());
        out.writeInt(pipeline.aggregate());
        optionalKernel(pipeline.input());
    }

    private void aggregate(final AggregatePlan aggregate) throws IOException
    {
        out.writeInt(aggregate.statement());
        out.writeLong(aggregate.window().sizeMs());
        out.writeLong(aggregate.window().offsetMs());
        text(aggregate.grouping().name());
        out.writeInt(aggregate.keyInlineLength());
        out.writeInt(aggregate.accumulatorLength());
        list(aggregate.distinctSets(), this::distinctSet);
        list(aggregate.stringSlots(), out::writeInt);
        kernel(aggregate.output());
    }

    private void distinctSet(final AggregatePlan.DistinctSet set) throws IOException
    {
        out.writeInt(set.slotOffset());
        out.writeInt(set.slotLength());
        out.writeBoolean(set.isLong());
    }

    private void optionalKernel(final @Nullable Supplier<?> kernel) throws IOException
    {
        out.writeBoolean(kernel != null);
        if (kernel != null)
        {
            kernel(kernel);
        }
    }

    private void kernel(final Supplier<?> supplier) throws IOException
    {
        if (!(supplier instanceof KernelFactory<?> factory))
        {
            throw new IllegalArgumentException("not compiled from SQL: " + supplier);
        }
        text(factory.className());
        out.writeInt(factory.classes().size());
        for (final Map.Entry<String, byte[]> code : factory.classes().entrySet())
        {
            text(code.getKey());
            bytes(code.getValue());
        }
        constants(factory.constants());
        text(factory.source());
    }

    private void constants(final Constants constants) throws IOException
    {
        list(constants.strings(), this::bytes);
        list(constants.objects(), this::object);
    }

    private void object(final Object object) throws IOException
    {
        if (object instanceof LongSet set)
        {
            out.writeByte(LONG_SET);
            final long[] values = set.values();
            out.writeInt(values.length);
            for (final long value : values)
            {
                out.writeLong(value);
            }
        }
        else if (object instanceof StringSet set)
        {
            out.writeByte(STRING_SET);
            list(set.values(), this::text);
        }
        else if (object instanceof TimePattern pattern)
        {
            out.writeByte(TIME_PATTERN);
            text(pattern.pattern());
        }
        else
        {
            throw new IllegalArgumentException("a constant of " + object.getClass() + " can't be stored");
        }
    }
}
