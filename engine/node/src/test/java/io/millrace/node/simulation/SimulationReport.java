package io.millrace.node.simulation;

import io.millrace.node.job.Version;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** What came of a batch of seeds, in Markdown, with what it takes to run them again. */
final class SimulationReport
{
    private SimulationReport()
    {
    }

    static String text(final long first, final int threads, final Simulate.Batch batch) throws IOException
    {
        final StringBuilder text = new StringBuilder("# Simulated runs\n\n");
        final long last = first + batch.runs - 1;
        line(text, "Seeds %d to %d: **%s**.%n", first, last, batch.failures.isEmpty() ?
            "0 lost, 0 doubled, 0 unopenable" : batch.failures.size() + " of " + batch.runs + " broke a promise");
        text.append("\n| | |\n|---|---:|\n");
        row(text, "runs", batch.runs);
        row(text, "lives of nodes", batch.lives);
        row(text, "duty cycles", batch.steps);
        line(text, "| trace hash over all seeds | `%016x` |%n", batch.hash);
        line(text, "| CPU | %.0f s, %.1f ms a seed |%n", batch.cpuNs / 1e9,
            batch.cpuNs / 1e6 / Math.max(1, batch.runs));
        line(text, "| took | %.0f s in %d threads |%n", batch.wallNs / 1e9, threads);
        line(text, "| Java | %s %s |%n", System.getProperty("java.vm.name"),
            System.getProperty("java.runtime.version"));
        line(text, "| system | %s %s, %d processors |%n", System.getProperty("os.name"),
            System.getProperty("os.arch"), Runtime.getRuntime().availableProcessors());
        line(text, "| build | %s |%n", new Version().getVersion()[0]);
        text.append("\n| fault | fired |\n|---|---:|\n");
        for (final Fault fault : Fault.values())
        {
            row(text, fault.name(), batch.counts.of(fault));
        }
        if (!batch.failures.isEmpty())
        {
            text.append("\n| seed | broken promise |\n|---:|---|\n");
            for (final Map.Entry<Long, String> failure : batch.failures.entrySet())
            {
                line(text, "| %d | %s |%n", failure.getKey(), failure.getValue().replace("|", "¦").replace('\n', ' '));
            }
        }
        line(text, "%nAgain, with the same hash: `millrace simulate --seed %d --runs %d`; one run told: " +
            "`millrace simulate --seed N --tell true`.%n", first, batch.runs);
        return text.toString();
    }

    private static void row(final StringBuilder text, final String name, final long value)
    {
        line(text, "| %s | %,d |%n", name, value);
    }

    private static void line(final StringBuilder text, final String format, final Object... values)
    {
        text.append(String.format(Locale.ROOT, format, values));
    }
}
