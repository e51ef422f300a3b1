package io.millrace.perf.throughput;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.perf.peer.Outcome;
import io.millrace.perf.peer.ResultHash;
import io.millrace.perf.workload.Workload;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a job must answer for each window, counted anew with maps. */
final class Expected
{
    private static final Set<String> TYPES = Set.of("page_view", "click", "scroll");
    private static final long HOUR_MS = Workload.TURN_MS;

    private final Workload rows;
    private final boolean isByUser;
    /** Of the first window, and of each later one: they hold the same rows, an hour later. */
    private final Map<String, Counts> first;
    private final Map<String, Counts> later;

    /** What is counted for one key. */
    private static final class Counts
    {
        private long events;
        private final Set<String> pages = new HashSet<>();
    }

    /** @param isByUser whether it is the central job, else all rows of a window are counted. */
    Expected(final Workload rows, final boolean isByUser)
    {
        this.rows = rows;
        this.isByUser = isByUser;
        first = count(0);
        later = count(1);
    }

    private static long start(final long window)
    {
        return Workload.START_MS - Math.floorMod(Workload.START_MS, HOUR_MS) + window * HOUR_MS;
    }

    private Map<String, Counts> count(final long window)
    {
        final Map<String, Counts> counts = new HashMap<>();
        for (long index = 0; index < (window + 2) * rows.size(); index++)
        {
            final int row = (int)(index % rows.size());
            final long timeMs = rows.timeMs(index);
            if (timeMs >= start(window) && timeMs < start(window + 1) &&
                (!isByUser || TYPES.contains(text("event_type", row))))
            {
                final Counts of = counts.computeIfAbsent(isByUser ? text("user_id", row) : "", key -> new Counts());
                of.events++;
                if (isByUser)
                {
                    of.pages.add(text("payload.page_url", row));
                }
            }
        }
        return counts;
    }

    private String text(final String path, final int row)
    {
        return rows.values(path).apply(row).toString();
    }

    /** Compares what came with what must have come; how many windows there were. */
    int check(final Outcome outcome)
    {
        long window = 0;
        for (final Map.Entry<Long, Outcome.Answer> answer : outcome.windows().entrySet())
        {
            final Outcome.Answer wanted = answer(window);
            if (answer.getKey() != start(window) || !answer.getValue().equals(wanted))
            {
                throw new IllegalStateException("window " + window + " is " + answer + ", expected " + wanted);
            }
            window++;
        }
        if (window < outcome.rows() / rows.size() - 1)
        {
            throw new IllegalStateException(window + " windows of " + outcome.rows() + " rows");
        }
        return (int)window;
    }

    private Outcome.Answer answer(final long window)
    {
        final Map<String, Counts> counts = window == 0 ? first : later;
        long sum = 0;
        for (final Map.Entry<String, Counts> of : counts.entrySet())
        {
            long hash = ResultHash.SEED;
            if (isByUser)
            {
                final byte[] user = of.getKey().getBytes(UTF_8);
                hash = ResultHash.add(ResultHash.add(ResultHash.add(hash, user, user.length), of.getValue().events),
                    of.getValue().pages.size());
            }
            else
            {
                hash = ResultHash.add(hash, of.getValue().events);
            }
            sum += ResultHash.add(ResultHash.add(hash, start(window)), start(window + 1));
        }
        return new Outcome.Answer(counts.size(), sum);
    }
}
