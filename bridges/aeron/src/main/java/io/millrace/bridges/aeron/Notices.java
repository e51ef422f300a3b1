package io.millrace.bridges.aeron;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known of a table: each time for the job's error log, and as a line for the person at the terminal, each
 * kind once a minute, not a flood. Two messages are of a kind if they begin alike.
 *
 * <p><b>Threading:</b> any thread.
 */
final class Notices implements Consumer<String>
{
    private static final int KIND_LENGTH = 80;
    private static final int MOST_KINDS = 64;
    private static final long QUIET_NS = TimeUnit.MINUTES.toNanos(1);

    private final ConcurrentMap<String, Long> saidAtNs = new ConcurrentHashMap<>();
    private final String table;
    /** The job's error log; before there is one, what was said is kept for it. */
    private @Nullable Consumer<String> log;
    private final List<String> early = new ArrayList<>();

    Notices(final String table)
    {
        this.table = table;
    }

    /** Has all that is said from now on told, and what was said before. */
    synchronized void tell(final Consumer<String> errors)
    {
        log = errors;
        early.forEach(errors);
        early.clear();
    }

    private synchronized void keep(final String line)
    {
        if (log != null)
        {
            log.accept(line);
        }
        else if (early.size() < MOST_KINDS)
        {
            early.add(line);
        }
    }

    @Override
    public void accept(final String message)
    {
        final String line = "table " + table + ": " + message.replace('\n', ' ');
        keep(line);
        final String kind = message.substring(0, Math.min(message.length(), KIND_LENGTH));
        final long nowNs = System.nanoTime();
        final Long before = saidAtNs.get(kind);
        if ((before == null || nowNs - before > QUIET_NS) && (before != null || saidAtNs.size() < MOST_KINDS))
        {
            saidAtNs.put(kind, nowNs);
            System.err.println(line);
        }
    }
}
