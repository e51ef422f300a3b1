package io.millrace.sql;

import io.millrace.sql.logical.Compilation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.sql.compile.JobCompiler;
import io.millrace.sql.diagnostic.DiagnosticRenderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusJobsTest
{
    private static final Path CORPUS = Path.of("../node/src/test/resources/corpus/jobs");
    /** Jobs of the same kind that Flink runs and Millrace refuses. */
    private static final Path REFUSED = Path.of("src/test/resources/refused");

    /** The text of a job of either kind. */
    static String job(final String name)
    {
        final Path refused = REFUSED.resolve(name + ".sql");
        try
        {
            return Files.readString(Files.exists(refused) ? refused : CORPUS.resolve(name + ".sql"));
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
    }

    /** The texts of all of them, always in the same order. */
    static List<String> jobs()
    {
        final List<String> jobs = new ArrayList<>();
        for (final Path folder : List.of(CORPUS, REFUSED))
        {
            try (Stream<Path> files = Files.list(folder))
            {
                files.map(file -> file.getFileName().toString()).sorted().filter(name -> name.endsWith(".sql"))
                    .forEach(name -> jobs.add(job(name.substring(0, name.length() - ".sql".length()))));
            }
            catch (final IOException e)
            {
                throw new UncheckedIOException(e);
            }
        }
        return jobs;
    }

    @ParameterizedTest
    @ValueSource(strings = {"u01_seed", "u02_tumble_tvf", "u08_filter_project", "u09_case_like_coalesce", "u15_having",
        "u16_multi_key", "u17_global_window", "u23_views", "u24_statement_set", "u32_lateness_edge",
        "f01_daily_origin", "f07_buckets", "n00_q0", "n01_q1", "n02_q2", "n22_q22"})
    void shouldCompileCorpusJob(final String name)
    {
        final String text = job(name);
        final Compilation result = ConnectorsFixture.frontEnd().compile(text, Map.of());

        assertEquals("", new DiagnosticRenderer(name, text).render(result.diagnostics()));
        assertNotNull(result.job());
        assertEquals(result.job().statements().size(),
            JobCompiler.compile(name, result.job()).statements().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"u04_hop_tvf:30:12", "u25_running_group_by:34:10", "n07_q7:34:1", "n17_q17:44:10"})
    void shouldRefuseAtItsPlaceWhatIsNotSupported(final String nameAndPlace)
    {
        final String[] parts = nameAndPlace.split(":");
        final Compilation result = ConnectorsFixture.frontEnd().compile(job(parts[0]), Map.of());

        assertNull(result.job());
        assertEquals(1, result.diagnostics().size());
        assertEquals("SQL002:" + parts[1] + ":" + parts[2], result.diagnostics().get(0).code().code() + ":" +
            result.diagnostics().get(0).line() + ":" + result.diagnostics().get(0).column());
    }
}
