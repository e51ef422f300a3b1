package io.millrace.perf.workload;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/** Pool rows as JSON lines with a place for the event time, in the columns' order or, to try that, shuffled. */
public final class Lines
{
    private static final String NO_TIME = "0000-00-00 00:00:00.000";
    private static final byte[] NO_TIME_BYTES = NO_TIME.getBytes(StandardCharsets.US_ASCII);

    private final Workload workload;
    private final boolean isShuffled;
    private SplittableRandom random = new SplittableRandom(0);
    private final List<String> paths;
    private final List<IntFunction<Object>> values;

    public Lines(final Workload workload, final boolean isShuffled)
    {
        this.workload = workload;
        this.isShuffled = isShuffled;
        paths = workload.paths();
        values = paths.stream().map(workload::values).toList();
    }

    /** One line without its end; its event time's bytes are at {@link #timeOffset}. */
    public byte[] line(final int row)
    {
        random = new SplittableRandom(row);
        final List<String> members = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++)
        {
            final String path = paths.get(i);
            final int dot = path.indexOf('.');
            if (dot < 0)
            {
                members.add(member(path, values.get(i).apply(row)));
            }
            else
            {
                final List<String> nested = new ArrayList<>();
                final String outer = path.substring(0, dot + 1);
                for (; i < paths.size() && paths.get(i).startsWith(outer); i++)
                {
                    nested.add(member(paths.get(i).substring(dot + 1), values.get(i).apply(row)));
                }
                i--;
                members.add("\"" + path.substring(0, dot) + "\":" + object(nested));
            }
        }
        members.add(Math.min(2, members.size()), member(workload.timeColumn(), NO_TIME));
        return object(members).getBytes(StandardCharsets.UTF_8);
    }

    private String object(final List<String> members)
    {
        if (isShuffled)
        {
            for (int i = members.size() - 1; i > 0; i--)
            {
                final int other = random.nextInt(i + 1);
                members.set(i, members.set(other, members.get(i)));
            }
        }
        return "{" + String.join(",", members) + "}";
    }

    private static String member(final String key, final Object value)
    {
        return "\"" + key + "\":" + (value instanceof String ? "\"" + value + "\"" : value.toString());
    }

    /** Where a line's event time begins. */
    public static int timeOffset(final byte[] line)
    {
        for (int i = 0; i + NO_TIME_BYTES.length <= line.length; i++)
        {
            if (line[i] == '0' && Arrays.equals(line, i, i + NO_TIME_BYTES.length, NO_TIME_BYTES, 0,
                NO_TIME_BYTES.length))
            {
                return i;
            }
        }
        throw new IllegalArgumentException("a line without a time");
    }
}
