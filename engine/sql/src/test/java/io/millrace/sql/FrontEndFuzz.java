package io.millrace.sql;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.DiagnosticRenderer;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.LogicalJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Corpus jobs with words deleted, doubled, swapped, replaced and garbage put in: whatever comes, the front end gives
 * a job or diagnostics that can be rendered, and throws nothing. As a program: {@code FrontEndFuzz seed count}.
 */
final class FrontEndFuzz
{
    private static final String[] JOBS = {"u01_seed", "u02_tumble_tvf", "u09_case_like_coalesce", "u15_having",
        "u16_multi_key", "u23_views", "u24_statement_set", "f07_buckets", "n01_q1", "n07_q7", "n17_q17"};
    private static final String[] WORDS = {"SELECT", "FROM", "WHERE", "GROUP BY", "NULL", "(", ")", ",", ";", ".", "*",
        "'", "`", "--", "/*", "*/", "TUMBLE", "DESCRIPTOR", "INTERVAL", "'1'", "HOUR", "MONTH", "CAST", "AS", "ROW",
        "<", ">", "=", "UNION ALL", "DISTINCT", "CASE", "WHEN", "END", "0", "-1", "1e400", "99999999999999999999999",
        "\u0000", "\uD83D\uDE00", "é", "payload", "payload.page_url", "IN", "NOT", "BETWEEN", "LIKE", "OVER", "JOIN",
        "WITH", "INSERT INTO", "CREATE VIEW", "CREATE TABLE", "SET", "EXECUTE STATEMENT SET BEGIN", "window_start",
        "COUNT(*)", "SUM", "FILTER", "HAVING", "TIMESTAMP", "DATE '2024-13-45'", "DECIMAL(99,3)", "ARRAY[1]", "?"};

    private final String[] texts = new String[JOBS.length];
    private final SqlFrontEnd frontEnd = ConnectorsFixture.frontEnd();
    private int jobs;
    private int internal;

    FrontEndFuzz()
    {
        for (int i = 0; i < JOBS.length; i++)
        {
            texts[i] = CorpusJobsTest.job(JOBS[i]);
        }
    }

    public static void main(final String[] args)
    {
        final FrontEndFuzz fuzz = new FrontEndFuzz();
        final long seed = Long.parseLong(args[0]);
        final long count = Long.parseLong(args[1]);
        for (long i = 0; i < count; i++)
        {
            fuzz.round(seed + i);
            if (i % 10_000 == 9_999)
            {
                System.out.println(i + 1 + " texts, " + fuzz.jobs + " still jobs, " + fuzz.internal + " SQL099");
            }
        }
    }

    /** Compiles one text; the seed is all that it depends on. */
    void round(final long seed)
    {
        final String text = text(seed);
        final Compilation result;
        try
        {
            result = frontEnd.compile(text, Map.of());
        }
        catch (final RuntimeException | Error e)
        {
            throw new AssertionError("seed " + seed + "\n" + text, e);
        }
        for (final Diagnostic diagnostic : result.diagnostics())
        {
            if (diagnostic.code() == DiagnosticCode.INTERNAL)
            {
                internal++;
                if (Boolean.getBoolean("fuzz.show"))
                {
                    System.out.println("seed " + seed + ": " + diagnostic.message());
                }
            }
        }
        new DiagnosticRenderer("job.sql", text).render(result.diagnostics());
        final LogicalJob job = result.job();
        if ((job == null) != result.hasErrors())
        {
            throw new AssertionError("a job with errors, or neither: seed " + seed + "\n" + text);
        }
        if (job != null)
        {
            jobs++;
            Explain.of(job);
        }
    }

    /** How many texts were jobs all the same. */
    int jobs()
    {
        return jobs;
    }

    /** How many failed for a reason that the front end did not foresee. */
    int internal()
    {
        return internal;
    }

    String text(final long seed)
    {
        final Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        final List<String> words = new ArrayList<>(
            List.of(texts[random.nextInt(texts.length)].split("(?<=\\W)|(?=\\W)")));
        final int edits = 1 + random.nextInt(4);
        for (int i = 0; i < edits; i++)
        {
            final int at = random.nextInt(words.size());
            switch (random.nextInt(6))
            {
                case 0 -> words.set(at, "");
                case 1 -> words.add(at, words.get(at));
                case 2 -> words.set(at, words.get(random.nextInt(words.size())));
                case 3 -> words.add(at, " " + WORDS[random.nextInt(WORDS.length)] + " ");
                case 4 -> words.set(at, WORDS[random.nextInt(WORDS.length)]);
                default ->
                {
                    final int other = random.nextInt(words.size());
                    final String word = words.get(at);
                    words.set(at, words.get(other));
                    words.set(other, word);
                }
            }
        }
        return String.join("", words);
    }
}
