package io.millrace.sql.diagnostic;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Diagnostics as a person reads them: place, message, the line with carets below it, the hint.
 * <pre>
 * job.sql:2:8: error SQL003: Column 'page_ur' not found in any table
 *   2 | SELECT page_ur FROM user_events
 *     |        ^^^^^^^
 *   hint: did you mean 'page_url'?
 * </pre>
 */
public final class DiagnosticRenderer
{
    private static final int WIDEST_LINE = 160;
    /** What a terminal might obey. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\t\n]]");

    private final String fileName;
    private final List<String> lines;

    public DiagnosticRenderer(final String fileName, final String text)
    {
        this.fileName = fileName;
        this.lines = text.lines().toList();
    }

    public String render(final List<Diagnostic> diagnostics)
    {
        final StringBuilder out = new StringBuilder();
        diagnostics.forEach(diagnostic -> render(diagnostic, out));
        return out.toString();
    }

    public String render(final Diagnostic diagnostic)
    {
        final StringBuilder out = new StringBuilder();
        render(diagnostic, out);
        return out.toString();
    }

    private void render(final Diagnostic diagnostic, final StringBuilder out)
    {
        out.append(fileName);
        if (diagnostic.span().isInText())
        {
            out.append(':').append(diagnostic.line()).append(':').append(diagnostic.column());
        }
        out.append(": ").append(diagnostic.severity().name().toLowerCase(Locale.ROOT)).append(' ')
            .append(diagnostic.code().code()).append(": ").append(shown(diagnostic.message())).append('\n');
        if (diagnostic.span().isInText() && diagnostic.line() <= lines.size())
        {
            source(diagnostic.span(), out);
        }
        if (diagnostic.hint() != null)
        {
            out.append("  hint: ").append(shown(diagnostic.hint())).append('\n');
        }
    }

    /** What a user wrote may be part of any of it. */
    private static String shown(final String text)
    {
        return CONTROL.matcher(text).replaceAll("?");
    }

    private void source(final Span span, final StringBuilder out)
    {
        final String number = "  " + span.line() + " | ";
        final String whole = shown(lines.get(span.line() - 1));
        final int column = Math.max(0, Math.min(span.column() - 1, whole.length()));
        final int from = column > WIDEST_LINE - 40 ? column - WIDEST_LINE / 2 : 0;
        final String line = whole.substring(from, Math.min(whole.length(), from + WIDEST_LINE));
        out.append(number).append(line).append('\n');
        out.append(" ".repeat(number.length() - 2)).append("| ");
        for (int i = from; i < column; i++)
        {
            out.append(whole.charAt(i) == '\t' ? '\t' : ' ');
        }
        final int end = span.endLine() == span.line() ? span.endColumn() : whole.stripTrailing().length();
        final int carets = Math.min(Math.max(1, end - span.column() + 1), Math.max(1, from + line.length() - column));
        out.append("^".repeat(carets)).append('\n');
    }
}
