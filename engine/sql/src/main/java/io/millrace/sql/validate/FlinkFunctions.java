package io.millrace.sql.validate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names of Flink's built-in functions, so that one that is merely not here is told from one that does not exist. */
final class FlinkFunctions
{
    private static final Set<String> WINDOWS = Set.of("TUMBLE", "HOP", "CUMULATE", "SESSION");
    private static final Set<String> KNOWN = Set.copyOf(Arrays.asList((
        "ABS ACOS APPROX_COUNT_DISTINCT ARRAY ARRAY_AGG ARRAY_APPEND ARRAY_CONCAT ARRAY_CONTAINS " +
        "ARRAY_DISTINCT ARRAY_EXCEPT ARRAY_INTERSECT ARRAY_JOIN ARRAY_MAX ARRAY_MIN ARRAY_POSITION " +
        "ARRAY_PREPEND ARRAY_REMOVE ARRAY_REVERSE ARRAY_SLICE ARRAY_SORT ARRAY_UNION ASCII ASIN ATAN ATAN2 " +
        "BIN BITMAP_COUNT BTRIM CARDINALITY CEIL CEILING CHARACTER_LENGTH CHAR_LENGTH CHR COALESCE COLLECT " +
        "CONCAT CONCAT_WS CONVERT_TZ COS COSH COT CUME_DIST CUMULATE CURRENT_DATE CURRENT_ROW_TIMESTAMP " +
        "CURRENT_TIME CURRENT_TIMESTAMP CURRENT_WATERMARK DATE_FORMAT DAYOFMONTH DAYOFWEEK DAYOFYEAR DECODE " +
        "DEGREES DENSE_RANK E ELEMENT ELT ENCODE ENDSWITH EXP EXTRACT FIRST_VALUE FLOOR FROM_BASE64 " +
        "FROM_UNIXTIME GREATEST GROUPING GROUPING_ID GROUP_ID HEX HOP HOP_END HOP_PROCTIME HOP_ROWTIME " +
        "HOP_START HOUR IF IFNULL INITCAP INSTR INTERVAL_FRESHNESS_REMAINING_PARTITION ISNULL IS_ALPHA " +
        "IS_DECIMAL IS_DIGIT JSON_ARRAY JSON_ARRAYAGG JSON_EXISTS JSON_LENGTH JSON_OBJECT JSON_OBJECTAGG " +
        "JSON_QUERY JSON_QUOTE JSON_STRING JSON_UNQUOTE JSON_VALUE LAG LAST_VALUE LEAD LEAST LEFT LISTAGG LN " +
        "LOCALTIME LOCALTIMESTAMP LOCATE LOG LOG10 LOG2 LOWER LPAD LTRIM MAP MAP_ENTRIES MAP_FROM_ARRAYS " +
        "MAP_KEYS MAP_UNION MAP_VALUES MD5 MINUTE ML_PREDICT MOD MONTH NOW NTILE NULLIF OVERLAPS OVERLAY " +
        "PARSE_JSON PARSE_URL PERCENTILE PERCENT_RANK PI POSITION POWER PRINTF PROCTIME QUARTER RADIANS RAND " +
        "RAND_INTEGER RANK REGEXP REGEXP_COUNT REGEXP_EXTRACT REGEXP_EXTRACT_ALL REGEXP_INSTR REGEXP_REPLACE " +
        "REGEXP_SUBSTR REPEAT REPLACE REVERSE RIGHT ROUND ROW ROW_NUMBER RPAD RTRIM SECOND SESSION " +
        "SESSION_END SESSION_PROCTIME SESSION_ROWTIME SESSION_START SHA1 SHA2 SHA224 SHA256 SHA384 SHA512 " +
        "SIGN SIN SINH SOURCE_WATERMARK SPLIT SPLIT_INDEX SQRT STARTSWITH STDDEV STDDEV_POP STDDEV_SAMP " +
        "STR_TO_MAP SUBSTR SUBSTRING TAN TANH TIMESTAMPADD TIMESTAMPDIFF TO_BASE64 TO_DATE TO_TIMESTAMP " +
        "TO_TIMESTAMP_LTZ TRANSLATE TRIM TRUNCATE TRY_CAST TRY_PARSE_JSON TUMBLE_PROCTIME TYPEOF UNHEX " +
        "UNIX_TIMESTAMP UNNEST UPPER URL_DECODE URL_ENCODE UUID VARIANCE VAR_POP VAR_SAMP VECTOR_SEARCH WEEK " +
        "YEAR").split(" ")));

    /** Functions of other dialects, and what they are here. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
        Map.entry("LENGTH", "CHAR_LENGTH(text)"), Map.entry("LEN", "CHAR_LENGTH(text)"),
        Map.entry("LCASE", "LOWER(text)"), Map.entry("UCASE", "UPPER(text)"),
        Map.entry("NVL", "COALESCE(value, otherwise)"), Map.entry("ISNULL", "value IS NULL"),
        Map.entry("IIF", "IF(condition, then, else)"), Map.entry("MEAN", "AVG(value)"),
        Map.entry("COUNT_IF", "COUNT(*) FILTER (WHERE condition)"),
        Map.entry("COUNTIF", "COUNT(*) FILTER (WHERE condition)"),
        Map.entry("DATE_TRUNC", "FLOOR(time TO HOUR)"), Map.entry("TO_CHAR", "DATE_FORMAT(time, 'yyyy-MM-dd')"),
        Map.entry("STRPOS", "POSITION(part IN text)"));

    private FlinkFunctions()
    {
    }

    static boolean isWindow(final String name)
    {
        return WINDOWS.contains(name.toUpperCase(Locale.ROOT));
    }

    /** What another dialect's function is called here; null where nobody knows. */
    static @Nullable String insteadOf(final String name)
    {
        return ELSEWHERE.get(name.toUpperCase(Locale.ROOT));
    }

    static boolean isKnown(final String name)
    {
        return KNOWN.contains(name.toUpperCase(Locale.ROOT));
    }
}
