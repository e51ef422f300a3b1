package io.millrace.codecs.json;

import static io.millrace.codecs.json.JsonHarness.field;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowEncoder;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonRowEncoderTest
{
    private static JsonHarness harness(final Map<String, String> options)
    {
        return new JsonHarness(
            JsonOptions.of(options), field("a \"quoted\" key", SqlType.string()),
            field("r", SqlType.row(List.of(
                field("x", Kind.INT), field("s", SqlType.row(List.of(field("y", SqlType.string()))))))),
            field("d", Kind.DOUBLE), field("m", SqlType.decimal(38, 3)), field("t", SqlType.timestamp(9)));
    }

    private static final String RECORD =
        "{\"a \\\"quoted\\\" key\":\"\\u0001\\n\\\\é\\/\",\"r\":{\"x\":-7,\"s\":{\"y\":\"\"}},\"d\":1e-7," +
        "\"m\":-12345678901234567890123456789012345.500,\"t\":\"0001-02-03 04:05:06.070000\"}";

    @Test
    void shouldWriteEveryColumnWhenSomeAreNull()
    {
        try (JsonHarness json = harness(Map.of()))
        {
            assertEquals(
                "{\"a \\\"quoted\\\" key\":\"\\u0001\\n\\\\é/\",\"r\":{\"x\":-7,\"s\":{\"y\":\"\"}},\"d\":1.0E-7," +
                "\"m\":-12345678901234567890123456789012345.5,\"t\":\"0001-02-03 04:05:06.07\"}",
                json.convert(RECORD));
            assertEquals(
                "{\"a \\\"quoted\\\" key\":null,\"r\":{\"x\":null,\"s\":null},\"d\":0.0,\"m\":null,\"t\":null}",
                json.convert("{\"r\":{},\"d\":0}"));
        }
    }

    @Test
    void shouldLeaveNullsOutWhenTold()
    {
        try (JsonHarness json = harness(Map.of(JsonOptions.IGNORE_NULL_FIELDS, "true")))
        {
            final String sparse = "{\"r\":{\"s\":{\"y\":\"{\"}},\"m\":1}";
            assertEquals(sparse, json.convert(sparse));
            assertEquals("{\"r\":{},\"d\":1.5}", json.convert("{\"r\":{},\"d\":1.5}"));
            assertEquals("{}", json.convert("{}"));
        }
    }

    @Test
    void shouldRefuseWithoutTouchingMoreWhenThereIsNoRoom()
    {
        try (JsonHarness json = harness(Map.of()))
        {
            final String whole = json.convert(RECORD);
            final int length = json.encoder.encode(json.row, json.out, 1 << 20);
            for (int capacity = 0; capacity <= length; capacity++)
            {
                final long out = Memory.allocate(capacity);
                Memory.fill(out + capacity, Memory.SLACK, (byte)0x44);
                final int result = json.encoder.encode(json.row, out, capacity);
                assertEquals(capacity < length ? RowEncoder.FULL : length, result);
                assertEquals(0x4444444444444444L, Memory.getLong(out + capacity), "capacity " + capacity);
                Memory.free(out);
            }
            assertEquals(whole, JsonHarness.text(json.out, length));
        }
    }

    @Test
    void shouldReadBackTheSameWhenDoublesAndFloatsAreAny()
    {
        final Random random = new Random(3);
        try (JsonHarness json = new JsonHarness(JsonOptions.defaults(), field("d", Kind.DOUBLE),
            field("f", Kind.FLOAT)))
        {
            for (int i = 0; i < 50_000; i++)
            {
                final double d = random.nextBoolean() ? Double.longBitsToDouble(random.nextLong()) :
                    random.nextInt(2_000_000) / Math.pow(10, random.nextInt(9)) - 5;
                final float f = random.nextBoolean() ? Float.intBitsToFloat(random.nextInt()) :
                    random.nextInt(2_000_000) / (float)Math.pow(10, random.nextInt(9)) - 5;
                if (Double.isFinite(d) && Float.isFinite(f))
                {
                    json.decode("{\"d\":" + d + ",\"f\":" + f + '}');
                    final String text = json.encode();
                    json.decode(text);
                    assertEquals(d, Memory.getDouble(json.row + json.layout.column("d").fixedOffset()), text);
                    assertEquals(f, Memory.getFloat(json.row + json.layout.column("f").fixedOffset()), text);
                }
            }
        }
    }
}
