package io.millrace.engine.connector;

import io.millrace.engine.Counter;
import io.millrace.engine.live.Measure;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A table being written. Rows become visible in two phases, so that each is seen once whatever dies between them: a
 * {@link #prepare} makes them durable, its token is stored with the position of the output log, a {@link #complete}
 * makes them visible. A sink that can't take rows back keeps the defaults: rows are visible once flushed.
 *
 * <p><b>Threading:</b> its sink agent's thread. <b>Errors:</b> after a {@link ConnectorException} the sink is closed;
 * with a state folder another is opened and goes on at the last commit, without one the job ends.
 */
public interface Sink extends AutoCloseable
{
    String DELIVERY_GUARANTEE = "sink.delivery-guarantee";
    String FAILURE_POLICY = "sink.failure-policy";

    /** Options of every table that is written, beside its connector's. */
    List<Option> OPTIONS = List.of(
        new Option(DELIVERY_GUARANTEE, false, "exactly-once (the default where the connector can and the job has a " +
            "state folder), at-least-once or none.",
            (options, key) -> options.choice(key, "exactly-once", "at-least-once", "none")),
        new Option(FAILURE_POLICY, false, "What happens when so much waits for this sink that others would have to " +
            "wait: wait (the default) or detach, by which the job goes on without it and fails at its end.",
            (options, key) -> options.choice(key, "wait", "detach")));

    /** Says before the first row that the job has no state folder: numbers of rows begin again with its next run. */
    default void startsAnew()
    {
        // Mostly numbers are of no use.
    }

    /** Takes one row of the table's layout; the memory is the caller's. */
    void write(long row, int length);

    /**
     * As {@link #write(long, int)}, for sinks that tell rows apart.
     *
     * @param writer part of the job that made the row.
     * @param number of the row among the writer's, rising by one; the same when the row is written again.
     */
    default void write(final long row, final int length, final int writer, final long number)
    {
        write(row, length);
    }

    /**
     * Does what must go on whether or not rows come. Called in each duty cycle.
     *
     * @return work count.
     */
    default int work()
    {
        return 0;
    }

    /**
     * Whether {@link #work} has to go on each millisecond also while no rows come, since something waits; else it does
     * every 100 ms.
     */
    default boolean isBusy()
    {
        return false;
    }

    /**
     * Whether none of its methods waits for anything, a disk or the other side, before {@link #end}: it may then share
     * a thread with the agents that make its rows. Nothing is to be durable or shown at its commits.
     */
    default boolean isPrompt()
    {
        return false;
    }

    /** Whether rows may be written: false while what was written waits for the other side. */
    default boolean isReady()
    {
        return true;
    }

    /**
     * Whether it wants results as soon as they are numbered, before their input is journaled. It is then told by
     * {@link #committed} how far they are committed, gets no results from where it stopped in an earlier run but from
     * the newest checkpoint on, and what it throws ends the job.
     */
    default boolean isProvisional()
    {
        return false;
    }

    /**
     * Says that a writer's results below {@code number} are committed: they come the same in every run. Before the
     * first result it says of each writer how far earlier runs had committed: after a loss of power that may be less
     * than they had said.
     */
    default void committed(final int writer, final long number)
    {
    }

    /** Called when no more rows are at hand: what was written may now be shown. */
    void flush();

    /** The job ended in order: no more rows will come. Followed by a last {@link #prepare} and {@link #complete}. */
    void end();

    /**
     * Makes what was written since the last call durable, but not visible.
     *
     * @return what {@link #complete} needs, also in another process; empty where nothing is needed.
     */
    default String prepare()
    {
        flush();
        return "";
    }

    /** Makes what a {@link #prepare} covered visible. Called again with the same token it changes nothing. */
    default void complete(final String token)
    {
    }

    /**
     * Goes on where an earlier run of the job stopped: completes the last token that was stored and discards what that
     * run wrote behind it. Called before the first write, if at all.
     *
     * @param token null where the earlier run stored none.
     */
    default void recover(final @Nullable String token)
    {
    }

    /** Whether {@link #recover} discards, so that rows written again are seen once. */
    default boolean isTransactional()
    {
        return false;
    }

    /** Shows what it counts beside what the engine does, each under its measure; before the job runs. */
    default void show(final BiConsumer<Measure, Counter> counters)
    {
        // Mostly the engine counts all there is.
    }

    /** Has failures that it lives through told, each time, from then on that the job has a log for them. */
    default void tell(final Consumer<String> errors)
    {
        // Mostly there are none.
    }

    /** Gives resources back; what was not completed stays in progress. */
    @Override
    void close();
}
