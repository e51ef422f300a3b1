package io.millrace.engine.sink;

import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Sink;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What sinks of a job with a state folder are given beside their rows.
 *
 * @param isInputDone      whether no source will read any more.
 * @param commitIntervalNs after which what was written is committed.
 * @param endPatienceNs    for how long a job whose input has ended waits for a sink that fails.
 * @param backlogLimit     bytes of the output log from which on a sink with the policy {@code detach} is detached.
 * @param messages         told, once for each outage, what happened to a sink; any thread.
 */
public record CommitTerms(
    PositionStore positions, LongSupplier nanoClock, BooleanSupplier isInputDone, long commitIntervalNs,
    long endPatienceNs, long backlogLimit, Consumer<String> messages)
{
    /** What happens to a sink that others would have to wait for: the table option {@code sink.failure-policy}. */
    public enum Policy
    {
        /** Back pressure: nothing is lost, the job waits. */
        WAIT,
        /** The job goes on without it, and says so with its exit code. */
        DETACH;

        static Policy of(final String table, final Map<String, String> options)
        {
            final String asked = options.getOrDefault(Sink.FAILURE_POLICY, "wait");
            return switch (asked)
            {
                case "wait" -> WAIT;
                case "detach" -> DETACH;
                default -> throw new ConnectorException(ConnectorException.Kind.OPTION, "table " + table +
                    ": option '" + Sink.FAILURE_POLICY + "' is '" + asked + "', expected wait or detach");
            };
        }
    }
}
