package io.millrace.engine.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Source;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.plan.TablePlan;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows that reached no result: {@code late$T} and {@code dlq$T} of each table, as JSON lines in the job's
 * folder. A file is made when its first row comes; what an earlier run left is kept, once, as {@code NAME.jsonl.old}.
 *
 * <p><b>Layout</b> of a line: {@code statement} (absent where the row is dead in all), {@code window_start} and
 * {@code window_end} (late rows), {@code reason} and {@code detail} (dead rows), {@code position}, and the bytes read
 * as {@code raw}, or as {@code raw_base64} where they are not UTF-8; {@code raw_length} where only the first were kept.
 *
 * <p><b>Threading:</b> the sink agent. <b>Errors:</b> a folder that can't be written stops the job.
 */
public final class SideTables implements Target
{
    private static final int DEAD_RESULT_HEADER = 16;
    private static final DateTimeFormatter TIME =
        new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral(' ')
            .appendPattern("HH:mm:ss").appendFraction(ChronoField.NANO_OF_SECOND, 0, 3, true).toFormatter(Locale.ROOT);

    private final JobPlan plan;
    private final List<Source> sources;
    private final Path folder;
    private final Map<String, OutputStream> files = new HashMap<>();
    private final StringBuilder line = new StringBuilder();
    private final Counter lateKept = new Counter();
    private final Counter deadKept = new Counter();
    private final Counter deadResultsKept = new Counter();
    private byte[] bytes = new byte[1024];

    /**
     * @param sources of each table, to read rows again.
     * @param folder  of the job; made when needed.
     */
    public SideTables(final JobPlan plan, final List<Source> sources, final Path folder)
    {
        this.plan = plan;
        this.sources = sources;
        this.folder = folder;
        for (final TablePlan table : plan.tables())
        {
            putAside("late$" + table.name());
            putAside("dlq$" + table.name());
        }
    }

    private void putAside(final String name)
    {
        final Path file = folder.resolve(name + ".jsonl");
        if (Files.exists(file))
        {
            try
            {
                Files.move(file, folder.resolve(name + ".jsonl.old"), StandardCopyOption.REPLACE_EXISTING);
            }
            catch (final IOException e)
            {
                throw failure(file, e);
            }
        }
    }

    @Override
    public String name()
    {
        return "late-and-dead";
    }

    @Override
    public void accept(final long record)
    {
        final int id = RecordDescriptor.id(record);
        final long payload = RecordDescriptor.payload(record);
        switch (RecordDescriptor.kind(record))
        {
            case RecordDescriptor.LATE ->
            {
                late(id, payload);
                lateKept.add(1);
            }
            case RecordDescriptor.DEAD ->
            {
                dead(id, payload);
                deadKept.add(1);
            }
            case RecordDescriptor.DEAD_TABLE ->
            {
                deadTable(id, payload);
                deadKept.add(1);
            }
            case RecordDescriptor.DEAD_RESULT ->
            {
                deadResult(id, payload,
                    RecordDescriptor.length(record) - RecordDescriptor.HEADER_LENGTH - DEAD_RESULT_HEADER);
                deadResultsKept.add(1);
            }
            default ->
            {
                return;
            }
        }
    }

    /** Rows kept in the late tables. */
    public long lateKept()
    {
        return lateKept.get();
    }

    /** Rows kept in the dead-letter tables. */
    public long deadKept()
    {
        return deadKept.get();
    }

    /** Failed results kept there. */
    public long deadResultsKept()
    {
        return deadResultsKept.get();
    }

    /** Keeps a LATE record's row. */
    private void late(final int pipelineId, final long payload)
    {
        final PipelinePlan pipeline = plan.pipelines().get(pipelineId);
        final AggregatePlan aggregate = plan.aggregates().get(pipeline.aggregate());
        final long start = Memory.getLong(payload);
        line.setLength(0);
        field("statement", plan.statements().get(pipeline.statement()).name());
        field("window_start", time(start));
        field("window_end", time(start + aggregate.window().sizeMs()));
        origin(pipeline.table(), payload + 8);
        write("late$" + plan.tables().get(pipeline.table()).name());
    }

    /** Keeps a DEAD record's row. */
    private void dead(final int pipelineId, final long payload)
    {
        final PipelinePlan pipeline = plan.pipelines().get(pipelineId);
        final int site = Memory.getInt(payload + 4);
        final List<String> sites = plan.statements().get(pipeline.statement()).failureSites();
        line.setLength(0);
        field("statement", plan.statements().get(pipeline.statement()).name());
        reason(Memory.getInt(payload), site >= 0 && site < sites.size() ? sites.get(site) : null);
        origin(pipeline.table(), payload + 8);
        write("dlq$" + plan.tables().get(pipeline.table()).name());
    }

    /** Keeps the row of a DEAD_TABLE record. */
    private void deadTable(final int tableId, final long payload)
    {
        final TablePlan table = plan.tables().get(tableId);
        final int column = Memory.getInt(payload + 4);
        line.setLength(0);
        reason(Memory.getInt(payload), column >= 0 && column < table.layout().columns().size() ?
            "column " + table.layout().columns().get(column).path() : null);
        origin(tableId, payload + 8);
        write("dlq$" + table.name());
    }

