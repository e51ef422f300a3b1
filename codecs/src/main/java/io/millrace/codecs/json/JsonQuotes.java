package io.millrace.codecs.json;

/** Text in JSON's quotes, escaped as Jackson does, for who writes some now and then; it allocates. */
public final class JsonQuotes
{
    /** Control characters with an escape of their own, and its letters. */
    private static final String CONTROLS = "\b\t\n\f\r";
    private static final String LETTERS = "btnfr";

    private JsonQuotes()
    {
    }

    /** The text, quoted. */
    public static String of(final String text)
    {
        return append(new StringBuilder(text.length() + 2), text).toString();
    }

    /** Appends the text, quoted. */
    public static StringBuilder append(final StringBuilder out, final String text)
    {
        out.append('"');
        for (int i = 0; i < text.length(); i++)
        {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\')
            {
                out.append('\\').append(c);
            }
            else if (CONTROLS.indexOf(c) >= 0)
            {
                out.append('\\').append(LETTERS.charAt(CONTROLS.indexOf(c)));
            }
            else if (c < ' ')
            {
                out.append(String.format("\\u%04X", (int)c));
            }
            else
            {
                out.append(c);
            }
        }
        return out.append('"');
    }
}
