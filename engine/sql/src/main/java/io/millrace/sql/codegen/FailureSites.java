package io.millrace.sql.codegen;

import io.millrace.sql.expr.Expr;
import io.millrace.sql.expr.ExprPrinter;
import java.util.ArrayList;
import java.util.List;

/** The expressions of one statement that may fail, numbered as kernels report them. */
public final class FailureSites
{
    private static final int MAX_LENGTH = 120;

    private final List<String> texts = new ArrayList<>();
    private boolean isFixed;
    private int fixed;

    /** From now on every expression is reported as {@code site}: a column of the table, or -1. */
    public void fix(final int site)
    {
        isFixed = true;
        fixed = site;
    }

    /** Index of the expression; equal texts share one. */
    int indexOf(final Expr expr, final Inputs inputs)
    {
        if (isFixed)
        {
            return fixed;
        }
        final String text = new ExprPrinter(inputs::name).print(expr);
        return indexOf(text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH - 1) + "…");
    }

    /** Index of a place that is not an expression, such as a sink's column. */
    public int indexOf(final String text)
    {
        final int known = texts.indexOf(text);
        if (known >= 0)
        {
            return known;
        }
        texts.add(text);
        return texts.size() - 1;
    }

    public List<String> texts()
    {
        return List.copyOf(texts);
    }
}
