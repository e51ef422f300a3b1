package io.millrace.sql.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codecs.Memory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WordsTest
{
    private static final List<String> TEXTS = List.of("", "a", "\0", "a\0", "aa", "click", "clicks", "page_vie",
        "page_view", "page_view\0", "page_viewed_now", "page_viewed_now_", "page_viewed_now!", "page_viewed_now__");

    private final long a = Memory.allocate(64);
    private final long b = Memory.allocate(64);

    @AfterEach
    void free()
    {
        Memory.free(a);
        Memory.free(b);
    }

    @Test
    void shouldDifferExactlyWhenStringsDo()
    {
        for (final String x : TEXTS)
        {
            for (final String y : TEXTS)
            {
                final int length = put(a, x, (byte)1);
                final int other = put(b, y, (byte)2);
                assertEquals(!x.isEmpty() && x.length() <= Words.MAX_LENGTH, Words.isShort(length));
                if (Words.isShort(length) && Words.isShort(other))
                {
                    final long differ = Words.differ(Memory.firstWord(a, length) ^ Memory.firstWord(b, other) |
                        Memory.secondWord(a, length) ^ Memory.secondWord(b, other) | length ^ other);
                    assertEquals(x.equals(y), differ >= 0, x + " and " + y);
                }
            }
        }
    }

    private static int put(final long to, final String text, final byte behind)
    {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Memory.fill(to, 64, behind);
        Memory.copy(bytes, 0, to, bytes.length);
        return bytes.length;
    }
}
