package io.millrace.node.corpus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.engine.job.StatementCounts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each line of {@code user_events}, worked out apart from the engine: Jackson says which lines are
 * rows, the greatest earlier event time less the delay says which are late. Bytes are kept as ISO-8859-1 text.
 */
final class RowFatesFixture
{
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int KEPT_OF_OVERSIZED = 64 * 1024;

    /**
     * One INSERT.
     *
     * @param sizeMs of its window, 0 where it has none.
     */
    record Rule(String statement, long sizeMs, Predicate<JsonNode> filter)
    {
    }

    private final List<Rule> rules;
    private final long delayMs;
    private final List<String> late = new ArrayList<>();
    private final List<String> dead = new ArrayList<>();
    private final long[] filtered;
    private final long[] applied;
    private final long[] lateCounts;
    private long rows;
    private long watermark;

    RowFatesFixture(final List<Rule> rules, final long delayMs, final byte[] input)
    {
        this.rules = rules;
        this.delayMs = delayMs;
        filtered = new long[rules.size()];
        applied = new long[rules.size()];
        lateCounts = new long[rules.size()];
        int begin = 0;
        for (int i = 0; i <= input.length; i++)
        {
            if (i == input.length || input[i] == '\n')
            {
                onLine(Arrays.copyOfRange(input, begin, i));
                begin = i + 1;
            }
        }
        Collections.sort(late);
        Collections.sort(dead);
    }

    long rows()
    {
        return rows;
    }

    List<String> late()
    {
        return late;
    }

    List<String> dead()
    {
        return dead;
    }

    private void onLine(final byte[] line)
    {
        final String raw = new String(line, ISO_8859_1);
        // An array of rows without a row is no row either.
        if (raw.isBlank() || raw.equals("[]"))
        {
            return;
        }
        rows++;
        final JsonNode row = line.length > CorpusJob.MAX_ROW_BYTES ? null : row(line);
        final long time = row == null ? Long.MIN_VALUE : time(row.get("timestamp_col"));
        if (row == null || time == Long.MIN_VALUE)
        {
            dead.add(line.length > CorpusJob.MAX_ROW_BYTES ? raw.substring(0, KEPT_OF_OVERSIZED) + " of " +
                line.length : raw);
            return;
        }
        for (int i = 0; i < rules.size(); i++)
        {
            final Rule rule = rules.get(i);
            final long start = rule.sizeMs == 0 ? 0 : Math.floorDiv(time, rule.sizeMs) * rule.sizeMs;
            if (!rule.filter.test(row))
            {
                filtered[i]++;
            }
            else if (rule.sizeMs > 0 && start + rule.sizeMs - 1 <= watermark)
            {
                lateCounts[i]++;
                late.add(rule.statement + " " + text(start) + " " + text(start + rule.sizeMs) + " " + raw);
            }
            else
            {
                applied[i]++;
            }
        }
        watermark = Math.max(watermark, time - delayMs);
    }

    private static @Nullable JsonNode row(final byte[] line)
    {
        try
        {
            final JsonNode node = MAPPER.readTree(UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString());
            final JsonNode row = node.isArray() && node.size() == 1 ? node.get(0) : node;
            return row.isObject() ? row : null;
        }
        catch (final JsonProcessingException | CharacterCodingException e)
        {
            return null;
        }
    }

    private static long time(final @Nullable JsonNode node)
    {
        try
        {
            return node == null || !node.isTextual() ? Long.MIN_VALUE :
                LocalDateTime.parse(node.asText().replace(' ', 'T')).toInstant(ZoneOffset.UTC).toEpochMilli();
        }
        catch (final DateTimeParseException e)
        {
            return Long.MIN_VALUE;
        }
    }

    private static String text(final long ms)
    {
        return LocalDateTime.ofEpochSecond(ms / 1000, (int)(ms % 1000) * 1_000_000, ZoneOffset.UTC).toString()
            .replace('T', ' ');
    }

    /** Where a run's counts and its {@code late$} and {@code dlq$} files are other than this; empty where nowhere. */
    List<String> differences(final List<StatementCounts> counts, final Path side) throws IOException
    {
        final List<String> differences = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++)
        {
            final StatementCounts c = counts.get(i);
            final StatementCounts wanted = new StatementCounts(rules.get(i).statement, rows, filtered[i], applied[i],
                lateCounts[i], dead.size(), c.results(), 0);
            if (!wanted.equals(c))
            {
                differences.add("wanted " + wanted + " but was " + c);
            }
        }
        compare("late", late, kept(side.resolve("late$user_events.jsonl")), differences);
        compare("dead", dead, kept(side.resolve("dlq$user_events.jsonl")), differences);
        return differences;
    }

    private static void compare(
        final String what, final List<String> wanted, final List<String> kept, final List<String> differences)
    {
        if (!wanted.equals(kept))
        {
            int at = 0;
            while (at < wanted.size() && at < kept.size() && wanted.get(at).equals(kept.get(at)))
            {
                at++;
            }
            differences.add(what + ": wanted " + wanted.size() + ", kept " + kept.size() + ", first other: " +
                (at < wanted.size() ? wanted.get(at) : "-") + " / " + (at < kept.size() ? kept.get(at) : "-"));
        }
    }

    /** The rows of a late or dead-letter file, as this class writes them. */
    private static List<String> kept(final Path file) throws IOException
    {
        final List<String> kept = new ArrayList<>();
        if (!Files.exists(file))
        {
            return kept;
        }
        for (final String line : Files.readAllLines(file))
        {
            final JsonNode row = MAPPER.readTree(line);
            final byte[] raw = row.has("raw") ? row.get("raw").asText().getBytes(UTF_8) :
                Base64.getDecoder().decode(row.get("raw_base64").asText());
            kept.add((row.has("statement") ? row.get("statement").asText() + " " : "") +
                (row.has("window_start") ? row.get("window_start").asText() + " " + row.get("window_end").asText() +
                " " : "") + new String(raw, ISO_8859_1) +
                (row.has("raw_length") ? " of " + row.get("raw_length").asInt() : ""));
        }
        Collections.sort(kept);
        return kept;
    }
}
