package io.millrace.engine;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** "Did you mean": the nearest known name by edit distance, a swap of neighbours counting once. */
public final class Suggestion
{
    private static final int LONGEST = 128;

    private Suggestion()
    {
    }

    /** The candidate nearest to {@code name}, if near enough to be meant; ties go to one as long, or the first. */
    public static @Nullable String nearest(final String name, final Collection<String> candidates)
    {
        if (name.length() > LONGEST)
        {
            return null;
        }
        final String wanted = name.toLowerCase(Locale.ROOT);
        int best = Math.min(name.length(), 1 + Math.max(1, name.length() / 3));
        String nearest = null;
        for (final String candidate : candidates)
        {
            if (candidate.length() > LONGEST)
            {
                continue;
            }
            final int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT));
            if (distance < best || distance == best && nearest != null && nearest.length() != name.length() &&
                candidate.length() == name.length())
            {
                best = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** The hint for a misspelt name, or null. */
    public static @Nullable String hint(final String name, final Collection<String> candidates)
    {
        final String nearest = nearest(name, candidates);
        return nearest == null ? null : "did you mean '" + nearest + "'?";
    }

    /** Insertions, deletions, replacements and swaps of neighbours that lead from {@code a} to {@code b}. */
    public static int distance(final String a, final String b)
    {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++)
        {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++)
        {
            final int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++)
            {
                final int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1))
                {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
