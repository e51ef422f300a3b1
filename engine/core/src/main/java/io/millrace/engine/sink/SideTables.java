package io.millrace.engine.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.connector.Source;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.engine.plan.TablePlan;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows that reached no result: {@code late$T} and {@code dlq$T} of each table, as JSON lines. What becomes
 * of dead rows is the job's to say ({@link ErrorHandling}).
 *
 * <p><b>Layout</b> of a line: {@code statement} (absent where the row is dead in all), {@code window_start} and
 * {@code window_end} (late rows), {@code reason} and {@code detail} (dead rows), {@code position}, and the bytes read
 * as {@code raw}, or as {@code raw_base64} where they are not UTF-8; {@code raw_length} where only the first were kept.
 * In a state folder each line has a checksum ({@link LineSum}).
 *
 * <p><b>Threading:</b> the sink agent. <b>Errors:</b> a folder that can't be written stops the job.
 */
public final class SideTables implements Target
{
    /** What all of them are as a sink: one, with one position. */
    public static final String NAME = "late-and-dead";

    private static final int DEAD_RESULT_HEADER = 16;
    /** Characters of what is said of the row that ends a job. */
    private static final int MAX_STORY = 2_000;

    private final JobPlan plan;
    private final List<Source> sources;
    private final SideFiles files;
    private final ErrorHandling handling;
    private final LongSupplier rowsRead;
    private final JsonLine line = new JsonLine();
    private final Counter[] counters = new Counter[Taken.values().length];
    private byte[] bytes = new byte[1024];
    /** Rows that had been read when the window of {@link ErrorHandling#windowRows()} began. */
    private long windowStart;
    private long deadInWindow;

    /** What became of records. */
    private enum Taken
    {
        LATE_KEPT("late"), DEAD_KEPT("dead"), DEAD_IGNORED("dead-ignored"), DEAD_RESULTS_KEPT("dead-results"),
        DEAD_RESULTS_IGNORED("dead-results-ignored");

        private final String key;

        Taken(final String key)
        {
            this.key = key;
        }
    }

    /**
     * @param sources  of each table, to read rows again.
     * @param rowsRead rows that the job has read up to now.
     */
    SideTables(
        final JobPlan plan, final List<Source> sources, final SideFiles files, final ErrorHandling handling,
        final LongSupplier rowsRead)
    {
        this.plan = plan;
        this.sources = sources;
        this.files = files;
        this.handling = handling;
        this.rowsRead = rowsRead;
        Arrays.setAll(counters, i -> new Counter());
    }

    /** Names of the side tables that a job can have. */
    static List<String> names(final JobPlan plan)
    {
        return plan.tables().stream()
            .flatMap(table -> Stream.of("late$" + table.name(), "dlq$" + table.name())).toList();
    }

    @Override
    public String name()
    {
        return NAME;
    }

    @Override
    public @Nullable String refusal(final long batch, final int length)
    {
        if (handling.mode() != ErrorHandling.Mode.FAIL && handling.mode() != ErrorHandling.Mode.FAIL_AFTER)
        {
            return null;
        }
        for (long record = RecordDescriptor.firstRecord(batch); record < batch + length;
            record = RecordDescriptor.nextRecord(record))
        {
            final short kind = RecordDescriptor.kind(record);
            if ((kind == RecordDescriptor.DEAD || kind == RecordDescriptor.DEAD_TABLE ||
                kind == RecordDescriptor.DEAD_RESULT) && isTooMany())
            {
                return (handling.mode() == ErrorHandling.Mode.FAIL ? "a row is dead" :
                    deadInWindow + " rows are dead of " + handling.windowRows() + ", " + handling.allowed() +
                    " are allowed; the last one") + ": " + story(record) + " (error-handling.mode is " +
                    (handling.mode() == ErrorHandling.Mode.FAIL ? "fail)" : "fail-after)");
            }
        }
        return null;
    }

