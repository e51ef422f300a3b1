package io.millrace.sql.diagnostic;

import org.jspecify.annotations.Nullable;

/**
 * One thing to tell the person who wrote the job.
 *
 * @param message what is wrong, without the place.
 * @param hint    what to do, such as {@code did you mean 'user_id'?}; or null.
 */
public record Diagnostic(DiagnosticCode code, Severity severity, Span span, String message, @Nullable String hint)
{
    /** Whether the job can run all the same. */
    public enum Severity
    {
        ERROR, WARNING
    }

    public static Diagnostic error(
        final DiagnosticCode code, final Span span, final String message, final @Nullable String hint)
    {
        return new Diagnostic(code, Severity.ERROR, span, message, hint);
    }

    /** Valid Flink SQL that is not supported here. */
    public static Diagnostic unsupported(final Span span, final String what)
    {
        return unsupported(span, what, null);
    }

    /** Valid Flink SQL that is not supported here, and what to write instead. */
    public static Diagnostic unsupported(final Span span, final String what, final @Nullable String hint)
    {
        return error(DiagnosticCode.UNSUPPORTED, span, what + ": valid Flink SQL, not supported by Millrace", hint);
    }

    public boolean isError()
    {
        return severity == Severity.ERROR;
    }

    public int line()
    {
        return span.line();
    }

    public int column()
    {
        return span.column();
    }

    public int endLine()
    {
        return span.endLine();
    }

    public int endColumn()
    {
        return span.endColumn();
    }
}
