package io.millrace.sql.parse;

import io.millrace.sql.diagnostic.Span;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/** Calcite's positions as spans. */
public final class Positions
{
    private Positions()
    {
    }

    public static Span of(final @Nullable SqlParserPos position)
    {
        if (position == null || position.getLineNum() <= 0)
        {
            return Span.NONE;
        }
        return new Span(position.getLineNum(), Math.max(1, position.getColumnNum()),
            Math.max(position.getLineNum(), position.getEndLineNum()), Math.max(1, position.getEndColumnNum()));
    }

    public static Span of(final SqlNode node)
    {
        return of(node.getParserPosition());
    }
}
