package io.millrace.perf.flink;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Splits a job's text into its statements. A STATEMENT SET from BEGIN to END is one statement. */
final class JobText
{
    private static final Pattern SET_BEGINS =
        Pattern.compile("(?is)^\\s*(EXECUTE\\s+STATEMENT\\s+SET\\s+BEGIN|BEGIN\\s+STATEMENT\\s+SET)\\b.*");
    private static final Pattern SET_ENDED = Pattern.compile("(?is).*;\\s*END$");

    private JobText()
    {
    }

    /** The statements without comments and without their semicolons. */
    static List<String> statements(final String text)
    {
        final List<String> statements = new ArrayList<>();
        final StringBuilder statement = new StringBuilder();
        int i = 0;
        while (i < text.length())
        {
            final char c = text.charAt(i);
            if (text.startsWith("--", i))
            {
                i = indexOrEnd(text, "\n", i);
            }
            else if (text.startsWith("/*", i) && !text.startsWith("/*+", i))
            {
                i = Math.min(text.length(), indexOrEnd(text, "*/", i) + 2);
            }
            else if (c == '\'' || c == '`' || c == '"')
            {
                final int end = Math.min(text.length(), indexOrEnd(text, String.valueOf(c), i + 1) + 1);
                statement.append(text, i, end);
                i = end;
            }
            else if (c == ';' && isWhole(statement))
            {
                add(statement, statements);
                i++;
            }
            else
            {
                statement.append(c);
                i++;
            }
        }
        add(statement, statements);
        return statements;
    }

    private static boolean isWhole(final StringBuilder statement)
    {
        return !SET_BEGINS.matcher(statement).matches() || SET_ENDED.matcher(statement.toString().strip()).matches();
    }

    private static void add(final StringBuilder statement, final List<String> statements)
    {
        if (!statement.toString().isBlank())
        {
            statements.add(statement.toString().strip());
        }
        statement.setLength(0);
    }

    private static int indexOrEnd(final String text, final String what, final int from)
    {
        final int at = text.indexOf(what, from);
        return at < 0 ? text.length() : at;
    }
}
