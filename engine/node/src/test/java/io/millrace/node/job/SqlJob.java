package io.millrace.node.job;

import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.engine.connector.Source;
import io.millrace.engine.job.EndpointOpener;
import io.millrace.engine.job.Job;
import io.millrace.engine.plan.JobPlan;
import io.millrace.sql.SqlFrontEnd;
import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** A job from its text to open endpoints, its one source replaced by a test's. */
final class SqlJob
{
    static final int MAX_ROW_BYTES = 1 << 16;

    private SqlJob()
    {
    }

    static JobPlan plan(final String text)
    {
        final Compilation compilation = new SqlFrontEnd(ConnectorCatalogue.load()).compile(text, Map.of());
        final LogicalJob job = compilation.job();
        if (job == null)
        {
            throw new IllegalArgumentException(compilation.diagnostics().toString());
        }
        return JobCompiler.compile("test", job);
    }

    /** Formats and sinks as declared; the source is {@code source}. */
    static Job.Endpoints open(final JobPlan plan, final Source source)
    {
        final Job.Endpoints opened = new EndpointOpener(ConnectorCatalogue.load(), MAX_ROW_BYTES,
            InputStream.nullInputStream(), new ByteArrayOutputStream(), "json").open(plan);
        opened.sources().forEach(Source::close);
        return new Job.Endpoints(List.of(source), opened.decoders(), opened.sinks());
    }
}
