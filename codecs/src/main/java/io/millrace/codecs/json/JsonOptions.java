package io.millrace.codecs.json;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The settings of the {@code json} format: Flink's, and the limits of a record, which are Jackson's where it has one.
 *
 * @param ignoreParseErrors  a value that does not fit its column becomes NULL; without it the record is malformed.
 * @param failOnMissingField a column without a key makes the record malformed; without it the column is NULL.
 * @param timestamps         how TIMESTAMP values are written and read.
 * @param maxDocument        most bytes of a record.
 * @param maxDepth           most objects and arrays open at once.
 * @param maxKey             most bytes of a key.
 * @param maxNumber          most characters of a number.
 * @param ignoreNullFields   NULL columns are left out of what is written.
 */
public record JsonOptions(boolean ignoreParseErrors, boolean failOnMissingField, Timestamps timestamps, int maxDocument,
    int maxDepth, int maxKey, int maxNumber, boolean ignoreNullFields)
{
    /** How a TIMESTAMP is written. */
    public enum Timestamps
    {
        /** {@code 2024-01-01 00:00:09.62}. */
        SQL,
        /** {@code 2024-01-01T00:00:09.62}. */
        ISO_8601
    }

    /** A key of the format and what it does. */
    public record Key(String key, String description)
    {
    }

    public static final String IGNORE_PARSE_ERRORS = "json.ignore-parse-errors";
    public static final String FAIL_ON_MISSING_FIELD = "json.fail-on-missing-field";
    public static final String TIMESTAMP_FORMAT = "json.timestamp-format.standard";

    public static final String IGNORE_NULL_FIELDS = "json.encode.ignore-null-fields";
    public static final String DECIMAL_AS_PLAIN_NUMBER = "json.encode.decimal-as-plain-number";
    public static final String PARSER_ENABLED = "json.decode.json-parser.enabled";

    /** The keys that {@link #of} reads. */
    public static final List<Key> KEYS = List.of(
        new Key(FAIL_ON_MISSING_FIELD, "Whether a record without a key of the table is dead; else the column is NULL."),
        new Key(IGNORE_PARSE_ERRORS, "Whether a value that does not fit its column is NULL; else the record is dead."),
        new Key(TIMESTAMP_FORMAT, "How a TIMESTAMP is written: SQL (a space before the time) or ISO-8601 (a T)."),
        new Key(IGNORE_NULL_FIELDS, "Whether NULL columns are left out of the JSON written; else they are null."),
        new Key(DECIMAL_AS_PLAIN_NUMBER, "Taken as Flink's and without effect: a DECIMAL is always written plain."),
        new Key(PARSER_ENABLED, "Taken as Flink's and without effect: there is one parser."));

    public static final int MAX_DOCUMENT = 16 * 1024 * 1024;
    public static final int MAX_DEPTH = 1000;
    public static final int MAX_KEY = 50_000;
    public static final int MAX_NUMBER = 1000;

    public JsonOptions
    {
        if (ignoreParseErrors && failOnMissingField)
        {
            throw new IllegalArgumentException(
                FAIL_ON_MISSING_FIELD + " and " + IGNORE_PARSE_ERRORS + " shouldn't both be true");
        }
    }

    /** Flink's defaults. */
    public static JsonOptions defaults()
    {
        return of(Map.of());
    }

    /**
     * Reads the {@link #KEYS} of a table's options and leaves all other keys to others.
     *
     * @throws IllegalArgumentException naming the key, what was found and what was expected.
     */
    public static JsonOptions of(final Map<String, String> options)
    {
        booleanOf(options, DECIMAL_AS_PLAIN_NUMBER);
        booleanOf(options, PARSER_ENABLED);
        return new JsonOptions(
            booleanOf(options, IGNORE_PARSE_ERRORS), booleanOf(options, FAIL_ON_MISSING_FIELD), timestampsOf(options),
            MAX_DOCUMENT, MAX_DEPTH, MAX_KEY, MAX_NUMBER, booleanOf(options, IGNORE_NULL_FIELDS));
    }

    private static boolean booleanOf(final Map<String, String> options, final String key)
    {
        final String text = options.getOrDefault(key, "false");
        return switch (text.toLowerCase(Locale.ROOT))
        {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(key + " is '" + text + "', expected true or false");
        };
    }

    private static Timestamps timestampsOf(final Map<String, String> options)
    {
        final String text = options.getOrDefault(TIMESTAMP_FORMAT, "SQL");
        return switch (text)
        {
            case "SQL" -> Timestamps.SQL;
            case "ISO-8601" -> Timestamps.ISO_8601;
            default ->
                throw new IllegalArgumentException(TIMESTAMP_FORMAT + " is '" + text + "', expected SQL or ISO-8601");
        };
    }
}
