package io.millrace.engine.job;

/**
 * Where a running job is.
 *
 * @param rows        rows read from all tables.
 * @param watermarkMs least watermark of the tables, Long.MIN_VALUE where there is none yet.
 * @param late        late rows of all statements.
 * @param dead        dead rows of all tables and statements.
 * @param results     rows written.
 * @param stateBytes  bytes of state in use.
 */
public record JobProgress(long rows, long watermarkMs, long late, long dead, long results, long stateBytes)
{
}
