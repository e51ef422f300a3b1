package io.millrace.engine.connector.builtin;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Aligned columns, numbers to the right. The first rows are kept to learn how wide columns are; then rows stream, and
 * a wider value widens its column from there on.
 *
 * <p><b>Limits:</b> {@link #SIZING_ROWS} rows are kept.
 */
final class TablePrinter implements RowPrinter
{
    private static final int SIZING_ROWS = 64;

    private final RowLayout layout;
    private final List<RowLayout.Column> columns = new ArrayList<>();
    private final int[] widths;
    private final String identifier;
    private final List<String[]> kept = new ArrayList<>();
    private final TextBuffer value = new TextBuffer();
    private boolean hasHeader;

    TablePrinter(final RowLayout layout, final String identifier)
    {
        this.layout = layout;
        this.identifier = identifier;
        layout.columns().stream().filter((c) -> c.type().kind() != SqlType.Kind.ROW).forEach(columns::add);
        widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++)
        {
            widths[i] = Math.max(DisplayWidth.of(columns.get(i).path()), typicalWidth(columns.get(i).type()));
        }
    }

    private static int typicalWidth(final SqlType type)
    {
        return switch (type.kind())
        {
            case DATE -> 10;
            case TIMESTAMP -> type.precision() == 0 ? 19 : 20 + type.precision();
            case BOOLEAN -> 5;
            default -> 4;
        };
    }

    @Override
    public void print(final long row, final int length, final TextBuffer out)
    {
        final String[] cells = new String[widths.length];
        for (int i = 0; i < cells.length; i++)
        {
            final RowLayout.Column column = columns.get(i);
            value.clear();
            if (RowLayout.isNull(row, column))
            {
                value.add("NULL");
            }
            else
            {
                value.value(layout, column, row);
            }
            cells[i] = DisplayWidth.printable(
                new String(value.bytes(), 0, value.length(), StandardCharsets.UTF_8));
            widths[i] = Math.max(widths[i], DisplayWidth.of(cells[i]));
        }
        if (hasHeader)
        {
            line(cells, out);
            return;
        }
        kept.add(cells);
        if (kept.size() == SIZING_ROWS)
        {
            show(out);
        }
    }

    @Override
    public void show(final TextBuffer out)
    {
        if (kept.isEmpty())
        {
            return;
        }
        if (!hasHeader)
        {
            hasHeader = true;
            final String[] names = new String[widths.length];
            for (int i = 0; i < names.length; i++)
            {
                names[i] = columns.get(i).path();
            }
            line(names, out);
            prefix(out);
            for (int i = 0; i < names.length; i++)
            {
                out.add(i > 0 ? "  " : "").add("─".repeat(widths[i]));
            }
            out.add('\n');
        }
        kept.forEach((cells) -> line(cells, out));
        kept.clear();
    }

    private void prefix(final TextBuffer out)
    {
        if (!identifier.isEmpty())
        {
            out.add(identifier).add("> ");
        }
    }

    private void line(final String[] cells, final TextBuffer out)
    {
        prefix(out);
        for (int i = 0; i < cells.length; i++)
        {
            final int gap = widths[i] - DisplayWidth.of(cells[i]);
            final boolean isRight = columns.get(i).type().isNumeric();
            final boolean isLast = i == cells.length - 1;
            out.add(i > 0 ? "  " : "").repeat(' ', isRight ? gap : 0).add(cells[i])
                .repeat(' ', isRight || isLast ? 0 : gap);
        }
        out.add('\n');
    }

    @Override
    public void end(final TextBuffer out)
    {
    }
}
