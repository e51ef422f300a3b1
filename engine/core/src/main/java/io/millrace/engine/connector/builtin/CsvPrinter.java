package io.millrace.engine.connector.builtin;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;

/** RFC 4180 with a header line; NULL is an empty field, an empty string is {@code ""}. */
final class CsvPrinter implements RowPrinter
{
    private final RowLayout layout;
    private final String identifier;
    private final TextBuffer value = new TextBuffer();
    private boolean hasHeader;

    CsvPrinter(final RowLayout layout, final String identifier)
    {
        this.layout = layout;
        this.identifier = identifier;
    }

    @Override
    public void print(final long row, final int length, final TextBuffer out)
    {
        show(out);
        boolean isFirst = prefix(out);
        for (final RowLayout.Column column : layout.columns())
        {
            if (column.type().kind() == SqlType.Kind.ROW)
            {
                continue;
            }
            if (!isFirst)
            {
                out.add(',');
            }
            isFirst = false;
            if (!RowLayout.isNull(row, column))
            {
                value.clear();
                value.value(layout, column, row);
                field(out, column.type().isString());
            }
        }
        out.add("\r\n");
    }

    private boolean prefix(final TextBuffer out)
    {
        if (identifier.isEmpty())
        {
            return true;
        }
        value.clear();
        value.add(identifier);
        field(out, true);
        return false;
    }

    private void field(final TextBuffer out, final boolean isString)
    {
        boolean isQuoted = isString && value.length() == 0;
        for (int i = 0; i < value.length() && !isQuoted; i++)
        {
            final byte b = value.bytes()[i];
            isQuoted = b == ',' || b == '"' || b == '\n' || b == '\r';
        }
        if (!isQuoted)
        {
            out.add(value.bytes(), 0, value.length());
            return;
        }
        out.add('"');
        for (int i = 0; i < value.length(); i++)
        {
            if (value.bytes()[i] == '"')
            {
                out.add('"');
            }
            out.add(value.bytes(), i, 1);
        }
        out.add('"');
    }

    /** The header, once: also where no row ever comes. */
    @Override
    public void show(final TextBuffer out)
    {
        if (hasHeader)
        {
            return;
        }
        hasHeader = true;
        boolean isFirst = true;
        if (!identifier.isEmpty())
        {
            out.add("table");
            isFirst = false;
        }
        for (final RowLayout.Column column : layout.columns())
        {
            if (column.type().kind() != SqlType.Kind.ROW)
            {
                value.clear();
                value.add(column.path());
                out.add(isFirst ? "" : ",");
                field(out, true);
                isFirst = false;
            }
        }
        out.add("\r\n");
    }

    @Override
    public void end(final TextBuffer out)
    {
    }
}
