package io.millrace.perf.peer;

import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the results of each window and sums their hashes, so that the order of results does not matter.
 *
 * <p><b>Threading:</b> one thread writes; read it when the job is done. <b>Allocation:</b> once a window.
 */
public final class Tally
{
    private final TreeMap<Long, Window> windows = new TreeMap<>();
    private long lastStart = Long.MIN_VALUE;
    private Window last = new Window();
    private long bytes;

    /** What one window gave. */
    private static final class Window
    {
        private long rows;
        private long hash;
    }

    /**
     * Adds a result.
     *
     * @param hash    of its values.
     * @param encoded bytes of its JSON.
     */
    public void add(final long windowStartMs, final long hash, final int encoded)
    {
        if (windowStartMs != lastStart)
        {
            lastStart = windowStartMs;
            last = windows.computeIfAbsent(windowStartMs, start -> new Window());
        }
        last.rows++;
        last.hash += hash;
        bytes += encoded;
    }

    /** Bytes of all results as JSON. */
    public long bytes()
    {
        return bytes;
    }

    /** Rows and hash by window start. */
    public Map<Long, Outcome.Answer> windows()
    {
        final TreeMap<Long, Outcome.Answer> answers = new TreeMap<>();
        windows.forEach((start, window) -> answers.put(start, new Outcome.Answer(window.rows, window.hash)));
        return answers;
    }
}
