package io.millrace.engine.plan;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Names of what a plan says of itself, as text, in {@link JobPlan#identity()}: it goes into every checkpoint's
 * manifest, and a later job is judged by it. N counts from 0.
 *
 * <pre>
 *   table.N.name | row | rowtime | watermark | option.KEY     a table that is read; row is its layout in the ring
 *   sink.N.name | row | option.KEY                            a table that is written
 *   statement.N.text                                          what an INSERT does
 *   operator.N.id                                             an aggregation, the N-th of the plan
 *   operator.N.grouping | keys | window | time | input | aggregates | layout     what its state means
 *   operator.N.result                                         what is made of its state, with HAVING
 * </pre>
 * Expressions stand as SQL with computed columns written out, so that equal text has equal meaning.
 */
public final class JobIdentity
{
    public static final String TABLE = "table.";
    public static final String SINK = "sink.";
    public static final String STATEMENT = "statement.";
    public static final String OPERATOR = "operator.";

    /** What tells a table's connector, behind its kind and number. */
    public static final String CONNECTOR = "option.connector";
    /** Rows that the job itself holds: no option, but a part of what it means. */
    public static final String ROWS = "option.rows";

    private static final String OPTION = ".option.";
    private static final List<String> KINDS = List.of(TABLE, SINK, STATEMENT, OPERATOR);

    private JobIdentity()
    {
    }

    /** What a job said of itself, from a map that may hold other values. */
    public static SortedMap<String, String> of(final Map<String, String> values)
    {
        final SortedMap<String, String> identity = new TreeMap<>();
        values.forEach((key, value) ->
        {
            if (KINDS.stream().anyMatch(key::startsWith))
            {
                identity.put(key, value);
            }
        });
        return identity;
    }

    /** What must be the same for a journal to be worked off by another job: all of that but options. */
    public static SortedMap<String, String> meaning(final Map<String, String> values)
    {
        final SortedMap<String, String> meaning = of(values);
        meaning.keySet().removeIf(key -> key.contains(OPTION) && !key.endsWith("." + CONNECTOR) &&
            !key.endsWith("." + ROWS) && !key.endsWith(OPTION + "format"));
        return meaning;
    }
}