    private boolean isTooMany()
    {
        if (handling.mode() == ErrorHandling.Mode.FAIL)
        {
            return true;
        }
        final long read = rowsRead.getAsLong();
        if (read - windowStart >= handling.windowRows())
        {
            windowStart = read;
            deadInWindow = 0;
        }
        deadInWindow++;
        return deadInWindow > handling.allowed();
    }

    /** What there is to say of a dead record, on one line. */
    private String story(final long record)
    {
        line.begin();
        final int id = RecordDescriptor.id(record);
        final String table = describe(record, RecordDescriptor.kind(record), id);
        final String text = new String(line.end(), UTF_8).strip();
        return table + " " + (text.length() > MAX_STORY ? text.substring(0, MAX_STORY) + "…" : text);
    }

    @Override
    public void accept(final long record)
    {
        final short kind = RecordDescriptor.kind(record);
        if (kind == RecordDescriptor.RESULT)
        {
            return;
        }
        final boolean isLate = kind == RecordDescriptor.LATE;
        final boolean isResult = kind == RecordDescriptor.DEAD_RESULT;
        if (!isLate && handling.mode() == ErrorHandling.Mode.IGNORE)
        {
            count(isResult ? Taken.DEAD_RESULTS_IGNORED : Taken.DEAD_IGNORED);
            return;
        }
        line.begin();
        files.write(describe(record, kind, RecordDescriptor.id(record)), line.end());
        count(isLate ? Taken.LATE_KEPT : isResult ? Taken.DEAD_RESULTS_KEPT : Taken.DEAD_KEPT);
    }

    /** Puts what is known of a record into the line: the name of the table where it is kept. */
    private String describe(final long record, final short kind, final int id)
    {
        final long payload = RecordDescriptor.payload(record);
        return switch (kind)
        {
            case RecordDescriptor.LATE -> late(id, payload);
            case RecordDescriptor.DEAD -> dead(id, payload);
            case RecordDescriptor.DEAD_TABLE -> deadTable(id, payload);
            case RecordDescriptor.DEAD_RESULT -> deadResult(id, payload,
                RecordDescriptor.length(record) - RecordDescriptor.HEADER_LENGTH - DEAD_RESULT_HEADER);
            default -> throw new IllegalStateException("record of kind " + kind);
        };
    }

    private void count(final Taken taken)
    {
        counters[taken.ordinal()].add(1);
    }

    private long get(final Taken taken)
    {
        return counters[taken.ordinal()].get();
    }

    /** Rows kept in the late tables. */
    public long lateKept()
    {
        return get(Taken.LATE_KEPT);
    }

    /** Rows kept in the dead-letter tables. */
    public long deadKept()
    {
        return get(Taken.DEAD_KEPT);
    }

    /** Dead rows that were counted alone. */
    public long deadIgnored()
    {
        return get(Taken.DEAD_IGNORED);
    }

    /** Failed results kept there. */
    public long deadResultsKept()
    {
        return get(Taken.DEAD_RESULTS_KEPT);
    }

    /** Failed results that were counted alone. */
    public long deadResultsIgnored()
    {
        return get(Taken.DEAD_RESULTS_IGNORED);
    }

    /** Tells of a LATE record. */
    private String late(final int pipelineId, final long payload)
    {
        final PipelinePlan pipeline = plan.pipelines().get(pipelineId);
        final AggregatePlan aggregate = plan.aggregates().get(pipeline.aggregate());
        final long start = Memory.getLong(payload);
        line.text("statement", plan.statements().get(pipeline.statement()).name());
        line.time("window_start", start);
        line.time("window_end", start + aggregate.window().sizeMs());
        origin(pipeline.table(), payload + 8);
        return lateName(pipeline.table());
    }

    /** Tells of a DEAD record. */
    private String dead(final int pipelineId, final long payload)
    {
        final PipelinePlan pipeline = plan.pipelines().get(pipelineId);
        final int site = Memory.getInt(payload + 4);
        final List<String> sites = plan.statements().get(pipeline.statement()).failureSites();
        line.text("statement", plan.statements().get(pipeline.statement()).name());
        reason(Memory.getInt(payload), site >= 0 && site < sites.size() ? sites.get(site) : null);
        origin(pipeline.table(), payload + 8);
        return deadName(pipeline.table());
    }

