package io.millrace.sql.lower;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.DiagnosticException;
import io.millrace.sql.diagnostic.Span;
import org.jspecify.annotations.Nullable;

/** How lowering refuses: at a place it knows, or at the statement's. */
final class Unsupported
{
    private Unsupported()
    {
    }

    static DiagnosticException at(final Span span, final String what, final @Nullable String hint)
    {
        return new DiagnosticException(Diagnostic.unsupported(span, what, hint));
    }

    static DiagnosticException wrong(
        final DiagnosticCode code, final Span span, final String what, final @Nullable String hint)
    {
        return new DiagnosticException(Diagnostic.error(code, span, what, hint));
    }
}
