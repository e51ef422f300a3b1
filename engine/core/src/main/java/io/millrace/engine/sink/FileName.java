package io.millrace.engine.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;

/** The name of a table as a name of a file: letters, digits and {@code _-$} stay, other bytes become {@code %XX}. */
public final class FileName
{
    private FileName()
    {
    }

    public static String of(final String table)
    {
        final StringBuilder name = new StringBuilder();
        for (final byte b : table.getBytes(UTF_8))
        {
            final char c = (char)(b & 0xFF);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '$'))
            {
                name.append(c);
            }
            else
            {
                name.append(String.format(Locale.ROOT, "%%%02X", (int)c));
            }
        }
        return name.toString();
    }

    /** The table that {@link #of} gave this name. */
    public static String tableOf(final String name)
    {
        final byte[] bytes = new byte[name.length()];
        int length = 0;
        for (int i = 0; i < name.length(); i++)
        {
            if (name.charAt(i) == '%' && i + 2 < name.length())
            {
                bytes[length++] = (byte)Integer.parseInt(name.substring(i + 1, i + 3), 16);
                i += 2;
            }
            else
            {
                bytes[length++] = (byte)name.charAt(i);
            }
        }
        return new String(bytes, 0, length, UTF_8);
    }
}
