package io.millrace.node.job;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.setting.Settings;
import io.millrace.sql.SqlFrontEnd;
import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticRenderer;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job's text and the command line around it, judged as a whole: every error of SQL and settings at once. */
public final class JobCompilation
{
    private final JobArguments arguments;
    private final String text;
    private final Compilation compilation;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<Settings.Violation> violations;

    public JobCompilation(final JobArguments arguments, final String text, final ConnectorCatalogue catalogue)
    {
        this.arguments = arguments;
        this.text = text;
        compilation = new SqlFrontEnd(catalogue).compile(text, arguments.overrides(), arguments.tablesFolder());
        final LogicalJob job = compilation.job();
        if (job != null)
        {
            settings.putAll(job.settings());
        }
        settings.putAll(arguments.settings());
        violations = Settings.check(arguments.settings());
    }

    /** Reads and judges the job, and tells the user every finding. */
    public static JobCompilation read(final JobArguments arguments, final Context context)
    {
        return read(arguments, arguments.read(context.terminal().stdin()), context);
    }

    /** Judges the job of a text, and tells the user every finding. */
    static JobCompilation read(final JobArguments arguments, final String text, final Context context)
    {
        final JobCompilation compilation = new JobCompilation(arguments, text, context.catalogue());
        final String findings = compilation.findings();
        if (!findings.isEmpty())
        {
            context.terminal().say(findings);
        }
        return compilation;
    }

    public Compilation compilation()
    {
        return compilation;
    }

    public boolean isValid()
    {
        return !compilation.hasErrors() && violations.isEmpty();
    }

    /** Every finding with its place, one after the other; empty where there is none. */
    public String findings()
    {
        final StringBuilder findings = new StringBuilder(
            new DiagnosticRenderer(arguments.displayName(), text).render(compilation.diagnostics()));
        violations.forEach((violation) -> findings.append("error: ").append(violation).append('\n'));
        return findings.toString().stripTrailing();
    }

    public long errorCount()
    {
        return compilation.diagnostics().stream().filter(Diagnostic::isError).count() + violations.size();
    }

    /** What was set, by the job and from outside. */
    Map<String, String> settingsGiven()
    {
        return settings;
    }

    /** The settings; only of a valid job. */
    public Settings settings()
    {
        return Settings.of(settings);
    }

    /** The job; only of a valid one. */
    public LogicalJob job()
    {
        final @Nullable LogicalJob job = compilation.job();
        if (job == null)
        {
            throw new IllegalStateException("the job has errors");
        }
        return job;
    }

    /** The job's name, fit to be a folder's. */
    String name()
    {
        final String given = settings.getOrDefault(Settings.NAME.key(), "");
        final String name = given.isBlank() ? arguments.jobName() : given.trim();
        final String safe = name.replaceAll("[^\\p{L}\\p{N}._-]+", "-");
        return safe.startsWith(".") ? "job" + safe : safe;
    }

    public JobPlan plan()
    {
        return JobCompiler.compile(name(), job());
    }

    /** The plan of a job whose input is kept: of a table that can't be read again every column is. */
    JobPlan durablePlan(final ConnectorCatalogue catalogue)
    {
        return JobCompiler.compile(name(), job(), (table) -> !isReplayable(catalogue, table.options()));
    }

    /** Whether a table with these options can be read from its beginning again. */
    public static boolean isReplayable(final ConnectorCatalogue catalogue, final Map<String, String> options)
    {
        final Connector connector = catalogue.connector(options.getOrDefault("connector", ""));
        return connector == null || connector.isReplayable();
    }
}
