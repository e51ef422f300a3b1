package io.millrace.engine.connector.builtin;

import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowEncoder;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.sbe.SbeLayout;
import io.millrace.codecs.sbe.SbeRowDecoder;
import io.millrace.codecs.sbe.SbeRowEncoder;
import io.millrace.codecs.sbe.SbeSchema;
import io.millrace.engine.connector.Format;
import io.millrace.engine.connector.Option;
import io.millrace.engine.connector.TableOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@code 'format'='sbe'}: a record is the SBE message that {@code millrace schema} describes. */
public final class SbeFormat implements Format
{
    public static final String ID = "sbe.id";
    public static final String VERSIONS = "sbe.versions";

    @Override
    public String name()
    {
        return "sbe";
    }

    @Override
    public boolean isText()
    {
        return false;
    }

    @Override
    public List<Option> options()
    {
        return List.of(
            new Option(ID, false, "Schema id and template id of the message, from 1 to 65534; without it, it " +
                "follows from the table's name.", (options, key) -> id(options.table(), options.values())),
            new Option(VERSIONS, false,
                "How many columns the table had in each version, oldest first, such as '4,6'. " +
                "Columns appended later travel behind the others, so that older and newer programs understand " +
                "each other.", (options, key) ->
                    wire(options.table(), RowLayout.of(options.columns()), options.values())));
    }

    @Override
    public RowDecoder decoder(
        final String table, final RowLayout declared, final RowLayout layout, final int decodedColumns,
        final Map<String, String> options)
    {
        return new SbeRowDecoder(wire(table, declared, options), id(table, options), layout, decodedColumns);
    }

    @Override
    public RowEncoder encoder(final String table, final RowLayout layout, final Map<String, String> options)
    {
        return new SbeRowEncoder(wire(table, layout, options), id(table, options));
    }

    /** Schema and template id of a table's message. */
    public static int id(final String table, final Map<String, String> options)
    {
        return (int)new TableOptions(table, options).number(ID, SbeSchema.idOf(table), 1, SbeSchema.MAX_ID);
    }

    /** The message of a table with these columns. */
    public static SbeLayout wire(final String table, final RowLayout declared, final Map<String, String> options)
    {
        final String versions = options.get(VERSIONS);
        if (versions == null)
        {
            return SbeLayout.of(declared.fields());
        }
        try
        {
            return SbeLayout.of(declared.fields(),
                Arrays.stream(versions.split(",", -1)).mapToInt(count -> Integer.parseInt(count.trim())).toArray());
        }
        catch (final IllegalArgumentException e)
        {
            throw TableOptions.refusal("table " + table + ": option '" + VERSIONS + "' is '" + versions +
                "', expected ascending numbers of columns, the last of which is " + declared.fields().size());
        }
    }
}
