package io.millrace.bridges.aeron;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Lines for the person at the terminal: each kind once a minute, not a flood. Two messages are of a kind if they begin
 * alike.
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

    Notices(final String table)
    {
        this.table = table;
    }

    @Override
    public void accept(final String message)
    {
        final String kind = message.substring(0, Math.min(message.length(), KIND_LENGTH));
        final long nowNs = System.nanoTime();
        final Long before = saidAtNs.get(kind);
        if ((before == null || nowNs - before > QUIET_NS) && (before != null || saidAtNs.size() < MOST_KINDS))
        {
            saidAtNs.put(kind, nowNs);
            System.err.println("table " + table + ": " + message.replace('\n', ' '));
        }
    }
}
