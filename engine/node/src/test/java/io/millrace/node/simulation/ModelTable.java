package io.millrace.node.simulation;

import io.millrace.client.FrameDescriptor;
import io.millrace.client.ResultNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * An outside system that a job writes to: transactions that are prepared, then committed once, whoever asks again. It
 * outlives the job's processes; a commit that timed out may be done later, and one of an epoch that is over is refused.
 * Or a subscriber of provisional results, which keeps each once and drops what a restart makes void.
 *
 * <p><b>Threading:</b> one thread.
 */
final class ModelTable
{
    private final String name;
    private final boolean isTransactional;
    private final SplittableRandom random;
    private final FaultCounts counts;
    private final Trace trace;
    private final List<String> rows = new ArrayList<>();
    /** Rows that were shown before a loss of power took what some of them may have been made of. */
    private final Set<String> takenBack = new HashSet<>();
    private final TreeMap<String, List<String>> prepared = new TreeMap<>();
    private final TreeMap<String, List<String>> done = new TreeMap<>();
    private final List<String> delayed = new ArrayList<>();
    private int connections;
    private final boolean isProvisional;
    private final ResultNumbers numbers = new ResultNumbers();
    /** By writer and number. */
    private final TreeMap<Integer, TreeMap<Long, String>> received = new TreeMap<>();
    /** By writer: how many results of earlier runs were committed when this run began. */
    private long[] begun = {};
    /** By writer: the least of that number of all runs since the last of which anything was heard. */
    private final TreeMap<Integer, Long> unheard = new TreeMap<>();
    private final ResultNumbers.Handler handler = new ResultNumbers.Handler()
    {
        @Override
        public void onRestart(final int writer, final long number)
        {
            final Map<Long, String> ofWriter = received.getOrDefault(writer, new TreeMap<>()).tailMap(number, true);
            trace.say(name + " drops " + ofWriter.size() + " of " + writer + " from " + number);
            if (!ofWriter.isEmpty())
            {
                counts.add(Fault.PROVISIONAL_VOID);
            }
            ofWriter.clear();
        }
    };

    ModelTable(
        final String name, final boolean isTransactional, final SplittableRandom random, final FaultCounts counts,
        final Trace trace)
    {
        this.name = name;
        this.isTransactional = isTransactional;
        this.random = random;
        this.counts = counts;
        this.trace = trace;
        // Of a generator that nobody else asks then: the histories of other runs stay as they are.
        isProvisional = !isTransactional && random.nextBoolean();
    }

    boolean isProvisional()
    {
        return isProvisional;
    }

    /** Whether a row may be there more often than it was made. */
    boolean mayRepeat()
    {
        return !isTransactional && !isProvisional;
    }

    void receive(final int writer, final long number, final long epoch, final long base, final String row)
    {
        final boolean isNew = numbers.isNew(writer, number, epoch, base, FrameDescriptor.FLAG_PROVISIONAL,
            handler);
        trace.say(name + (isNew ? " receives " : " has ") + writer + "." + number + " " + row);
        if (isNew)
        {
            received.computeIfAbsent(writer, key -> new TreeMap<>()).put(number, row);
        }
        else if (!row.equals(received.getOrDefault(writer, new TreeMap<>()).get(number)))
        {
            throw new Violation(name + ": result " + writer + "." + number + " comes again as " + row);
        }
    }

    void committed(final int writer, final long number, final long epoch, final long base)
    {
        trace.say(name + " has committed " + writer + " to " + number);
        numbers.commit(writer, number, epoch, base, handler);
    }

    /**
     * A run begins, behind so many committed results of each writer.
     *
     * @param mayGoBack whether some that were said to be committed may be gone.
     */
    void begin(final long[] numbersByWriter, final boolean mayGoBack)
    {
        begun = numbersByWriter;
        received.forEach((writer, ofWriter) ->
        {
            final Long last = ofWriter.lowerKey(numbers.committed(writer));
            if (!mayGoBack && writer < begun.length && last != null && last >= begun[writer])
            {
                throw new Violation(name + " was told that result " + writer + "." + last +
                    " is committed, a restart knows those before " + begun[writer]);
            }
        });
        for (int writer = 0; writer < begun.length; writer++)
        {
            unheard.merge(writer, begun[writer], Math::min);
        }
    }

