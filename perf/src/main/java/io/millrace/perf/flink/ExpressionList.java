package io.millrace.perf.flink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Expands a list of SQL expressions. A line {@code set name = a b c} defines a set; in any other line {@code {name}}
 * stands for each of its members in turn, every occurrence on its own. Lines that begin with {@code #} are comments.
 */
final class ExpressionList
{
    private static final String SET = "set ";

    private ExpressionList()
    {
    }

    /** The expressions in the order of the lines, each once. */
    static List<String> of(final List<String> lines)
    {
        final Map<String, String[]> sets = new HashMap<>();
        final LinkedHashSet<String> expressions = new LinkedHashSet<>();
        for (final String line : lines)
        {
            if (line.isBlank() || line.startsWith("#"))
            {
                continue;
            }
            if (line.startsWith(SET))
            {
                final int equals = line.indexOf('=');
                sets.put(line.substring(SET.length(), equals).trim(), line.substring(equals + 1).trim().split(" "));
            }
            else
            {
                expand(line, sets, expressions);
            }
        }
        return new ArrayList<>(expressions);
    }

    private static void expand(final String line, final Map<String, String[]> sets, final LinkedHashSet<String> to)
    {
        final int open = line.indexOf('{');
        final int close = line.indexOf('}', open);
        if (open < 0 || close < 0)
        {
            to.add(line);
            return;
        }
        final String[] members = sets.get(line.substring(open + 1, close));
        if (members == null)
        {
            throw new IllegalArgumentException("no such set in: " + line);
        }
        for (final String member : members)
        {
            expand(line.substring(0, open) + member + line.substring(close + 1), sets, to);
        }
    }
}
