package io.millrace.sql.diagnostic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is found in one job; the same finding at the same place is kept once. */
public final class Diagnostics
{
    /** Most findings kept. */
    public static final int LIMIT = 200;

    private final List<Diagnostic> found = new ArrayList<>();

    public void add(final Diagnostic diagnostic)
    {
        if (found.size() < LIMIT && !found.contains(diagnostic))
        {
            found.add(diagnostic);
        }
    }

    public boolean hasErrors()
    {
        return found.stream().anyMatch(Diagnostic::isError);
    }

    public int count()
    {
        return found.size();
    }

    /** In the order of the text; what has no place comes first. */
    public List<Diagnostic> sorted()
    {
        final List<Diagnostic> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt(Diagnostic::line).thenComparingInt(Diagnostic::column));
        return List.copyOf(sorted);
    }
}