    /**
     * The first that is heard of a writer in a run: how many results of earlier runs are committed. A subscriber that
     * was told that more are, by a run before one of which it has heard nothing, and that went back further, can't
     * know: it keeps what it holds from there on up to what it is told now. That is a limit, and somebody tells it.
     *
     * @return from where on what the subscriber holds of earlier runs is void.
     */
    long hear(final int writer, final long told)
    {
        if (writer >= begun.length || told != begun[writer])
        {
            throw new Violation(name + " is told that results of writer " + writer + " before " + told +
                " are of earlier runs, there were those before " + Arrays.toString(begun));
        }
        final long least = unheard.remove(writer);
        if (least >= Math.min(told, numbers.committed(writer)))
        {
            return told;
        }
        trace.say(name + " has missed a run that went back to " + writer + "." + least);
        return least;
    }

    String name()
    {
        return name;
    }

    boolean isTransactional()
    {
        return isTransactional;
    }

    /** Rows that everybody sees, in the order in which they were shown. */
    List<String> rows()
    {
        if (isProvisional)
        {
            final List<String> all = new ArrayList<>();
            received.values().forEach(ofWriter -> all.addAll(ofWriter.values()));
            return all;
        }
        return rows;
    }

    /** A loss of power has taken input that what is shown may have been made of; nobody can take that back. */
    void mayBeTakenBack()
    {
        if (mayRepeat())
        {
            counts.add(Fault.SHOWN_TAKEN_BACK);
            takenBack.addAll(rows);
        }
    }

    /** Rows that may be there though they should not. */
    Set<String> takenBack()
    {
        return takenBack;
    }

    /** Results of which it was never said that they are committed, by writer. */
    Map<Integer, Set<Long>> unsaid()
    {
        final Map<Integer, Set<Long>> unsaid = new TreeMap<>();
        received.forEach((writer, ofWriter) ->
            unsaid.put(writer, ofWriter.tailMap(numbers.committed(writer), true).keySet()));
        unsaid.values().removeIf(Set::isEmpty);
        return unsaid;
    }

    /** Transactions that nobody ended. */
    Map<String, List<String>> open()
    {
        return prepared;
    }

    int connect()
    {
        return connections++;
    }

    void show(final List<String> more)
    {
        more.forEach(row -> trace.say(name + " shows " + row));
        rows.addAll(more);
    }

    void prepare(final String token, final List<String> more)
    {
        trace.say(name + " prepares " + token + ", " + more.size() + " rows");
        prepared.put(token, new ArrayList<>(more));
    }

    void commit(final String token)
    {
        final List<String> transaction = prepared.remove(token);
        if (transaction != null)
        {
            trace.say(name + " commits " + token);
            done.put(token, transaction);
            show(transaction);
        }
        else if (!done.containsKey(token))
        {
            throw new Violation(name + ": transaction " + token + " is not there, and never was committed");
        }
    }

    /** A commit that its asker believes to have failed, and that is done later, perhaps never. */
    void commitLater(final String token)
    {
        delayed.add(token);
    }

    /** Everything prepared is given up. */
    void discard()
    {
        if (!prepared.isEmpty())
        {
            trace.say(name + " discards " + prepared.keySet());
        }
        prepared.clear();
    }

    /** Lets time pass: a commit that was under way for long may arrive. */
    void pass()
    {
        if (!delayed.isEmpty() && random.nextInt(64) == 0)
        {
            final String token = delayed.remove(0);
            if (prepared.containsKey(token))
            {
                counts.add(Fault.SINK_TIMED_OUT);
                commit(token);
            }
            else
            {
                counts.add(Fault.SINK_STALE_EPOCH);
                trace.say(name + " refuses " + token);
            }
        }
    }
}
