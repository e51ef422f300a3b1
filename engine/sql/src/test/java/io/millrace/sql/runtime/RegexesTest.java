package io.millrace.sql.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Scratch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RegexesTest
{
    private final Scratch scratch = new Scratch();
    private final Regexes regexes = new Regexes(scratch);
    private final List<Long> held = new ArrayList<>();

    @AfterEach
    void free()
    {
        held.forEach(Memory::free);
        scratch.close();
    }

    private long text(final String text)
    {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        final long address = Memory.allocate(bytes.length + Memory.SLACK);
        Memory.copy(bytes, 0, address, bytes.length);
        held.add(address);
        return address;
    }

    private static int length(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private boolean isFound(final String text, final String pattern)
    {
        return regexes.isFound(text(text), length(text), text(pattern), length(pattern));
    }

    private String replaced(final String text, final String pattern, final String by)
    {
        final long out = regexes.replace(
            text(text), length(text), text(pattern), length(pattern), text(by), length(by));
        return Utf8.toString(out, scratch.length);
    }

    @Test
    void shouldKnowPatternsApartWhenMoreAreMetThanAreRemembered()
    {
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 3 * Regexes.MAX_PATTERNS; i++)
            {
                assertTrue(isFound("x" + i + "y", "^x" + i + "y$"), "pattern " + i);
                assertFalse(isFound("x" + i + "y", "^x" + (i + 1) + "y$"), "pattern " + (i + 1));
            }
        }
    }

    @Test
    void shouldReplaceAlikeInTextThatIsAsciiAndThatIsNot()
    {
        for (final String pattern : List.of("l+", "", "^", "$", "[aeiou]", "(?<=l)o", "x*"))
        {
            for (final String text : List.of("hello world", "", "lll", "ooo"))
            {
                assertEquals(text.replaceAll(pattern, "<é>"), replaced(text, pattern, "<é>"), pattern);
                assertEquals(("ü" + text).replaceAll(pattern, "<>"), replaced("ü" + text, pattern, "<>"), pattern);
            }
        }
    }

    @Test
    void shouldFailWhereAPatternNestsDeeperThanTheStack()
    {
        final String pattern = "(a|b)*c";
        for (final String end : List.of("", "ü"))
        {
            // What is found first does not keep the rest from failing.
            final String text = "ac" + "ab".repeat(200_000) + end;
            assertEquals(text, replaced(text, pattern, "-"));
            assertEquals(Failure.ARGUMENT.ordinal(), scratch.failure);
            scratch.failure = 0;
            assertEquals("-d" + end, replaced("abacd" + end, pattern, "-"));
            assertEquals(0, scratch.failure);
        }
    }
}
