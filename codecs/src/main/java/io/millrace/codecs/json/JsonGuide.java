package io.millrace.codecs.json;

import io.millrace.codecs.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the text between values, so that a record shaped like earlier ones is scanned by comparing instead of
 * parsing. A state stands behind the value of one key; an edge holds the text from there to the next value, such as
 * {@code },"duration_ms":}, and what it does: open ROWs, name the column of the next value. Since a state knows the
 * object around it, an edge means the same whatever came before, so keys that come and go, or change places, add edges
 * and not shapes.
 *
 * <p>A text not known, or anything odd, ends the attempt with {@link #MISS}; the caller then scans afresh and hands the
 * record to {@link #learn}.
 *
 * <p><b>Layout</b> of an edge, off-heap:
 * <pre>
 *   0              64         72       80       84       88      92       96                 112      113  128
 *   +--------------+----------+--------+--------+--------+-------+--------+------------------+--------+----+
 *   | text, padded | tail     | slot   | length | target | depth | opened | columns of ROWs  | unless |    |
 *   | with zeros   | mask     |        |        | state  |       | ROWs   | opened           |        |    |
 *   +--------------+----------+--------+--------+--------+-------+--------+------------------+--------+----+
 * </pre>
 * {@code unless} is the byte that must not follow: a brace where the next value is a ROW's, which has edges of its own.
 * <b>Ownership:</b> owns its memory until {@link #close}. <b>Limits:</b> {@link #MAX_STATES} states of
 * {@link #MAX_EDGES} edges and {@link #MAX_LESSONS} records learned from; after {@link #PATIENCE} records that it did
 * not know it forgets everything and starts over.
 */
final class JsonGuide
{
    /** Not a shape known. Caller must scan the record afresh. */
    static final long MISS = -4;

    private static final int MAX_STATES = 256;
    private static final int MAX_EDGES = 8;
    private static final int MAX_TEXT = 64;
    private static final int MAX_OPENED = 4;
    private static final int MAX_LESSONS = 4096;
    private static final int PATIENCE = 1 << 20;
    /** No byte of a record that is text. */
    private static final int NO_BYTE = 0xFF;
    private static final int START = 0;
    private static final int END = -1;

    private static final int TAIL_MASK_OFFSET = MAX_TEXT;
    private static final int SLOT_OFFSET = TAIL_MASK_OFFSET + 8;
    private static final int LENGTH_OFFSET = SLOT_OFFSET + 8;
    private static final int TARGET_OFFSET = LENGTH_OFFSET + 4;
    private static final int DEPTH_OFFSET = TARGET_OFFSET + 4;
    private static final int OPENED_COUNT_OFFSET = DEPTH_OFFSET + 4;
    private static final int OPENED_OFFSET = OPENED_COUNT_OFFSET + 4;
    private static final int UNLESS_OFFSET = OPENED_OFFSET + MAX_OPENED * 4;
    private static final int EDGE_LENGTH = 128;
    private static final int EDGE_BITS = 3;

    private final JsonFields root;
    private final JsonSlots slots;
    private final JsonScanner scanner;
    private final long edges = Memory.allocate((long)MAX_STATES << EDGE_BITS + 7);
    private final int[] edgeCounts = new int[MAX_STATES];
    private final long[] stateKeys = new long[MAX_STATES];
    private final @Nullable JsonFields[] stateObjects = new JsonFields[MAX_STATES];
    private int stateCount = 1;
    private int lessons;
    private int misses;

    /** Where the walk of a record being learned stands: its last state, the end of the value behind it, ROWs opened. */
    private int state;
    private long behind;
    private int openedCount;
    private final int[] opened = new int[MAX_OPENED];

    JsonGuide(final JsonFields root, final JsonSlots slots, final JsonScanner scanner)
    {
        this.root = root;
        this.slots = slots;
        this.scanner = scanner;
    }

    /** Scans the object at {@code brace}: the address behind it, or a negative number as {@link #MISS}. */
    long scan(final long brace, final long end)
    {
        long p = brace;
        int at = START;
        while (true)
        {
            final long edge = match(at, p, end);
            if (edge == 0)
            {
                return MISS;
            }
            p += Memory.getInt(edge + LENGTH_OFFSET);
            at = Memory.getInt(edge + TARGET_OFFSET);
            if (at == END)
            {
                return p;
            }
            if (Memory.getInt(edge + OPENED_COUNT_OFFSET) > 0 && !open(edge, p))
            {
                return MISS;
            }
            final long slot = Memory.getLong(edge + SLOT_OFFSET);
            if (p < end && Memory.getByte(p) == '"')
            {
                p = scanner.scanString(p + 1, end, slot);
            }
            else
            {
                p = scanner.scanValue(p, end, slot, Memory.getInt(edge + DEPTH_OFFSET));
            }
            if (p < 0)
            {
                return MISS;
            }
        }
    }

    private long match(final int at, final long p, final long end)
    {
        long edge = edges + ((long)at << EDGE_BITS + 7);
        for (int i = edgeCounts[at]; i > 0; i--)
        {
            if (isText(edge, p, end))
            {
                return edge;
            }
            edge += EDGE_LENGTH;
        }
        return 0;
    }

    private static boolean isText(final long edge, final long p, final long end)
    {
        final int length = Memory.getInt(edge + LENGTH_OFFSET);
        if (p + length > end)
        {
            return false;
        }
        int i = 0;
        for (; i + 8 <= length; i += 8)
        {
            if (Memory.getLong(p + i) != Memory.getLong(edge + i))
            {
                return false;
            }
        }
        final long tail = Memory.getLong(p + i) ^ Memory.getLong(edge + i);
        return (tail & Memory.getLong(edge + TAIL_MASK_OFFSET)) == 0 &&
            Memory.getByte(p + length) != Memory.getByte(edge + UNLESS_OFFSET);
    }

    /** Notes the ROWs that an edge opens; false where one of them stood in the record already. */
    private boolean open(final long edge, final long p)
    {
        for (int i = Memory.getInt(edge + OPENED_COUNT_OFFSET) - 1; i >= 0; i--)
        {
            final long slot = slots.slot(Memory.getInt(edge + OPENED_OFFSET + i * 4L));
            if (slots.kind(slot) != JsonSlots.MISSING)
            {
                return false;
            }
            slots.put(slot, JsonSlots.ROW, p, p);
        }
        return true;
    }

    /** Learns from the object at {@code brace}, which {@link #scan} missed and which is known to be whole. */
    void learn(final long brace, final long end)
    {
        if (++misses > PATIENCE)
        {
            misses = 0;
            lessons = 0;
            stateCount = 1;
            edgeCounts[START] = 0;
        }
        if (lessons < MAX_LESSONS)
        {
            lessons++;
            state = START;
            behind = brace;
            openedCount = 0;
            final long p = walk(root, brace + 1, end, 1);
            if (p > 0)
            {
                addEdge(behind, p, END, slots.discard(), 0, false);
            }
        }
    }

    /** Walks an object from behind its brace to behind its end; negative where it can't be learned. */
    private long walk(final JsonFields fields, final long from, final long end, final int depth)
    {
        long p = JsonScanner.skipSpace(from, end);
        while (!JsonScanner.isAt(p, end, '}'))
        {
            p = JsonScanner.isAt(p, end, ',') ? JsonScanner.skipSpace(p + 1, end) : p;
            final long quote = JsonText.findSpecial(p + 1, end);
            if (!JsonScanner.isAt(quote, end, '"'))
            {
                return MISS;
            }
            final int length = (int)(quote - p) - 1;
            final int member = fields.find(p + 1, length);
            final long key = Memory.hash(p + 1, length);
            p = JsonScanner.skipSpace(JsonScanner.skipSpace(quote + 1, end) + 1, end);
            final JsonFields row = member == JsonFields.UNKNOWN ? null : fields.rowAt(member);
            if (row != null && JsonScanner.isAt(p, end, '{'))
            {
                if (openedCount == MAX_OPENED)
                {
                    return MISS;
                }
                opened[openedCount++] = row.column();
                p = walk(row, p + 1, end, depth + 1);
            }
            else
            {
                final int target = stateOf(fields, key);
                final long slot = member < 0 ? slots.discard() : slots.slot(fields.columnAt(member));
                p = addEdge(behind, p, target, slot, depth, row != null) ?
                    scanner.scanValue(p, end, slots.discard(), depth) : MISS;
                state = target;
                behind = p;
            }
            if (p < 0)
            {
                return MISS;
            }
            p = JsonScanner.skipSpace(p, end);
        }
        return p + 1;
    }

    private int stateOf(final JsonFields fields, final long key)
    {
        for (int i = 1; i < stateCount; i++)
        {
            if (stateKeys[i] == key && stateObjects[i] == fields)
            {
                return i;
            }
        }
        if (stateCount == MAX_STATES)
        {
            return END;
        }
        stateKeys[stateCount] = key;
        stateObjects[stateCount] = fields;
        edgeCounts[stateCount] = 0;
        return stateCount++;
    }

    /** Adds the text between {@code from} and {@code to} where it is new; false where it can't be. */
    private boolean addEdge(final long from, final long to, final int target, final long slot, final int depth,
        final boolean isRow)
    {
        final int length = (int)(to - from);
        final int count = openedCount;
        openedCount = 0;
        if (length > MAX_TEXT || target == END && depth > 0)
        {
            return false;
        }
        final long first = edges + ((long)state << EDGE_BITS + 7);
        for (int i = 0; i < edgeCounts[state]; i++)
        {
            final long known = first + (long)i * EDGE_LENGTH;
            if (Memory.getInt(known + LENGTH_OFFSET) == length && isText(known, from, to))
            {
                return true;
            }
        }
        if (edgeCounts[state] == MAX_EDGES)
        {
            return false;
        }
        final long edge = first + (long)edgeCounts[state]++ * EDGE_LENGTH;
        Memory.fill(edge, EDGE_LENGTH, (byte)0);
        Memory.copy(from, edge, length);
        Memory.putLong(edge + TAIL_MASK_OFFSET, (1L << ((length & 7) << 3)) - 1);
        Memory.putLong(edge + SLOT_OFFSET, slot);
        Memory.putInt(edge + LENGTH_OFFSET, length);
        Memory.putInt(edge + TARGET_OFFSET, target);
        Memory.putInt(edge + DEPTH_OFFSET, depth);
        Memory.putInt(edge + OPENED_COUNT_OFFSET, count);
        Memory.putByte(edge + UNLESS_OFFSET, (byte)(isRow ? '{' : NO_BYTE));
        for (int i = 0; i < count; i++)
        {
            Memory.putInt(edge + OPENED_OFFSET + i * 4L, opened[i]);
        }
        return true;
    }

    void close()
    {
        Memory.free(edges);
    }
}
