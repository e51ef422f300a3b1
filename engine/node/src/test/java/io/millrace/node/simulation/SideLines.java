package io.millrace.node.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The late and dead rows that a job has left on the disk, as the judge compares them. */
final class SideLines
{
    private SideLines()
    {
    }

    /** Rows of a table such as {@code late$T}: statement and window where there are any, and the bytes read. */
    static List<String> of(final SimulatedDisk disk, final String table)
    {
        final List<String> rows = new ArrayList<>();
        final String prefix = "tables/" + table + "/part-";
        for (final Map.Entry<String, SimulatedDisk.Inode> file : disk.names().entrySet())
        {
            if (file.getKey().startsWith(prefix))
            {
                for (final String line : new String(file.getValue().written, UTF_8).split("\n"))
                {
                    if (!line.isEmpty())
                    {
                        rows.add(row(line));
                    }
                }
            }
        }
        return rows;
    }

    private static String row(final String line)
    {
        final String statement = value(line, "statement");
        final String window = value(line, "window_start");
        return (statement.isEmpty() ? "" : statement + " ") + (window.isEmpty() ? "" : window + " ") +
            value(line, "raw");
    }

    /** The text of a field, empty where the line lacks it. */
    private static String value(final String line, final String name)
    {
        final String label = "\"" + name + "\":\"";
        final int begin = line.startsWith("{" + label) ? 1 : line.indexOf("," + label) + 1;
        if (begin == 0)
        {
            return "";
        }
        final StringBuilder text = new StringBuilder();
        for (int at = begin + label.length(); at < line.length() && line.charAt(at) != '"'; at++)
        {
            if (line.charAt(at) == '\\')
            {
                at++;
            }
            text.append(line.charAt(at));
        }
        return text.toString();
    }
}
