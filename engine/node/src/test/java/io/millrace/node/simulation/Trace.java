package io.millrace.node.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** A hash over everything that a run does, in order, and its last events in words. Equal for two runs of one seed. */
final class Trace
{
    private static final int KEPT = 4000;

    private final boolean isTold;
    private final Deque<String> last = new ArrayDeque<>();
    private long hash = 1;
    private long events;

    /**
     * @param isTold whether words are kept.
     */
    Trace(final boolean isTold)
    {
        this.isTold = isTold;
    }

    void add(final String what, final long a, final long b, final long c)
    {
        events++;
        hash = mix(mix(mix(mix(hash, what.hashCode()), a), b), c);
        if (isTold)
        {
            tell(what + " " + a + " " + b + " " + Long.toHexString(c));
        }
    }

    /** Words that are not hashed. */
    void tell(final Supplier<String> words)
    {
        if (isTold)
        {
            tell(words.get());
        }
    }

    private void tell(final String words)
    {
        if (last.size() == KEPT)
        {
            last.removeFirst();
        }
        last.addLast(events + " " + words);
    }

    void say(final String words)
    {
        events++;
        hash = mix(hash, words.hashCode());
        if (isTold)
        {
            tell(words);
        }
    }

    static long mix(final long hash, final long value)
    {
        final long h = (hash ^ value) * 0x9E3779B97F4A7C15L;
        return h ^ h >>> 29;
    }

    long hash()
    {
        return hash;
    }

    String words()
    {
        return String.join("\n", last);
    }
}
