package io.millrace.sql.logical;

import io.millrace.sql.diagnostic.Diagnostic;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a job's text.
 *
 * @param job         the job; null where there are errors.
 * @param diagnostics all findings, in the order of the text.
 * @param tables      the tables without errors, by name.
 */
public record Compilation(
    @Nullable LogicalJob job, List<Diagnostic> diagnostics, Map<String, DeclaredTable> tables)
{
    public boolean hasErrors()
    {
        return diagnostics.stream().anyMatch(Diagnostic::isError);
    }
}
