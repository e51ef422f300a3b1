package io.millrace.sql.validate;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.DiagnosticException;
import io.millrace.sql.diagnostic.Span;
import org.jspecify.annotations.Nullable;

/**
 * What Calcite throws where it should have said what is wrong: odd text makes it fail in assertions, casts and deep
 * recursion. The user gets a place and a code; nothing internal leaks.
 */
public final class Unforeseen
{
    private Unforeseen()
    {
    }

    public static DiagnosticException of(final Throwable failure, final Span span)
    {
        if (failure instanceof StackOverflowError)
        {
            return new DiagnosticException(Diagnostic.error(
                DiagnosticCode.LIMIT, span, "this statement is nested too deep", "split it into views"));
        }
        final @Nullable String message = failure.getMessage();
        final String reason = message == null ? "" : ": " + message.lines().findFirst().orElse("");
        return new DiagnosticException(Diagnostic.error(DiagnosticCode.INTERNAL, span,
            "this statement can't be analysed (" + failure.getClass().getSimpleName() + reason + ")",
            "write it in a simpler way; a report is welcome"));
    }
}
