package io.millrace.sql;

import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.DiagnosticRenderer;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Holds the front end to its promise on {@link MutatedJobs}: a job, whose kernels compile, or diagnostics, each with
 * its place in the text, none of which speaks of the front end's inside; in time; and nothing is thrown.
 *
 * <p><b>Threading:</b> texts are compiled by a thread of its own, which is left behind where one does not end.
 */
final class FrontEndFuzz implements AutoCloseable
{
    /** What no user can mean: classes, and what Calcite calls what it has made itself. */
    private static final Pattern INSIDE = Pattern.compile(
        "\\b(org\\.apache|java\\.\\w+\\.|io\\.millrace)\\b|Exception\\b|\\w+Error\\b|\\b(Sql|Rex|Rel)[A-Z]\\w+");

    private static final int MOST_FINDINGS = 100;

    private final MutatedJobs texts = new MutatedJobs();
    private final Function<String, Compilation> frontEnd;
    private final long limitMs;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task ->
    {
        final Thread made = new Thread(task, "front-end-fuzz");
        made.setDaemon(true);
        return made;
    });
    private long jobs;

    /** @param limitMs how long the front end may take for one text. */
    FrontEndFuzz(final Function<String, Compilation> frontEnd, final long limitMs)
    {
        this.frontEnd = frontEnd;
        this.limitMs = limitMs;
    }

    /** How many texts were jobs all the same. */
    long jobs()
    {
        return jobs;
    }

    /** Compiles {@code count} texts: the broken promises, {@link #MOST_FINDINGS} at most. */
    List<String> run(final long firstSeed, final long count) throws InterruptedException
    {
        final List<String> findings = new ArrayList<>();
        for (long seed = firstSeed; seed < firstSeed + count && findings.size() < MOST_FINDINGS; seed++)
        {
            final String text = texts.text(seed);
            final String finding = inTime(text);
            if (!finding.isEmpty())
            {
                findings.add("seed " + seed + ": " + finding + "\n" + text);
            }
        }
        return findings;
    }

    private String inTime(final String text) throws InterruptedException
    {
        final Future<String> finding = thread.submit(() -> judge(text));
        try
        {
            return finding.get(limitMs, TimeUnit.MILLISECONDS);
        }
        catch (final TimeoutException e)
        {
            return "no answer within " + limitMs + " ms";
        }
        catch (final ExecutionException e)
        {
            final StringWriter trace = new StringWriter();
            e.getCause().printStackTrace(new PrintWriter(trace));
            return "thrown " + trace;
        }
    }

    private String judge(final String text)
    {
        final Compilation result = frontEnd.apply(text);
        final List<String> lines = text.lines().toList();
        for (final Diagnostic diagnostic : result.diagnostics())
        {
            if (diagnostic.code() == DiagnosticCode.INTERNAL || INSIDE.matcher(diagnostic.message()).find())
            {
                return "not a user's words: " + diagnostic;
            }
            // Where a line ends at a carriage return alone, readers of text don't agree which line is which.
            if (text.indexOf('\r') < 0 && !isInText(diagnostic, lines) &&
                diagnostic.code() != DiagnosticCode.NO_STATEMENT)
            {
                return "not a place of the text: " + diagnostic;
            }
        }
        new DiagnosticRenderer("job.sql", text).render(result.diagnostics());
        final LogicalJob job = result.job();
        if ((job == null) != result.hasErrors())
        {
            return "a job with errors, or neither: " + result.diagnostics();
        }
        if (job != null)
        {
            jobs++;
            Explain.of(job);
            JobCompiler.compile("fuzz", job);
        }
        return "";
    }

    private static boolean isInText(final Diagnostic diagnostic, final List<String> lines)
    {
        return diagnostic.line() >= 1 && diagnostic.line() <= Math.max(1, lines.size()) && diagnostic.column() >= 1 &&
            diagnostic.column() <= (lines.isEmpty() ? 0 : lines.get(diagnostic.line() - 1).length()) + 1;
    }

    @Override
    public void close()
    {
        thread.shutdownNow();
    }
}
