package io.millrace.engine.output;

import io.millrace.codecs.Memory;
import io.millrace.engine.Counter;
import io.millrace.engine.live.LiveFile;
import io.millrace.engine.live.Measure;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.RecordDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * Brings what the shards and the merge agent have made into one output log. A batch waits until the input that it came
 * from has been committed, so that nothing in the output log can ever be without its cause. After a restart the
 * writers make again what the log already holds; such records are known by their numbers and passed over.
 *
 * <p><b>Threading:</b> one thread; {@link #isSettled()} and {@link #nextNumber} are for all. <b>Allocation:</b> none,
 * but for a buffer that grows to the longest batch cut after a restart.
 */
public final class OutputAgent implements Agent
{
    private static final int POLL_LIMIT = 4;

    private final Log.Reader[] readers;
    private final Log output;
    private final LongSupplier committedEntry;
    /** By writer: number of the next record that the output log lacks. */
    private final Counter[] next;
    /** By writer: number of the next record that has not come in this run, whether or not the log holds it. */
    private final long[] read;
    /** By writer, also those that there are no more: earlier runs' records are below this number. */
    private long[] bases;
    private final Log.RecordConsumer consumer = this::onBatch;
    private long scratch;
    private int scratchLength;
    /** By writer: numbers that a cut must have reached; null where none is asked for. */
    private volatile long @Nullable [] wantedCut;
    private volatile @Nullable Cut cut;
    private final Counter refused = new Counter();
    private @Nullable OutputTimes times;
    private @Nullable Observer observer;
    private final List<Follower> followers = new ArrayList<>();
    private boolean isClosed;

    /**
     * A place in the output log and what it holds up to there.
     *
     * @param next by writer, number of the first record behind it.
     */
    public record Cut(long position, long[] next)
    {
    }

    /** Hands on what the writers make beside the output log: a cut waits for it too. */
    @FunctionalInterface
    public interface Follower
    {
        /**
         * Whether it has handed on a writer's records up to a position of the writer's log, and said that those below
         * {@code number} are committed. Called by the output agent's thread.
         */
        boolean hasPassed(int writer, long position, long number);
    }

    /** Sees what the writers hand over; for tests and traces. */
    @FunctionalInterface
    public interface Observer
    {
        /**
         * Before what the log holds of a batch is passed over; again where the log takes it later.
         *
         * @param next number of the first record of its writer that the log lacks.
         */
        void onBatch(long address, int length, long next);
    }

    /**
     * @param writers        logs by writer id.
     * @param committedEntry the last ring entry that is safe to act upon.
     */
    public OutputAgent(final List<Log> writers, final Log output, final LongSupplier committedEntry)
    {
        this.output = output;
        this.committedEntry = committedEntry;
        readers = new Log.Reader[writers.size()];
        java.util.Arrays.setAll(readers, writer -> writers.get(writer).newReader(0));
        next = new Counter[readers.length];
        java.util.Arrays.setAll(next, writer -> new Counter());
        read = new long[readers.length];
        bases = new long[readers.length];
    }

    /**
     * Says that the output log holds a writer's records below {@code number}. Called before the first duty cycle.
     *
     * @param first number of the first record that the writer makes, again where the log holds it.
     */
    public void resume(final int writer, final long first, final long number)
    {
        read[writer] = first;
        next[writer].set(number);
    }

    /** Says below which numbers all records of earlier runs are, by writer. Called before the first duty cycle. */
    public void resume(final long[] newBases)
    {
        bases = newBases;
    }

    /** By writer, also those that there are no more: below this number are all records of earlier runs. */
    public long[] bases()
    {
        return bases.clone();
    }

    /** Shows its counters, and has the time taken at which its log grew. Before the first duty cycle. */
    public void show(final LiveFile.Contents contents, final OutputTimes ofLog)
    {
        times = ofLog;
        contents.show(Measure.OUTPUT_REFUSED, 0, 0, roleName(), refused);
    }

    /** Called before the first duty cycle. */
    public void observe(final Observer newObserver)
    {
        observer = newObserver;
    }

    /** Called before the first duty cycle. */
    public void await(final Follower follower)
    {
        followers.add(follower);
    }

    @Override
    public String roleName()
    {
        return "output";
    }

    @Override
    public int doWork()
    {
        int work = 0;
        for (int i = 0; i < readers.length; i++)
        {
            final Log.Reader reader = readers[i];
            if (reader.hasMore())
            {
                work += reader.poll(consumer, POLL_LIMIT);
                reader.release(reader.position());
            }
        }
        if (times != null && work > 0)
        {
            times.mark(output.endPosition());
        }
        final long[] wanted = wantedCut;
        if (wanted != null && hasAll(wanted))
        {
            final long[] held = new long[next.length];
            java.util.Arrays.setAll(held, writer -> next[writer].get());
            cut = new Cut(output.endPosition(), held);
            wantedCut = null;
            work++;
        }
        return work;
    }

    private boolean hasAll(final long[] wanted)
    {
        for (int i = 0; i < wanted.length; i++)
        {
            // Not what the log held before: of that the followers have had nothing in this run.
            if (read[i] < wanted[i])
            {
                return false;
            }
            for (int j = 0; j < followers.size(); j++)
            {
                if (!followers.get(j).hasPassed(i, readers[i].position(), wanted[i]))
                {
                    return false;
                }
            }
        }
        return true;
    }

    /** Asks for a cut at which every writer's records below its number are in the log. From any one thread. */
    public void askForCut(final long[] numbers)
    {
        cut = null;
        wantedCut = numbers.clone();
    }

    /** The cut that was asked for, or null while it isn't there. */
    public @Nullable Cut cut()
    {
        return cut;
    }

    private boolean onBatch(final long address, final int length)
    {
        if (RecordDescriptor.entry(address) > committedEntry.getAsLong())
        {
            return false;
        }
        final int writer = RecordDescriptor.writer(address);
        final long wanted = next[writer].get();
        final Observer seeing = observer;
        if (seeing != null)
        {
            seeing.onBatch(address, length, wanted);
        }
        long first = RecordDescriptor.firstRecord(address);
        long count = 0;
        long behind = wanted;
        for (long at = first; at < address + length; at = RecordDescriptor.nextRecord(at))
        {
            behind = RecordDescriptor.number(at) + 1;
            if (RecordDescriptor.number(at) < wanted)
            {
                first = RecordDescriptor.nextRecord(at);
            }
            else
            {
                count++;
            }
        }
        if (count == 0)
        {
            read[writer] = behind;
            return true;
        }
        if (RecordDescriptor.number(first) != wanted)
        {
            throw new IllegalStateException("writer " + writer + " goes on with record " +
                RecordDescriptor.number(first) + ", expected " + wanted);
        }
        if (!append(address, first, length))
        {
            refused.add(1);
            return false;
        }
        next[writer].set(wanted + count);
        read[writer] = behind;
        return true;
    }

    /** Appends a batch, without the records before {@code first}. */
    private boolean append(final long batch, final long first, final int length)
    {
        if (first == RecordDescriptor.firstRecord(batch))
        {
            return output.tryAppend(batch, length) != Log.BACK_PRESSURE;
        }
        final int rest = (int)(batch + length - first);
        if (scratchLength < length)
        {
            Memory.free(scratch);
            scratchLength = length;
            scratch = Memory.allocate(length);
        }
        Memory.copy(batch, scratch, RecordDescriptor.BATCH_HEADER_LENGTH);
        Memory.copy(first, scratch + RecordDescriptor.BATCH_HEADER_LENGTH, rest);
        return output.tryAppend(scratch, RecordDescriptor.BATCH_HEADER_LENGTH + rest) != Log.BACK_PRESSURE;
    }

    /** Number of the next record of a writer that the output log lacks. */
    public long nextNumber(final int writer)
    {
        return next[writer].get();
    }

    /** Whether everything that the writers have handed over up to now is in the output log. */
    public boolean isSettled()
    {
        for (int i = 0; i < readers.length; i++)
        {
            if (readers[i].hasMore())
            {
                return false;
            }
        }
        return true;
    }

    @Override
    public void onClose()
    {
        if (!isClosed)
        {
            isClosed = true;
            Memory.free(scratch);
        }
    }
}
