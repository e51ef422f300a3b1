package io.millrace.sql.diagnostic;

import java.io.Serial;

/** Stops the analysis of one statement; caught where statements are told apart, never seen outside. */
public final class DiagnosticException extends RuntimeException
{
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Diagnostic diagnostic;

    public DiagnosticException(final Diagnostic diagnostic)
    {
        super(diagnostic.message(), null, false, false);
        this.diagnostic = diagnostic;
    }

    public Diagnostic diagnostic()
    {
        return diagnostic;
    }
}
