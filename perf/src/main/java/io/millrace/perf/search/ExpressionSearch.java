package io.millrace.perf.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;

/** Writes random expressions, and rows for them, from a seed. */
public final class ExpressionSearch
{
    private static final int ROWS = 40;
    /** One expression of this many may fail for some row; they come last. */
    private static final int FAILING = 12;

    private ExpressionSearch()
    {
    }

    /** {@code ExpressionSearch SEED COUNT EXPRESSIONS ROWS}: the two files that it writes. */
    public static void main(final String[] args) throws IOException
    {
        final Draw draw = new Draw(Long.parseLong(args[0]));
        final ExpressionMaker maker = new ExpressionMaker(draw, TypedRows.COLUMNS, false);
        final ExpressionMaker failing = new ExpressionMaker(draw, TypedRows.COLUMNS, true);
        final int count = Integer.parseInt(args[1]);
        final LinkedHashSet<String> expressions = new LinkedHashSet<>();
        while (expressions.size() < count)
        {
            final boolean mayFail = expressions.size() > count - count / FAILING;
            expressions.add((mayFail ? failing : maker).any(draw.between(1, 3)));
        }
        Files.write(Path.of(args[2]), List.copyOf(expressions));
        Files.write(Path.of(args[3]), new TypedRows(draw).rows(ROWS));
    }
}
