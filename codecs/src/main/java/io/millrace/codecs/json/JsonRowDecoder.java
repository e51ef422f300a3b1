package io.millrace.codecs.json;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.util.List;

/**
 * Decodes one JSON object per record with the meaning of Flink's {@code json} format: scanning first notes where each
 * column's value stands, then the values are converted and written in column order. What follows the object on its
 * line is ignored, as Flink does; a byte order mark before it too. An array of one object is that object's row, an
 * empty array is BLANK, and a longer one, which Flink makes several rows of, is MALFORMED: a record is one row here.
 *
 * <p><b>Allocation:</b> none, but for numbers of more than 15 digits or with an exponent that a DOUBLE or FLOAT column
 * reads. <b>Errors:</b> as {@link RowDecoder} says; a NOT NULL column may become NULL, as in Flink.
 */
public final class JsonRowDecoder implements RowDecoder
{
    private static final int BYTE_ORDER_MARK = 0xBFBBEF;
    private static final long NO_ROW = -3;

    private final RowLayout.Column[] columns;
    private final int[] subtreeEnds;
    private final int blockLength;
    private final int leastLength;
    private final JsonOptions options;
    private final JsonFields fields;
    private final JsonSlots slots;
    private final JsonScanner scanner;
    private final JsonValues values;
    private final long[] fieldErrors;
    private final int[] failed;
    private int failedCount;
    private Problem failure = Problem.NONE;
    private int failureColumn = -1;

    /** @param decodedColumns columns of {@code layout} that records may hold: all but computed ones, which are last. */
    public JsonRowDecoder(final RowLayout layout, final int decodedColumns, final JsonOptions options)
    {
        final List<RowLayout.Column> decoded = layout.columns().subList(0, decodedColumns);
        columns = decoded.toArray(RowLayout.Column[]::new);
        subtreeEnds = new int[decodedColumns];
        for (int i = 0; i < decodedColumns; i++)
        {
            subtreeEnds[i] = Math.min(decodedColumns, i + size(columns[i].type()));
        }
        blockLength = layout.blockLength();
        leastLength = blockLength +
            RowLayout.VAR_HEADER_LENGTH * (int)decoded.stream().filter(column -> column.varIndex() >= 0).count();
        this.options = options;
        fields = JsonFields.of(layout, decodedColumns);
        slots = new JsonSlots(decodedColumns);
        scanner = new JsonScanner(fields, slots, options);
        values = new JsonValues(
            slots, options, decoded.stream().anyMatch(column -> column.type().kind() == SqlType.Kind.DECIMAL));
        fieldErrors = new long[decodedColumns];
        failed = new int[decodedColumns];
    }

    private static int size(final SqlType type)
    {
        return 1 + type.fields().stream().mapToInt(field -> size(field.type())).sum();
    }

    @Override
    public int decode(final long address, final int length, final long row, final int capacity)
    {
        failure = Problem.NONE;
        failureColumn = -1;
        failedCount = 0;
        final long end = address + length;
        long p = JsonScanner.skipSpace(address, end);
        if (p == end)
        {
            return BLANK;
        }
        if (length > options.maxDocument())
        {
            return fail(Problem.LIMIT, -1);
        }
        slots.begin(address);
        final long behind = JsonScanner.isAt(p, end, '{') ? scanner.scan(p, end) : scanUnusual(p, end);
        if (behind < 0)
        {
            return behind == NO_ROW ? BLANK :
                fail(behind == JsonScanner.LIMIT ? Problem.LIMIT : Problem.MALFORMED, -1);
        }
        final int result = leastLength > capacity ? FULL : write(row, capacity);
        if (result >= 0)
        {
            for (int i = 0; i < failedCount; i++)
            {
                fieldErrors[failed[i]]++;
            }
        }
        return result;
    }

    /** A byte order mark before the object, or an array around it: of one object it is a row, of none it is none. */
    private long scanUnusual(final long at, final long end)
    {
        final boolean hasMark = at + 3 <= end && (Memory.getInt(at) & 0xFFFFFF) == BYTE_ORDER_MARK;
        long p = hasMark ? JsonScanner.skipSpace(at + 3, end) : at;
        final boolean isArray = JsonScanner.isAt(p, end, '[');
        p = isArray ? JsonScanner.skipSpace(p + 1, end) : p;
        if (isArray && JsonScanner.isAt(p, end, ']'))
        {
            return NO_ROW;
        }
        final long behind = JsonScanner.isAt(p, end, '{') ? scanner.scan(p, end) : JsonScanner.MALFORMED;
        return isArray && behind >= 0 && !JsonScanner.isAt(JsonScanner.skipSpace(behind, end), end, ']') ?
            JsonScanner.MALFORMED : behind;
    }

    private int write(final long row, final int capacity)
    {
        for (int i = 0; i < blockLength; i += 8)
        {
            Memory.putLong(row + i, 0);
        }
        int room = capacity - leastLength;
        long var = row + blockLength;
        int i = 0;
        while (i < columns.length)
        {
            final RowLayout.Column column = columns[i];
            final long slot = slots.slot(i);
            final int kind = slots.kind(slot);
            final int outcome;
            if (kind <= JsonSlots.NULL)
            {
                if (kind == JsonSlots.MISSING && options.failOnMissingField())
                {
                    return fail(Problem.FIELD_MISSING, i);
                }
                outcome = JsonValues.NULLED;
            }
            else if (column.varIndex() >= 0)
            {
                outcome = values.writeText(slot, kind, var + RowLayout.VAR_HEADER_LENGTH, room);
                if (outcome < 0)
                {
                    return FULL;
                }
                Memory.putInt(var, outcome);
                var += RowLayout.VAR_HEADER_LENGTH + outcome;
                room -= outcome;
            }
            else
            {
                outcome = values.writeFixed(column.type(), slot, kind, row + column.fixedOffset());
            }
            if (outcome >= 0)
            {
                i++;
                continue;
            }
            if (outcome == JsonValues.MISFIT && !options.ignoreParseErrors())
            {
                return fail(Problem.FIELD_TYPE, i);
            }
            if (kind > JsonSlots.NULL)
            {
                failed[failedCount++] = i;
            }
            for (final int after = subtreeEnds[i]; i < after; i++)
            {
                RowLayout.setNull(row, columns[i]);
                if (columns[i].varIndex() >= 0)
                {
                    Memory.putInt(var, 0);
                    var += RowLayout.VAR_HEADER_LENGTH;
                }
            }
        }
        return (int)(var - row);
    }

    private int fail(final Problem problem, final int column)
    {
        failure = problem;
        failureColumn = column;
        return MALFORMED;
    }

    @Override
    public Problem failure()
    {
        return failure;
    }

    @Override
    public int failureColumn()
    {
        return failureColumn;
    }

    @Override
    public long fieldErrors(final int index)
    {
        return fieldErrors[index];
    }

    @Override
    public void close()
    {
        scanner.close();
        slots.close();
        fields.close();
        values.close();
    }
}
