package io.millrace.codecs.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a record means, the slow way: Jackson's parser over a string of proven UTF-8, {@code java.time} and
 * {@code BigDecimal} for the values.
 */
final class JsonOracle
{
    /** A value that does not fit its column. */
    static final Object MISFIT = "misfit";
    /** A DECIMAL out of range: NULL even where misfits are errors. */
    static final Object OUT_OF_RANGE = "out of range";

    /** Told apart before parsing, since a thrown exception costs more than all else here. */
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,40}");
    private static final JsonMapper MAPPER = JsonMapper.builder()
        .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS).build();
    private static final DateTimeFormatter SQL_TIMESTAMP = new DateTimeFormatterBuilder()
        .append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral(' ').append(new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss").appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true).toFormatter(Locale.ROOT))
        .toFormatter(Locale.ROOT);

    private final RowLayout layout;
    private final boolean isFirstKeyKept;

    /** @param isFirstKeyKept a planted bug: the first of repeated keys counts. */
    JsonOracle(final RowLayout layout, final boolean isFirstKeyKept)
    {
        this.layout = layout;
        this.isFirstKeyKept = isFirstKeyKept;
    }

    /** A JSON value: its token and its text, or its members. */
    record Value(JsonToken token, String text, Map<String, Value> members)
    {
    }

    /** The record's object, or null where it is malformed. */
    @Nullable Value parse(final byte[] record)
    {
        final String text = longestText(record);
        try (JsonParser parser = MAPPER.getFactory().createParser(text.startsWith("\uFEFF") ? text.substring(1) : text))
        {
            return parser.nextToken() == JsonToken.START_OBJECT ? read(parser) : null;
        }
        catch (final IOException ex)
        {
            return null;
        }
    }

    private static String longestText(final byte[] record)
    {
        final CharBuffer chars = CharBuffer.allocate(record.length + 1);
        StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(record), chars, true);
        return chars.flip().toString();
    }

    private Value read(final JsonParser parser) throws IOException
    {
        final JsonToken token = parser.currentToken();
        final Map<String, Value> members = new HashMap<>();
        if (token == JsonToken.START_ARRAY)
        {
            return new Value(token, MAPPER.readTree(parser).toString(), members);
        }
        if (token != JsonToken.START_OBJECT)
        {
            return new Value(token, parser.getText(), members);
        }
        while (parser.nextToken() != JsonToken.END_OBJECT)
        {
            if (parser.currentToken() == null)
            {
                throw new IOException("truncated");
            }
            final String name = parser.currentName();
            parser.nextToken();
            final Value value = read(parser);
            if (isFirstKeyKept)
            {
                members.putIfAbsent(name, value);
            }
            else
            {
                members.put(name, value);
            }
        }
        return new Value(token, "{", members);
    }

    /** The value of each column: null, a Java object, {@link #MISFIT} or {@link #OUT_OF_RANGE}; null where missing. */
    List<@Nullable Object> columns(final Value record, final List<Integer> missing)
    {
        final List<@Nullable Object> columns = new ArrayList<>();
        addColumns(layout.fields(), record, columns, missing);
        return columns;
    }

    private void addColumns(final List<SqlType.Field> fields, final @Nullable Value parent,
        final List<@Nullable Object> columns, final List<Integer> missing)
    {
        for (final SqlType.Field field : fields)
        {
            final Value value = parent == null ? null : parent.members().get(field.name());
            if (parent != null && value == null)
            {
                missing.add(columns.size());
            }
            final boolean isNull = value == null || value.token() == JsonToken.VALUE_NULL;
            final boolean isRow = field.type().kind() == SqlType.Kind.ROW;
            if (!isRow)
            {
                columns.add(isNull || value == null ? null : convert(field.type(), value));
                continue;
            }
            final boolean isObject = value != null && value.token() == JsonToken.START_OBJECT;
            columns.add(isNull ? null : isObject ? true : MISFIT);
            addColumns(field.type().fields(), isObject ? value : null, columns, missing);
        }
    }

    private static Object convert(final SqlType type, final Value value)
    {
        final String text = value.text();
        final boolean isFloat = value.token() == JsonToken.VALUE_NUMBER_FLOAT;
        final boolean isTime = type.kind() == SqlType.Kind.DATE || type.kind() == SqlType.Kind.TIMESTAMP;
        if (isTime && text.length() < 10 || type.isInteger() && !isFloat && !INTEGER.matcher(text.trim()).matches())
        {
            return MISFIT;
        }
        try
        {
            return switch (type.kind())
            {
                case CHAR, VARCHAR -> value;
                case BOOLEAN -> text.trim().equalsIgnoreCase("true");
                case TINYINT -> (long)Byte.parseByte(text.trim());
                case SMALLINT -> (long)Short.parseShort(text.trim());
                case INT -> isFloat ? truncate(text, Integer.MIN_VALUE, Integer.MAX_VALUE) :
                    (Object)(long)Integer.parseInt(text.trim());
                case BIGINT -> isFloat ? truncate(text, Long.MIN_VALUE, Long.MAX_VALUE) :
                    (Object)Long.parseLong(text.trim());
                case FLOAT -> Float.parseFloat(text.trim());
                case DOUBLE -> Double.parseDouble(text.trim());
                case DECIMAL -> decimal(type, new BigDecimal(text.trim()));
                case DATE -> LocalDate.parse(text);
                case TIMESTAMP -> timestamp(text, type.isCompactTimestamp() ? 1_000_000 : 1);
                default -> throw new IllegalArgumentException(type.toString());
            };
        }
        catch (final NumberFormatException | DateTimeException ex)
        {
            return MISFIT;
        }
    }

    private static Object decimal(final SqlType type, final BigDecimal number)
    {
        final long magnitude = (long)number.precision() - number.scale();
        if (magnitude > 100 && number.signum() != 0)
        {
            return OUT_OF_RANGE;
        }
        final BigDecimal rounded = (magnitude < -100 || number.signum() == 0 ? BigDecimal.ZERO : number)
            .setScale(type.scale(), RoundingMode.HALF_UP);
        return rounded.precision() > type.precision() ? OUT_OF_RANGE : rounded;
    }

    private static Object truncate(final String text, final double least, final double most)
    {
        final double number = Double.parseDouble(text);
        return number >= least && number <= most ? (Object)(long)number : MISFIT;
    }

    private static LocalDateTime timestamp(final String text, final int unitNs)
    {
        final TemporalAccessor parsed = SQL_TIMESTAMP.parse(text);
        final LocalDate date = parsed.query(TemporalQueries.localDate());
        final LocalTime time = parsed.query(TemporalQueries.localTime());
        return LocalDateTime.of(date, time.withNano(time.getNano() / unitNs * unitNs));
    }

    /** Whether the text of a string column is what the value says; containers by their meaning. */
    static boolean isText(final Value value, final String text) throws IOException
    {
        if (value.token() == JsonToken.START_OBJECT || value.token() == JsonToken.START_ARRAY)
        {
            final JsonNode tree = MAPPER.readTree(text);
            return value.token() == JsonToken.START_ARRAY ?
                tree.equals(JsonOracle::compare, MAPPER.readTree(value.text())) : tree.isObject() &&
                    tree.size() == value.members().size() && value.members().keySet().stream().allMatch(tree::has);
        }
        final byte[] utf8 = value.text().getBytes(StandardCharsets.UTF_8);
        return new String(utf8, StandardCharsets.UTF_8).equals(text);
    }

    private static int compare(final JsonNode a, final JsonNode b)
    {
        final boolean isInfinite = a.asText().endsWith("Infinity") || b.asText().endsWith("Infinity");
        return isInfinite || a.isNumber() && b.isNumber() ?
            Double.compare(Double.parseDouble(a.asText()) + 0.0, Double.parseDouble(b.asText()) + 0.0) :
            a.isTextual() && b.isTextual() ? normal(a).compareTo(normal(b)) : a.equals(b) ? 0 : 1;
    }

    private static String normal(final JsonNode text)
    {
        return new String(text.textValue().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
