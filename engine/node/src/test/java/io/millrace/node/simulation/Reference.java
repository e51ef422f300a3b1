package io.millrace.node.simulation;

import io.millrace.codecs.BlockDescriptor;
import io.millrace.node.simulation.ModelJob.Statement;
import io.millrace.node.simulation.ModelRow.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a job should answer, worked out as simply as can be from the input in ring order: one row after the other,
 * everything kept on the heap. Shares no code with the engine.
 */
final class Reference
{
    private static final long NO_TIME = Long.MIN_VALUE;
    private static final int SECONDS_LENGTH = "2024-01-01 00:00:00".length();

    /** Results of one statement, and what became of its rows. */
    static final class Answer
    {
        final List<String> results = new ArrayList<>();
        long in;
        long filtered;
        long applied;
        long late;
        long dead;

        @Override
        public String toString()
        {
            return "in " + in + ", filtered " + filtered + ", applied " + applied + ", late " + late + ", dead " +
                dead;
        }
    }

    /** A window of a key. */
    private static final class Group
    {
        private long count;
        private Long total;
        private final Set<String> keys = new HashSet<>();
        private final Set<String> pages = new HashSet<>();
        private String first;
        private String last;

        private void add(final ModelRow row)
        {
            count++;
            if (row.value() != null)
            {
                total = (total == null ? 0 : total) + row.value();
            }
            if (row.key() != null)
            {
                keys.add(row.key());
            }
            if (row.page() != null)
            {
                pages.add(row.page());
                first = first == null || row.page().compareTo(first) < 0 ? row.page() : first;
                last = last == null || row.page().compareTo(last) > 0 ? row.page() : last;
            }
        }
    }

    private final ModelJob job;
    private final List<ModelInput> inputs;
    private final long[][] watermarks;
    private final boolean[][] isIdle;
    private final Map<Statement, Answer> answers = new TreeMap<>();
    private final Map<Statement, Map<Long, Map<String, Group>>> windows = new TreeMap<>();
    private long watermark = NO_TIME;
    /** By table. */
    private final List<List<String>> late = new ArrayList<>();
    private final List<List<String>> dead = new ArrayList<>();

    Reference(final ModelJob job, final List<ModelInput> inputs, final List<Entries.Entry> entries)
    {
        this.job = job;
        this.inputs = inputs;
        watermarks = new long[inputs.size()][];
        isIdle = new boolean[inputs.size()][];
        for (int table = 0; table < inputs.size(); table++)
        {
            watermarks[table] = new long[inputs.get(table).partitions().size()];
            isIdle[table] = new boolean[watermarks[table].length];
            Arrays.fill(watermarks[table], NO_TIME);
            late.add(new ArrayList<>());
            dead.add(new ArrayList<>());
        }
        for (final Statement statement : job.statements())
        {
            answers.put(statement, new Answer());
            windows.put(statement, new TreeMap<>());
        }
        entries.forEach(this::onEntry);
        job.statements().forEach(this::close);
    }

    Answer of(final Statement statement)
    {
        return answers.get(statement);
    }

    /** Late rows of a table: statement, start of the window, text. */
    List<String> late(final int table)
    {
        return late.get(table);
    }

    /** Dead rows of a table: text, behind the statement where it is dead in that one alone. */
    List<String> dead(final int table)
    {
        return dead.get(table);
    }

    private void onEntry(final Entries.Entry entry)
    {
        switch (entry.kind())
        {
            case BlockDescriptor.KIND_ROWS ->
            {
                for (final int row : entry.rows())
                {
                    onRow(entry, inputs.get(entry.table()).partitions().get(entry.lane()).get(row));
                }
                isIdle[entry.table()][entry.partition()] = false;
            }
            case BlockDescriptor.KIND_CONTROL ->
            {
                if (entry.code() == BlockDescriptor.CONTROL_END)
                {
                    watermarks[entry.table()][entry.partition()] = Long.MAX_VALUE;
                    isIdle[entry.table()][entry.partition()] = false;
                }
                else if (entry.code() == BlockDescriptor.CONTROL_IDLE)
                {
                    isIdle[entry.table()][entry.partition()] = true;
                }
                else
                {
                    return;
                }
            }
            default ->
            {
                return;
            }
        }
        if (Arrays.stream(isIdle).anyMatch(table -> indexOfActive(table) >= 0))
        {
            watermark = Math.max(watermark, least(-1, -1));
        }
    }

