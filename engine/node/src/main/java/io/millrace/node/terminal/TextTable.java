package io.millrace.node.terminal;

import io.millrace.engine.connector.builtin.DisplayWidth;
import java.util.ArrayList;
import java.util.List;

/** A small table for people: aligned columns under a rule. */
public final class TextTable
{
    private final List<String[]> rows = new ArrayList<>();
    private final String indent;
    private final boolean[] isRight;

    /** Table with the given names; a name that begins with {@code >} heads a column of numbers. */
    public TextTable(final String indent, final String... names)
    {
        this.indent = indent;
        isRight = new boolean[names.length];
        final String[] shown = new String[names.length];
        for (int i = 0; i < names.length; i++)
        {
            isRight[i] = names[i].startsWith(">");
            shown[i] = isRight[i] ? names[i].substring(1) : names[i];
        }
        rows.add(shown);
    }

    public void add(final String... cells)
    {
        final String[] printable = new String[cells.length];
        for (int i = 0; i < cells.length; i++)
        {
            printable[i] = DisplayWidth.printable(cells[i]);
        }
        rows.add(printable);
    }

    @Override
    public String toString()
    {
        final int[] widths = new int[isRight.length];
        for (final String[] row : rows)
        {
            for (int i = 0; i < widths.length; i++)
            {
                widths[i] = Math.max(widths[i], DisplayWidth.of(row[i]));
            }
        }
        final StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++)
        {
            line(rows.get(r), widths, text);
            if (r == 0)
            {
                text.append(indent);
                for (int i = 0; i < widths.length; i++)
                {
                    text.append(i > 0 ? "  " : "").append("─".repeat(widths[i]));
                }
                text.append('\n');
            }
        }
        return text.substring(0, text.length() - 1);
    }

    private void line(final String[] row, final int[] widths, final StringBuilder text)
    {
        final StringBuilder line = new StringBuilder(indent);
        for (int i = 0; i < widths.length; i++)
        {
            final String gap = " ".repeat(widths[i] - DisplayWidth.of(row[i]));
            line.append(i > 0 ? "  " : "").append(isRight[i] ? gap + row[i] : row[i] + gap);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
