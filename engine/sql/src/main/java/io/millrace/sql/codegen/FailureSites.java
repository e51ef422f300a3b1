package io.millrace.sql.codegen;

import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.List;

/** The expressions of one statement that may fail, numbered as kernels report them. */
final class FailureSites
{
    private final List<String> texts = new ArrayList<>();

    /** Index of the expression; equal texts share one. */
    int indexOf(final Expr expr)
    {
        return indexOf(ExprText.of(expr));
    }

    /** Index of a place that is not an expression, such as a sink's column. */
    int indexOf(final String text)
    {
        final int known = texts.indexOf(text);
        if (known >= 0)
        {
            return known;
        }
        texts.add(text);
        return texts.size() - 1;
    }

    List<String> texts()
    {
        return List.copyOf(texts);
    }
}
