package io.millrace.engine.connector;

import io.millrace.engine.Counter;
import io.millrace.engine.live.Measure;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A table being read.
 *
 * <p><b>Threading:</b> its source agent's thread, after {@link Connector#openSource}. <b>Errors:</b>
 * {@link ConnectorException} ends the job; a record that can't be used is no error, but a dead row.
 */
public interface Source extends AutoCloseable
{
    /** Its partitions; the list does not change. */
    List<? extends Partition> partitions();

    /**
     * Where its thread waits for what comes, in the place of {@link #wakeBy}, where the source knows such a place.
     * Called once, before the first poll; several sources of a thread may have the same one.
     */
    default @Nullable RestingPlace restingPlace()
    {
        return null;
    }

    /**
     * Has {@code wake} run, in any thread, whenever there may be something to be read after nothing was, and when the
     * input has ended. Called once, before the first poll.
     *
     * @return whether it will be; else it is looked for every other millisecond while the job rests.
     */
    default boolean wakeBy(final Runnable wake)
    {
        return false;
    }

    /**
     * Asked by the source agent's thread each time before it rests, where it is woken: whether it will be for all that
     * was not there at the last poll. Else it is polled again a millisecond later.
     */
    default boolean isListening()
    {
        return true;
    }

    /**
     * Asked by the source agent's thread every other millisecond while the job rests and nobody wakes it: whether a
     * duty cycle might find something. It has one ten times a second all the same.
     */
    default boolean hasCome()
    {
        return true;
    }

    /**
     * Does what must go on whether or not records are taken, such as keeping a connection alive. Called in each duty
     * cycle before partitions are polled, also while the ring is full, a journal is replayed, or all has been read.
     *
     * @return work count.
     */
    default int work()
    {
        return 0;
    }

    /** Whether {@link Partition#acknowledge} is to be called, which needs a journal. */
    default boolean wantsAcknowledgement()
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

    @Override
    void close();

    /** An ordered stream of records. */
    interface Partition
    {
        /**
         * Hands over records that are there now, without waiting, until {@code limit} or until the handler refuses.
         *
         * @return how many the handler took. A record that it refused is handed over again at the next call.
         */
        int poll(RecordHandler handler, int limit);

        /** Whether every record has been taken and none will come. */
        boolean isEnded();

        /** Whether nobody is there who could send, so that others' watermarks need not wait for this one's. */
        default boolean isAbsent()
        {
            return false;
        }

        /** The journal has committed every record up to this position: whatever happens, the job has it. */
        default void acknowledge(final long positionHigh, final long positionLow)
        {
        }

        /** What the positions of this moment's records share, such as a file's number. */
        long positionHigh();

        /** Whether {@link #readAgain} works; else the journal keeps whole blocks, and dead rows their bytes. */
        default boolean isRereadable()
        {
            return false;
        }

        /**
         * Reads a record's bytes again, into {@code bytes} from 0 on. Any thread, one at a time, also after the end.
         *
         * @param length bytes wanted, at most {@code bytes.length}.
         */
        default void readAgain(
            final long positionHigh, final long positionLow, final byte[] bytes, final int length)
        {
            throw new UnsupportedOperationException(describe(positionHigh, positionLow) + ": can't be read again");
        }

        /**
         * What tells the record at a position from another that lies there later; a line of text that a checkpoint
         * keeps. Any thread, also after the end; may wait for the disk.
         *
         * @return empty where nothing tells, as with streams.
         */
        default String identify(final long positionHigh, final long positionLow)
        {
            return "";
        }

        /**
         * Before {@link #resumeAfter} and before any journaled record is read again: behind which record an earlier run
         * was, as {@link #identify} told of it then.
         *
         * @throws ConnectorException where another record lies there now.
         */
        default void expect(final long positionHigh, final long positionLow, final String identity)
        {
            // Where nothing tells, nothing is compared.
        }

        /**
         * Goes on behind the record that begins at a position of an earlier run; nothing has been read yet. A stream
         * that begins anew with each run lets its positions ascend from there.
         *
         * @throws ConnectorException where there is no such place.
         */
        default void resumeAfter(final long positionHigh, final long positionLow)
        {
            throw new ConnectorException(ConnectorException.Kind.OPTION,
                describe(positionHigh, positionLow) + ": this source can't go on where an earlier run stopped");
        }

        /** Where a position lies, for a person: {@code events.jsonl:1024}. */
        String describe(long positionHigh, long positionLow);

        /** Bytes read from outside so far, as counted where they enter. */
        long bytesRead();
    }
}
