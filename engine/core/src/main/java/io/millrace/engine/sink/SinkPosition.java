package io.millrace.engine.sink;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far a sink has come, as it is stored.
 *
 * @param commit   number of the commit that stored it, from 1 on.
 * @param position behind the last batch of the output log that it covers.
 * @param token    what the sink needs to complete the commit; no line feed in it.
 * @param counts   by name, as of the position.
 */
public record SinkPosition(long commit, long position, String token, SortedMap<String, Long> counts)
{
    public SinkPosition
    {
        counts = new TreeMap<>(counts);
    }

    public SinkPosition(final long commit, final long position, final String token, final Map<String, Long> counts)
    {
        this(commit, position, token, new TreeMap<>(counts));
    }
}