    /** Keeps what is known of a DEAD_RESULT record. */
    private void deadResult(final int aggregateId, final long payload, final int keyLength)
    {
        final AggregatePlan aggregate = plan.aggregates().get(aggregateId);
        final List<String> sites = plan.statements().get(aggregate.statement()).failureSites();
        final int site = Memory.getInt(payload + 4);
        final long start = Memory.getLong(payload + 8);
        line.setLength(0);
        field("statement", plan.statements().get(aggregate.statement()).name());
        reason(Memory.getInt(payload), site >= 0 && site < sites.size() ? sites.get(site) : null);
        field("window_start", time(start));
        field("window_end", time(start + aggregate.window().sizeMs()));
        raw("key", payload + 16, keyLength);
        write("dlq$" + plan.tables().get(plan.pipelines().stream()
            .filter(pipeline -> pipeline.aggregate() == aggregateId).findFirst().orElseThrow().table()).name());
    }

    private void reason(final int failure, final @Nullable String detail)
    {
        field("reason", Failure.of(failure).name());
        field("detail", Failure.of(failure).description() + (detail == null ? "" : ": " + detail));
    }

    private void origin(final int table, final long origin)
    {
        final long high = Memory.getLong(origin);
        final long low = Memory.getLong(origin + 8);
        final int partition = Memory.getInt(origin + 16);
        final int atSource = Memory.getInt(origin + 20);
        final int form = Memory.getInt(origin + 24);
        final int length = Memory.getInt(origin + 28);
        final Source.Partition from = sources.get(table).partitions().get(partition);
        field("position", from.describe(high, low));
        if (form == RecordDescriptor.FORM_RAW)
        {
            raw("raw", origin + RecordDescriptor.ORIGIN_LENGTH + RecordDescriptor.BYTES_HEADER_LENGTH, length);
            if (length < atSource)
            {
                line.append(",\"raw_length\":").append(atSource);
            }
        }
        else if (form == RecordDescriptor.FORM_NONE)
        {
            reserve(atSource);
            from.readAgain(high, low, bytes, atSource);
            raw("raw", atSource);
        }
    }

    private void reserve(final int length)
    {
        if (bytes.length < length)
        {
            bytes = new byte[length + length / 2];
        }
    }

    private void raw(final String name, final long address, final int length)
    {
        reserve(length);
        Memory.copy(address, bytes, 0, length);
        raw(name, length);
    }

    private void raw(final String name, final int length)
    {
        try
        {
            field(name, UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString());
        }
        catch (final CharacterCodingException e)
        {
            field(name + "_base64", Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes, length)));
        }
    }

    private static String time(final long epochMs)
    {
        return LocalDateTime.ofEpochSecond(Math.floorDiv(epochMs, 1000), Math.floorMod(epochMs, 1000) * 1_000_000,
            ZoneOffset.UTC).format(TIME);
    }

    private void field(final String name, final String value)
    {
        line.append(line.length() == 0 ? "{\"" : ",\"").append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++)
        {
            final char c = value.charAt(i);
            switch (c)
            {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                default ->
                {
                    if (c < ' ')
                    {
                        line.append(String.format("\\u%04x", (int)c));
                    }
                    else
                    {
                        line.append(c);
                    }
                }
            }
        }
        line.append('"');
    }

    private void write(final String name)
    {
        line.append("}\n");
        final Path file = folder.resolve(name + ".jsonl");
        try
        {
            OutputStream out = files.get(name);
            if (out == null)
            {
                Files.createDirectories(folder);
                out = new BufferedOutputStream(Files.newOutputStream(file), 64 * 1024);
                files.put(name, out);
            }
            out.write(line.toString().getBytes(UTF_8));
        }
        catch (final IOException e)
        {
            throw failure(file, e);
        }
    }

    @Override
    public void end()
    {
    }

    @Override
    public String prepare()
    {
        flush();
        return "";
    }

    @Override
    public void complete(final String token)
    {
    }

    /** Hands what was written to the system. */
    @Override
    public void flush()
    {
        for (final Map.Entry<String, OutputStream> file : files.entrySet())
        {
            try
            {
                file.getValue().flush();
            }
            catch (final IOException e)
            {
                throw failure(folder.resolve(file.getKey() + ".jsonl"), e);
            }
        }
    }

    private static ConnectorException failure(final Path file, final IOException e)
    {
        return new ConnectorException(ConnectorException.Kind.ENVIRONMENT,
            "late and dead rows can't be kept in " + file + ": " + e.getMessage() +
            "; free the disk, or run elsewhere");
    }

    @Override
    public void close()
    {
        for (final OutputStream out : files.values())
        {
            try
            {
                out.close();
            }
            catch (final IOException e)
            {
                // What could be flushed was flushed before; there is nothing to add to the failure that led here.
                continue;
            }
        }
        files.clear();
    }
}
