package io.millrace.sql.validate;

import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.calcite.config.CalciteConnectionConfig;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.validate.SqlNameMatchers;
import org.jspecify.annotations.Nullable;

/**
 * The tables and views declared so far, in the one database of the one catalogue. Names are case sensitive, as in
 * Flink.
 */
public final class Catalogue
{
    /** What a name stands for: a table or a view. */
    public interface Entry
    {
        String name();

        Span nameSpan();

        RelDataType rowType();
    }

    /** An entry as Calcite's validator sees it. */
    public static final class EntryTable extends AbstractTable
    {
        private final Entry entry;

        EntryTable(final Entry entry)
        {
            this.entry = entry;
        }

        public Entry entry()
        {
            return entry;
        }

        @Override
        public RelDataType getRowType(final RelDataTypeFactory types)
        {
            return entry.rowType();
        }
    }

    private final FlinkTypes types;
    private final CalciteSchema root = CalciteSchema.createRootSchema(false, false);
    private final CalciteSchema schema = root.add(TableName.CATALOG, new AbstractSchema())
        .add(TableName.DATABASE, new AbstractSchema());
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    public Catalogue(final FlinkTypes types)
    {
        this.types = types;
    }

    /** Adds an entry, or puts it in the place of the one with its name. */
    public void put(final Entry entry)
    {
        entries.put(entry.name(), entry);
        schema.removeTable(entry.name());
        schema.add(entry.name(), new EntryTable(entry));
    }

    public void remove(final String name)
    {
        entries.remove(name);
        schema.removeTable(name);
    }

    public @Nullable Entry get(final String name)
    {
        return entries.get(name);
    }

    public Collection<String> names()
    {
        return entries.keySet();
    }

    public Collection<Entry> entries()
    {
        return entries.values();
    }

    SchemaReader reader()
    {
        final Properties properties = new Properties();
        properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "true");
        final CalciteConnectionConfig config = new CalciteConnectionConfigImpl(properties);
        return new SchemaReader(root, types, config);
    }

    /** Finds tables by their name alone, behind that of the database, and behind both names. */
    static final class SchemaReader extends CalciteCatalogReader
    {
        SchemaReader(final CalciteSchema root, final FlinkTypes types, final CalciteConnectionConfig config)
        {
            super(root, SqlNameMatchers.withCaseSensitive(true), List.of(
                List.of(TableName.CATALOG, TableName.DATABASE), List.of(TableName.CATALOG), List.of()), types, config);
        }
    }

    /** Column names of a row, with the dotted paths of nested ROWs. */
    public static List<String> paths(final RelDataType row)
    {
        final List<String> paths = new ArrayList<>();
        collect("", row, paths);
        return paths;
    }

    private static void collect(final String prefix, final RelDataType row, final List<String> paths)
    {
        for (final RelDataTypeField field : row.getFieldList())
        {
            paths.add(prefix + field.getName());
            if (field.getType().isStruct())
            {
                collect(prefix + field.getName() + ".", field.getType(), paths);
            }
        }
    }
}
