package io.millrace.sql.lower;

import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.expr.Expr;
import java.util.List;

/** What TO_TIMESTAMP_LTZ may be given: a number, and how many of its digits are fraction digits of seconds. */
final class EpochTime
{
    private EpochTime()
    {
    }

    static void check(final List<Expr> operands, final Span span)
    {
        if (operands.get(0).type().isString())
        {
            throw Unsupported.at(span, "TO_TIMESTAMP_LTZ of text", "TO_TIMESTAMP takes text");
        }
        if (operands.size() == 1)
        {
            return;
        }
        if (!(operands.get(1) instanceof Expr.Literal given && given.value() instanceof Number digits))
        {
            throw Unsupported.at(span, "TO_TIMESTAMP_LTZ with digits that are not a constant", null);
        }
        if (digits.longValue() < 0 || digits.longValue() > 9)
        {
            throw Unsupported.wrong(DiagnosticCode.INVALID, span,
                "TO_TIMESTAMP_LTZ takes 0 to 9 digits, not " + digits, null);
        }
    }
}
