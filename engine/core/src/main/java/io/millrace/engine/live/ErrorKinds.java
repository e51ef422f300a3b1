package io.millrace.engine.live;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.agrona.concurrent.errors.DistinctErrorLog;

/**
 * Keeps each kind of error once, with how often and when it was seen. Two sentences that differ in numbers alone are of
 * one kind: a failure that comes again with another byte count or file number is counted, not listed.
 *
 * <p><b>Threading:</b> any thread. <b>Limits:</b> what the log has room for.
 */
final class ErrorKinds
{
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private final DistinctErrorLog log;
    private final Map<String, Seen> kinds = new HashMap<>();

    /** How the log is given a sentence: it knows throwables alone. */
    private static final class Seen extends RuntimeException
    {
        private static final long serialVersionUID = 1L;

        Seen(final String text)
        {
            super(text, null, false, false);
        }

        @Override
        public String toString()
        {
            return String.valueOf(getMessage());
        }
    }

    ErrorKinds(final DistinctErrorLog log)
    {
        this.log = log;
    }

    synchronized void record(final String text)
    {
        final String kind = NUMBER.matcher(text).replaceAll("#");
        final Seen known = kinds.get(kind);
        final Seen seen = known == null ? new Seen(text) : known;
        if (log.record(seen) && known == null)
        {
            kinds.put(kind, seen);
        }
    }
}
