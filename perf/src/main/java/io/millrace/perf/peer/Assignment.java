package io.millrace.perf.peer;

import io.millrace.perf.workload.Workload;
import java.util.List;

/**
 * One run that a peer is asked for.
 *
 * @param workload  name of a {@link Workload}.
 * @param form      {@code written} (group window) or {@code tvf}.
 * @param isJson    whether rows come as JSON lines, else in the engine's own form.
 * @param poolRows  rows of the pool, about as many as each window holds.
 * @param warmMs    run before measuring.
 * @param measureMs measured.
 */
public record Assignment(String workload, String form, boolean isJson, int poolRows, long warmMs, long measureMs)
{
    /** From a peer's command line. */
    public static Assignment parse(final String[] args)
    {
        return new Assignment(args[0], args[1], args[2].equals("json"), Integer.parseInt(args[3]),
            Long.parseLong(args[4]), Long.parseLong(args[5]));
    }

    /** As a peer's command line. */
    public List<String> arguments()
    {
        return List.of(workload, form, isJson ? "json" : "memory", Integer.toString(poolRows), Long.toString(warmMs),
            Long.toString(measureMs));
    }

    /** The job's text, between the connectors {@code memory} or {@code memory-lines} and {@code tally}. */
    public String sql(final Workload rows)
    {
        return rows.sql(form, isJson ? "'connector'='memory-lines','format'='json'" : "'connector'='memory'",
            "'connector'='tally','format'='json'");
    }
}
