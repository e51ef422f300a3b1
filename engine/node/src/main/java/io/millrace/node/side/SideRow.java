package io.millrace.node.side;

import io.millrace.engine.sink.LineSum;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of a side table: an object of texts and numbers, without others in it.
 *
 * @param fields by name, in the order of the line.
 */
record SideRow(Map<String, String> fields)
{
    private static final Set<String> NAMES = Set.of("statement", "window_start", "window_end", "reason", "detail",
        "position", "raw", "raw_base64", "raw_length");

    /** The row of a line; null where the line is none, or damaged. */
    static @Nullable SideRow parse(final String line)
    {
        final String whole = LineSum.check(line);
        return whole == null ? null : new Parser(whole).row();
    }

    /** What it is counted under: why it is dead, or the statement for which it was late. */
    String group()
    {
        return fields.getOrDefault("reason", fields.getOrDefault("statement", "?"));
    }

    /** The bytes as they were read; null where they were not kept, or not all of them. */
    byte @Nullable [] raw()
    {
        if (fields.containsKey("raw_length"))
        {
            return null;
        }
        final String text = fields.get("raw");
        if (text != null)
        {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        final String encoded = fields.get("raw_base64");
        return encoded == null ? null : Base64.getDecoder().decode(encoded);
    }

    private static final class Parser
    {
        private final String line;
        private int at;

        private Parser(final String line)
        {
            this.line = line;
        }

        private @Nullable SideRow row()
        {
            final Map<String, String> fields = new LinkedHashMap<>();
            try
            {
                expect('{');
                while (line.charAt(at) != '}')
                {
                    if (!fields.isEmpty())
                    {
                        expect(',');
                    }
                    final String name = text();
                    if (!NAMES.contains(name))
                    {
                        return null;
                    }
                    expect(':');
                    fields.put(name, line.charAt(at) == '"' ? text() : number());
                }
                return at == line.length() - 1 ? new SideRow(fields) : null;
            }
            catch (final IllegalArgumentException | StringIndexOutOfBoundsException e)
            {
                return null;
            }
        }

        private void expect(final char c)
        {
            if (line.charAt(at) != c)
            {
                throw new IllegalArgumentException(c + " at " + at);
            }
            at++;
        }

        private String number()
        {
            final int start = at;
            while (Character.isDigit(line.charAt(at)) || line.charAt(at) == '-')
            {
                at++;
            }
            return Long.toString(Long.parseLong(line.substring(start, at)));
        }

        private String text()
        {
            expect('"');
            final StringBuilder text = new StringBuilder();
            for (char c = line.charAt(at++); c != '"'; c = line.charAt(at++))
            {
                text.append(c == '\\' ? escaped() : c);
            }
            return text.toString();
        }

        private char escaped()
        {
            final char c = line.charAt(at++);
            switch (c)
            {
                case 'u' ->
                {
                    at += 4;
                    return (char)Integer.parseInt(line.substring(at - 4, at), 16);
                }
                case '"', '\\' ->
                {
                    return c;
                }
                default -> throw new IllegalArgumentException("\\" + c);
            }
        }
    }
}
