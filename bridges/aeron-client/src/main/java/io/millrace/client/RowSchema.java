package io.millrace.client;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.sbe.SbeLayout;
import io.millrace.codecs.sbe.SbeSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a table as both sides must know them: from the text of {@code millrace schema}, or as the job's DDL
 * declares them.
 *
 * <p><b>Errors:</b> {@link IllegalArgumentException} where a text is not understood, naming the place.
 */
public final class RowSchema
{
    private final String table;
    private final int id;
    private final SbeLayout wire;

    private RowSchema(final String table, final int id, final SbeLayout wire)
    {
        this.table = table;
        this.id = id;
        this.wire = wire;
    }

    /**
     * From declared columns, without computed ones: {@code user_id STRING, n INT NOT NULL, p ROW<url STRING>}. A bar
     * in place of a comma stands before the columns of each later version.
     *
     * @param id schema and template id.
     */
    public static RowSchema of(final String table, final int id, final String columns)
    {
        return new ColumnParser(columns).parse((fields, counts) ->
            new RowSchema(table, id, SbeLayout.of(fields, counts)));
    }

    /** As {@link #of(String, int, String)} with the id that follows from the table's name. */
    public static RowSchema of(final String table, final String columns)
    {
        return of(table, SbeSchema.idOf(table), columns);
    }

    /** From the text of {@code millrace schema}. */
    public static RowSchema ofXml(final String xml)
    {
        final String message = element(xml, "<sbe:message ");
        final String schema = element(xml, "<sbe:messageSchema ");
        final String title = attribute(schema, "description");
        if (!title.startsWith(SbeSchema.TITLE))
        {
            throw new IllegalArgumentException("not a schema by Millrace: " + title);
        }
        return of(title.substring(SbeSchema.TITLE.length()), Integer.parseInt(attribute(message, "id")),
            attribute(message, "description"));
    }

    private static String element(final String xml, final String begin)
    {
        final int at = xml.indexOf(begin);
        final int end = at < 0 ? -1 : xml.indexOf('>', at);
        if (end < 0)
        {
            throw new IllegalArgumentException("no " + begin.trim() + "> in the schema");
        }
        return xml.substring(at, end);
    }

    private static String attribute(final String element, final String name)
    {
        final String begin = " " + name + "=\"";
        final int at = element.indexOf(begin);
        final int end = at < 0 ? -1 : element.indexOf('"', at + begin.length());
        if (end < 0)
        {
            throw new IllegalArgumentException("no attribute " + name + " in " + element);
        }
        return element.substring(at + begin.length(), end)
            .replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    }

    public String table()
    {
        return table;
    }

    /** Schema and template id of the message. */
    public int id()
    {
        return id;
    }

    public SbeLayout wire()
    {
        return wire;
    }

    /** The columns, as both sides compare them. */
    public String describe()
    {
        return wire.describe();
    }

    /**
     * Index of a column, for the setters and getters; resolve it once.
     *
     * @param path its name, that of a nested one with dots: {@code payload.page_url}.
     */
    public int column(final String path)
    {
        return wire.layout().column(path).index();
    }

    /** Type of a column. */
    public SqlType type(final int column)
    {
        return wire.columns().get(column).column().type();
    }

    /** Names of the columns that hold values, in declared order. */
    public List<String> columns()
    {
        final List<String> names = new ArrayList<>();
        for (final RowLayout.Column column : wire.layout().columns())
        {
            names.add(column.path());
        }
        return names;
    }
}