    private static int indexOfActive(final boolean[] idle)
    {
        for (int i = 0; i < idle.length; i++)
        {
            if (!idle[i])
            {
                return i;
            }
        }
        return -1;
    }

    /** Least watermark of the partitions that are not idle, one counting in any case. */
    private long least(final int table, final int partition)
    {
        long least = Long.MAX_VALUE;
        for (int t = 0; t < watermarks.length; t++)
        {
            for (int p = 0; p < watermarks[t].length; p++)
            {
                if (!isIdle[t][p] || t == table && p == partition)
                {
                    least = Math.min(least, watermarks[t][p]);
                }
            }
        }
        return least;
    }

    private void onRow(final Entries.Entry entry, final ModelRow row)
    {
        if (row.kind() != Kind.GOOD)
        {
            dead.get(entry.table()).add(row.text());
            answers.values().forEach(answer ->
            {
                answer.in++;
                answer.dead++;
            });
            return;
        }
        final long now = Math.max(watermark, least(entry.table(), entry.partition()));
        job.statements().forEach(statement -> onRow(entry.table(), statement, row, now));
        // Times before 1970 would not raise it, but there are none; it is looked at where a window may close.
        final long[] own = watermarks[entry.table()];
        own[entry.partition()] = Math.max(own[entry.partition()], row.timeMs() - ModelJob.DELAY_MS);
    }

    private void onRow(final int table, final Statement statement, final ModelRow row, final long now)
    {
        final Answer answer = answers.get(statement);
        answer.in++;
        if (!passes(statement, row))
        {
            answer.filtered++;
        }
        else if (statement == Statement.PLAIN)
        {
            plain(table, row, answer);
        }
        else
        {
            final long end = Math.floorDiv(row.timeMs(), ModelJob.WINDOW_MS) * ModelJob.WINDOW_MS + ModelJob.WINDOW_MS;
            if (end - 1 <= now)
            {
                answer.late++;
                late.get(table).add("INSERT INTO " + statement.sink() + " " +
                    SinkRows.time(end - ModelJob.WINDOW_MS).substring(0, SECONDS_LENGTH) + " " + row.text());
            }
            else
            {
                answer.applied++;
                windows.get(statement).computeIfAbsent(end, e -> new HashMap<>())
                    .computeIfAbsent(statement == Statement.TOTALS ? "" : SinkRows.quoted(row.key()), k -> new Group())
                    .add(row);
            }
        }
    }

    private static boolean passes(final Statement statement, final ModelRow row)
    {
        return switch (statement)
        {
            case BY_KEY -> row.value() != null && row.value() != 0;
            case PLAIN -> row.page() != null && row.page().startsWith("/x");
            default -> true;
        };
    }

    private void plain(final int table, final ModelRow row, final Answer answer)
    {
        if (row.value() != null && row.value() == 0)
        {
            answer.dead++;
            dead.get(table).add("INSERT INTO " + Statement.PLAIN.sink() + " " + row.text());
            return;
        }
        answer.applied++;
        answer.results.add(SinkRows.quoted(row.key()) + "|" + (row.value() == null ? "null" : 100 / row.value()) + "|" +
            SinkRows.time(row.timeMs()));
    }

    private void close(final Statement statement)
    {
        windows.get(statement).forEach((end, groups) -> groups.forEach((key, group) -> answers.get(statement).results
            .add((statement == Statement.TOTALS ?
                group.count + "|" + group.total + "|" + group.keys.size() + "|" + SinkRows.quoted(group.first) :
                key + "|" + group.count + "|" + group.total + "|" + group.pages.size() + "|" +
                SinkRows.quoted(group.last)) + "|" + SinkRows.time(end))));
    }
}
