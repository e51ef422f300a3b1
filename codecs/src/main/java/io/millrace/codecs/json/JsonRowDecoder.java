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
    /** Records of known shapes in a row that are remembered in favour of the guide. */
    private static final int MAX_CREDIT = 64;
    /** Known records that weigh as much as one unknown. */
    private static final int MISS_COST = 2;
    /** Records for which the guide is left alone when it has failed too often. */
    private static final int PAUSE = 32;

    private final SqlType[] types;
    /** Offsets in the fixed block; negative for strings, 0 for ROWs, which have no bytes. */
    private final int[] offsets;
    private final int[] subtreeEnds;
    private final int blockLength;
    private final int leastLength;
    private final JsonOptions options;
    private final JsonFields fields;
    private final JsonSlots slots;
    private final JsonScanner scanner;
    private final JsonGuide guide;
    private final JsonValues values;
    private final int[] nulled;
    private int nulledCount;
    private int credit = MAX_CREDIT;
    private int pause;
    private Problem failure = Problem.NONE;
    private int failureColumn = -1;

    /** @param decodedColumns columns of {@code layout} that records may hold: all but computed ones, which are last. */
    public JsonRowDecoder(final RowLayout layout, final int decodedColumns, final JsonOptions options)
    {
        final List<RowLayout.Column> decoded = layout.columns().subList(0, decodedColumns);
        types = decoded.stream().map(RowLayout.Column::type).toArray(SqlType[]::new);
        offsets = decoded.stream()
            .mapToInt(column -> column.varIndex() >= 0 ? -1 : Math.max(0, column.fixedOffset())).toArray();
        subtreeEnds = new int[decodedColumns];
        for (int i = 0; i < decodedColumns; i++)
        {
            subtreeEnds[i] = Math.min(decodedColumns, i + size(types[i]));
        }
        blockLength = layout.blockLength();
        leastLength = blockLength +
            RowLayout.VAR_HEADER_LENGTH * (int)decoded.stream().filter(column -> column.varIndex() >= 0).count();
        this.options = options;
        fields = JsonFields.of(layout, decodedColumns);
        slots = new JsonSlots(decodedColumns);
        scanner = new JsonScanner(fields, slots, options);
        guide = new JsonGuide(fields, slots, scanner);
        values = new JsonValues(
            slots, options, decoded.stream().anyMatch(column -> column.type().kind() == SqlType.Kind.DECIMAL));
        nulled = new int[decodedColumns];
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
        nulledCount = 0;
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
        final long behind = JsonScanner.isAt(p, end, '{') ? scan(address, p, end) : scanUnusual(address, p, end);
        if (behind < 0)
        {
            return behind == NO_ROW ? BLANK :
                fail(behind == JsonScanner.LIMIT ? Problem.LIMIT : Problem.MALFORMED, -1);
        }
        return leastLength > capacity ? FULL : write(row, capacity);
    }

    /** Tries what is known, unless it has failed often of late, before scanning key by key. */
    private long scan(final long address, final long brace, final long end)
    {
        slots.begin(address);
        if (--pause < 0)
        {
            final long behind = guide.scan(brace, end);
            if (behind >= 0)
            {
                credit = Math.min(credit + 1, MAX_CREDIT);
                return behind;
            }
            credit -= MISS_COST;
            if (credit < 0)
            {
                credit = 0;
                pause = PAUSE;
            }
            slots.begin(address);
            final long scanned = scanner.scan(brace, end);
            if (scanned >= 0)
            {
                guide.learn(brace, end);
            }
            return scanned;
        }
        return scanner.scan(brace, end);
    }

    /** A byte order mark before the object, or an array around it: of one object it is a row, of none it is none. */
    private long scanUnusual(final long address, final long at, final long end)
    {
        slots.begin(address);
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
        final SqlType[] types = this.types;
        int room = capacity - leastLength;
        long var = row + blockLength;
        int i = 0;
        while (i < types.length)
        {
            final long slot = slots.slot(i);
            final int kind = slots.kind(slot);
            int outcome = JsonValues.NULLED;
            if (offsets[i] < 0 && kind > JsonSlots.NULL)
            {
                outcome = kind == JsonSlots.TEXT && slots.length(slot) + 16 <= room ?
                    copy(slot, var + RowLayout.VAR_HEADER_LENGTH) :
                    values.writeText(slot, kind, var + RowLayout.VAR_HEADER_LENGTH, room);
                if (outcome < 0)
                {
                    return FULL;
                }
                Memory.putInt(var, outcome);
                var += RowLayout.VAR_HEADER_LENGTH + outcome;
                room -= outcome;
            }
            else if (kind > JsonSlots.NULL)
            {
                outcome = values.writeFixed(types[i], slot, kind, row + offsets[i]);
            }
            if (outcome >= 0)
            {
                i++;
                continue;
            }
            if (isFailure(i, kind, outcome))
            {
                return MALFORMED;
            }
            for (final int after = subtreeEnds[i]; i < after; i++)
            {
                final long nulls = row + RowLayout.NULLS_OFFSET + (i >> 3);
                Memory.putByte(nulls, (byte)(Memory.getByte(nulls) | 1 << (i & 7)));
                if (offsets[i] < 0)
                {
                    Memory.putInt(var, 0);
                    var += RowLayout.VAR_HEADER_LENGTH;
                }
            }
        }
        if (room >= 16)
        {
            Memory.putLong(var, 0);
            Memory.putLong(var + 8, 0);
        }
        return (int)(var - row);
    }

    /** Copies in pairs of words, up to 15 bytes too many, which the next string or the padding overwrites. */
    private int copy(final long slot, final long out)
    {
        final long from = slots.start(slot);
        final int length = slots.length(slot);
        Memory.putLong(out, Memory.getLong(from));
        Memory.putLong(out + 8, Memory.getLong(from + 8));
        for (int i = 16; i < length; i += 8)
        {
            Memory.putLong(out + i, Memory.getLong(from + i));
        }
        return length;
    }

    /** Whether a value that became no value makes the record dead; otherwise it is noted where it did not fit. */
    private boolean isFailure(final int column, final int kind, final int outcome)
    {
        if (kind > JsonSlots.NULL)
        {
            nulled[nulledCount++] = column;
            return outcome == JsonValues.MISFIT && !options.ignoreParseErrors() &&
                fail(Problem.FIELD_TYPE, column) < 0;
        }
        return kind == JsonSlots.MISSING && options.failOnMissingField() && fail(Problem.FIELD_MISSING, column) < 0;
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
    public int nulledValues()
    {
        return nulledCount;
    }

    @Override
    public int nulledColumn(final int index)
    {
        return nulled[index];
    }

    @Override
    public void close()
    {
        scanner.close();
        guide.close();
        slots.close();
        fields.close();
        values.close();
    }
}
