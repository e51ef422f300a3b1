package io.millrace.codecs.json;

import static io.millrace.codecs.json.JsonHarness.field;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonAllocationTest
{
    private static final int RECORDS = 1_000_000;
    private static final int CAPACITY = 4096;
    /** What the measuring itself and compilation may allocate on the thread. */
    private static final long ALLOWED_BYTES = 65_536;

    private static final List<String> TEXTS = List.of(
        "{'a':'e1','r':{'x':1.25,'y':'пользователь'},'n':26908,'m':134.90,'w':1e20,'d':'2024-02-29'," +
            "'t':'2024-01-01 00:00:06.256','b':true,'f':0.5}",
        "{'t':'2024-01-01 24:00:00','n':' 12 ','a':'\\u00e9\\ud83d\\ude00\\n','r':null,'unread':[1,{'k':[]}]}",
        "{'a':17,'n':'n/a','m':'1234567890123.5','r':{},'w':'123456789012345678901234567.5','b':'TRUE'}",
        "{'a':[1, {'b' : 'c\\u0041'}],'n':99999999999999999999}", "{'a':'truncated", "{'a':'\\x'}", "");

    @Test
    void shouldAllocateNothingWhenRecordsOfAllKindsPass()
    {
        final RowLayout layout = RowLayout.of(List.of(
            field("a", SqlType.string()), field("r", SqlType.row(List.of(
                field("x", Kind.DOUBLE), field("y", SqlType.string())))),
            field("n", Kind.BIGINT), field("m", SqlType.decimal(10, 2)), field("w", SqlType.decimal(38, 10)),
            field("d", Kind.DATE), field("t", SqlType.timestamp(3)), field("b", Kind.BOOLEAN), field("f", Kind.FLOAT)));
        final JsonOptions options = JsonOptions.of(Map.of(JsonOptions.IGNORE_PARSE_ERRORS, "true"));
        final JsonRowDecoder decoder = new JsonRowDecoder(layout, layout.columns().size(), options);
        final JsonRowEncoder encoder = new JsonRowEncoder(layout, options);
        final int count = TEXTS.size();
        final long[] addresses = new long[count];
        final int[] lengths = new int[count];
        for (int i = 0; i < count; i++)
        {
            final byte[] bytes = TEXTS.get(i).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            lengths[i] = bytes.length;
            addresses[i] = Memory.allocate(bytes.length);
            Memory.copy(bytes, 0, addresses[i], bytes.length);
        }
        final long row = Memory.allocate(CAPACITY);
        final long out = Memory.allocate(CAPACITY);
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        final long self = Thread.currentThread().getId();
        threads.getThreadAllocatedBytes(self);
        final long before = threads.getThreadAllocatedBytes(self);
        long encoded = 0;
        for (int i = 0; i < RECORDS; i++)
        {
            final int k = i % count;
            if (decoder.decode(addresses[k], lengths[k], row, CAPACITY) > 0)
            {
                encoded += encoder.encode(row, out, CAPACITY);
            }
        }
        final long allocated = threads.getThreadAllocatedBytes(self) - before;
        assertTrue(encoded > RECORDS, "bytes encoded: " + encoded);
        assertTrue(allocated < ALLOWED_BYTES, "bytes allocated: " + allocated);
        decoder.close();
        Memory.free(row);
        Memory.free(out);
    }
}
