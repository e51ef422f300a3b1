package io.millrace.sql;

import io.millrace.sql.diagnostic.DiagnosticRenderer;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Prints what becomes of the job files that it is given: to look at plans and to renew the golden files. */
final class ExplainHarness
{
    private ExplainHarness()
    {
    }

    public static void main(final String[] args) throws IOException
    {
        for (final String file : args)
        {
            System.out.println("=== " + file);
            System.out.print(explain(Path.of(file).getFileName().toString(),
                Files.readString(Path.of(file), StandardCharsets.UTF_8)));
        }
    }

    /** The plan, or the diagnostics. */
    static String explain(final String name, final String text)
    {
        final Compilation result = ConnectorsFixture.frontEnd().compile(text, Map.of());
        final LogicalJob job = result.job();
        return new DiagnosticRenderer(name, text).render(result.diagnostics()) + (job == null ? "" : Explain.of(job));
    }
}