    /** Tells of a DEAD_TABLE record. */
    private String deadTable(final int tableId, final long payload)
    {
        final TablePlan table = plan.tables().get(tableId);
        final int column = Memory.getInt(payload + 4);
        reason(Memory.getInt(payload), column >= 0 && column < table.layout().columns().size() ?
            "column " + table.layout().columns().get(column).path() : null);
        origin(tableId, payload + 8);
        return deadName(tableId);
    }

    /** Tells of a DEAD_RESULT record. */
    private String deadResult(final int aggregateId, final long payload, final int keyLength)
    {
        final AggregatePlan aggregate = plan.aggregates().get(aggregateId);
        final List<String> sites = plan.statements().get(aggregate.statement()).failureSites();
        final int site = Memory.getInt(payload + 4);
        final long start = Memory.getLong(payload + 8);
        line.text("statement", plan.statements().get(aggregate.statement()).name());
        reason(Memory.getInt(payload), site >= 0 && site < sites.size() ? sites.get(site) : null);
        line.time("window_start", start);
        line.time("window_end", start + aggregate.window().sizeMs());
        raw("key", payload + 16, keyLength);
        return deadName(plan.pipelines().stream()
            .filter(pipeline -> pipeline.aggregate() == aggregateId).findFirst().orElseThrow().table());
    }

    private void reason(final int failure, final @Nullable String detail)
    {
        line.text("reason", Failure.of(failure).name());
        line.text("detail", Failure.of(failure).description() + (detail == null ? "" : ": " + detail));
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
        line.text("position", from.describe(high, low));
        if (form == RecordDescriptor.FORM_RAW)
        {
            raw("raw", origin + RecordDescriptor.ORIGIN_LENGTH + RecordDescriptor.BYTES_HEADER_LENGTH, length);
            if (length < atSource)
            {
                line.number("raw_length", atSource);
            }
        }
        else if (form == RecordDescriptor.FORM_NONE)
        {
            reserve(atSource);
            from.readAgain(high, low, bytes, atSource);
            line.bytes("raw", bytes, atSource);
        }
    }

    private void raw(final String name, final long address, final int length)
    {
        reserve(length);
        Memory.copy(address, bytes, 0, length);
        line.bytes(name, bytes, length);
    }

    private void reserve(final int length)
    {
        if (bytes.length < length)
        {
            bytes = new byte[length + length / 2];
        }
    }

    private String lateName(final int table)
    {
        return "late$" + plan.tables().get(table).name();
    }

    private String deadName(final int table)
    {
        return "dlq$" + plan.tables().get(table).name();
    }

    @Override
    public void end()
    {
        files.end();
    }

    @Override
    public String prepare()
    {
        return files.prepare();
    }

    @Override
    public void complete(final String token)
    {
        files.complete(token);
    }

    @Override
    public void recover(final @Nullable String token)
    {
        files.recover(token);
    }

    @Override
    public boolean isTransactional()
    {
        return files.isTransactional();
    }

    @Override
    public void flush()
    {
        files.flush();
    }

    @Override
    public Map<String, Long> counts()
    {
        final Map<String, Long> counts = new TreeMap<>();
        for (final Taken taken : Taken.values())
        {
            counts.put(taken.key, counters[taken.ordinal()].get());
        }
        return counts;
    }

    @Override
    public void restore(final Map<String, Long> counts)
    {
        for (final Taken taken : Taken.values())
        {
            counters[taken.ordinal()].set(counts.getOrDefault(taken.key, 0L));
        }
        deadInWindow = 0;
        windowStart = rowsRead.getAsLong();
    }

    @Override
    public void reopen()
    {
        files.reopen();
    }

    @Override
    public void close()
    {
        files.close();
    }
}
