package io.millrace.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans of the corpus, kept; {@link ExplainHarness} prints them anew. */
class ExplainTest
{
    @ParameterizedTest
    @ValueSource(strings = {"u01_seed", "u02_tumble_tvf", "u08_filter_project", "u09_case_like_coalesce", "u15_having",
        "u16_multi_key", "u17_global_window", "u23_views", "u24_statement_set", "u32_lateness_edge",
        "f01_daily_origin", "f07_buckets", "n00_q0", "n01_q1", "n02_q2", "n22_q22"})
    void shouldExplainCorpusJob(final String name)
    {
        assertEquals(golden(name), ExplainHarness.explain(name, CorpusJobsTest.job(name)));
    }

    private static String golden(final String name)
    {
        try (InputStream in =
            Objects.requireNonNull(ExplainTest.class.getResourceAsStream("/explain/" + name + ".txt"), name))
        {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
    }
}
