package io.millrace.sql.compile;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.sql.codegen.Shape;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.logical.SourceTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the columns of one table that anything reads, and lays out rows of those alone. */
final class TablePruner
{
    private final SourceTable table;
    private final RowLayout declared;
    private final int physicalColumns;
    private final BitSet used = new BitSet();
    private @Nullable RowLayout layout;
    private int decodedColumns;
    private int[] newIndex = {};
    private final List<Integer> computed = new ArrayList<>();

    TablePruner(final SourceTable table)
    {
        this.table = table;
        final List<SqlType.Field> fields = new ArrayList<>(table.physical());
        physicalColumns = RowLayout.of(fields).columns().size();
        for (final SourceTable.Computed column : table.computed())
        {
            fields.add(new SqlType.Field(column.name(), column.expression().type()));
        }
        declared = RowLayout.of(fields);
    }

    /** Counts what an expression reads, and what the computed columns among it read. */
    void use(final @Nullable Expr expr)
    {
        if (expr == null)
        {
            return;
        }
        if (expr instanceof Expr.Input input)
        {
            if (!used.get(input.index()))
            {
                used.set(input.index());
                if (input.index() >= physicalColumns)
                {
                    use(table.computed().get(input.index() - physicalColumns).expression());
                }
            }
            return;
        }
        for (final Expr child : Shape.children(expr))
        {
            use(child);
        }
    }

    /** Counts every column as used. */
    void useAll()
    {
        used.set(0, declared.columns().size());
    }

    /** Lays the used columns out. Call once, when all uses are known. */
    void conclude()
    {
        final List<SqlType.Field> fields = new ArrayList<>();
        newIndex = new int[declared.columns().size()];
        Arrays.fill(newIndex, -1);
        final int[] cursor = {0, 0};
        for (final SqlType.Field field : table.physical())
        {
            final SqlType.Field kept = prune(field, cursor);
            if (kept != null)
            {
                fields.add(kept);
            }
        }
        decodedColumns = cursor[1];
        for (int i = 0; i < table.computed().size(); i++)
        {
            if (used.get(physicalColumns + i))
            {
                newIndex[physicalColumns + i] = cursor[1]++;
                computed.add(i);
                fields.add(declared.fields().get(table.physical().size() + i));
            }
        }
        layout = RowLayout.of(fields);
    }

    /** The field with what is used of it, or null; {@code cursor} counts declared and kept columns. */
    private SqlType.@Nullable Field prune(final SqlType.Field field, final int[] cursor)
    {
        final int index = cursor[0]++;
        if (field.type().kind() != SqlType.Kind.ROW)
        {
            if (!used.get(index))
            {
                return null;
            }
            newIndex[index] = cursor[1]++;
            return field;
        }
        final int keptBefore = cursor[1]++;
        final List<SqlType.Field> kept = new ArrayList<>();
        for (final SqlType.Field inner : field.type().fields())
        {
            final SqlType.Field part = prune(inner, cursor);
            if (part != null)
            {
                kept.add(part);
            }
        }
        if (kept.isEmpty() && !used.get(index))
        {
            cursor[1] = keptBefore;
            return null;
        }
        newIndex[index] = keptBefore;
        return new SqlType.Field(field.name(), SqlType.row(kept).withNullable(field.type().isNullable()));
    }

    RowLayout layout()
    {
        if (layout == null)
        {
            throw new IllegalStateException("not concluded");
        }
        return layout;
    }

    int decodedColumns()
    {
        return decodedColumns;
    }

    /** The computed columns that are kept, as indices into the table's. */
    List<Integer> computed()
    {
        return computed;
    }

    /** An expression over the table's columns as one over the layout's. */
    Expr rewrite(final Expr expr)
    {
        return Shape.rewrite(expr, index -> newIndex[index]);
    }
}
