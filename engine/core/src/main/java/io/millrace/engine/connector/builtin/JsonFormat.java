package io.millrace.engine.connector.builtin;

import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowEncoder;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.json.JsonOptions;
import io.millrace.codecs.json.JsonRowDecoder;
import io.millrace.codecs.json.JsonRowEncoder;
import io.millrace.engine.connector.Format;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.TableOptions;
import java.util.List;
import java.util.Map;

/** {@code 'format'='json'}: one JSON object a record, under Flink's options. */
public final class JsonFormat implements Format
{
    @Override
    public String name()
    {
        return "json";
    }

    @Override
    public List<Option> options()
    {
        return JsonOptions.KEYS.stream().map((key) ->
            new Option(key.key(), false, key.description(), JsonFormat::read)).toList();
    }

    private static void read(final TableOptions options, final String key)
    {
        // One of them is held against what the others say.
        parse(key.equals(JsonOptions.FAIL_ON_MISSING_FIELD) ? options.values() : Map.of(key, options.text(key)));
    }

    @Override
    public RowDecoder decoder(
        final String table, final RowLayout declared, final RowLayout layout, final int decodedColumns,
        final Map<String, String> options)
    {
        return new JsonRowDecoder(layout, decodedColumns, parse(options));
    }

    @Override
    public RowEncoder encoder(final String table, final RowLayout layout, final Map<String, String> options)
    {
        return new JsonRowEncoder(layout, parse(options));
    }

    private static JsonOptions parse(final Map<String, String> options)
    {
        try
        {
            return JsonOptions.of(options);
        }
        catch (final IllegalArgumentException e)
        {
            throw TableOptions.refusal(String.valueOf(e.getMessage()));
        }
    }
}
