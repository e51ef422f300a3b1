package io.millrace.engine.sink;

import io.millrace.engine.Counter;
import io.millrace.engine.live.Measure;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where one sink agent's records go. <b>Threading:</b> its sink agent's thread. */
interface Target extends AutoCloseable
{
    /** As it is called in messages, folders and positions. */
    String name();

    /**
     * Whether a batch may not be taken: the job has to end before it. Asked before any record of it is accepted.
     *
     * @return null, or why.
     */
    default @Nullable String refusal(final long batch, final int length)
    {
        return null;
    }

    /** Does what must go on whether or not records come; work count. */
    default int work()
    {
        return 0;
    }

    /** See {@link io.millrace.engine.connector.Sink#show}. */
    default void show(final BiConsumer<Measure, Counter> counters)
    {
        // Mostly the engine counts all there is.
    }

    /** See {@link io.millrace.engine.connector.Sink#tell}. */
    default void tell(final Consumer<String> errors)
    {
        // Mostly there are none.
    }

    /** See {@link io.millrace.engine.connector.Sink#isBusy()}. */
    default boolean isBusy()
    {
        return false;
    }

    /** See {@link io.millrace.engine.connector.Sink#isPrompt()}. */
    default boolean isPrompt()
    {
        return false;
    }

    /** Whether records may be handed over. */
    default boolean isReady()
    {
        return true;
    }

    /** See {@link io.millrace.engine.connector.Sink#committed}. */
    default void committed(final int writer, final long number)
    {
    }

    /** Says whose records come next. */
    default void turnTo(final int writer)
    {
    }

    /** Takes a record of the output log, or passes it over where it is another target's. */
    void accept(long record);

    /** See {@link io.millrace.engine.connector.Sink#flush()}; likewise the rest. */
    void flush();

    void end();

    String prepare();

    void complete(String token);

    void recover(@Nullable String token);

    boolean isTransactional();

    /** Counts of what was accepted, by a name that lasts. */
    Map<String, Long> counts();

    /** Goes back to counts as they were; those that are not named are 0. */
    void restore(Map<String, Long> counts);

    /** Closes what is open, whatever that throws, and opens it anew. Followed by {@link #recover}. */
    void reopen();

    @Override
    void close();
}
