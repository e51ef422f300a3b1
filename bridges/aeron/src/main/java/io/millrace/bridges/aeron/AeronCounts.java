package io.millrace.bridges.aeron;

import io.millrace.engine.Counter;

/**
 * What a source counts, for any thread to read.
 *
 * @param rows       taken.
 * @param missed     rows that publishers sent or skipped and that never came.
 * @param repeated   rows that came again and were dropped.
 * @param passedOver rows behind a missing one, which come again.
 * @param foreign    messages that are no rows.
 * @param refused    sessions that were refused.
 * @param reconnects connections to a media driver lost.
 */
public record AeronCounts(
    Counter rows, Counter missed, Counter repeated, Counter passedOver, Counter foreign, Counter refused,
    Counter reconnects)
{
    AeronCounts()
    {
        this(new Counter(), new Counter(), new Counter(), new Counter(), new Counter(), new Counter(), new Counter());
    }
}
