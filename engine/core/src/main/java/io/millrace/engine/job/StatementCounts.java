package io.millrace.engine.job;

/**
 * What became of the rows that one statement read. {@code in = filtered + applied + late + dead}, always.
 *
 * @param in          rows read, by each pipeline of the statement.
 * @param filtered    rows that a WHERE did not pass.
 * @param applied     rows that changed state or made a result.
 * @param late        rows all of whose windows had closed.
 * @param dead        rows that could not be decoded, had no event time or failed in an expression.
 * @param results     rows written to the sink.
 * @param deadResults results that failed after aggregation.
 */
public record StatementCounts(
    String name, long in, long filtered, long applied, long late, long dead, long results, long deadResults)
{
    /** Whether every row is accounted for. */
    public boolean isBalanced()
    {
        return onTheirWay() == 0;
    }

    /** Rows that were read and are not accounted for: none once the job is done. */
    public long onTheirWay()
    {
        return in - filtered - applied - late - dead;
    }
}
