package io.millrace.codecs.json;

import io.millrace.codecs.Memory;

/**
 * What scanning found for each column: where its value stands in the record, not yet converted. A slot belongs to the
 * record whose stamp it carries, so nothing is cleared between records.
 *
 * <p><b>Layout</b> of a slot, off-heap:
 * <pre>
 *   0        8       12       16       24      28      32
 *   +--------+--------+--------+--------+-------+-------+
 *   | stamp  | start  | length | value  | scale |       |
 *   | , kind |        |        |        |       |       |
 *   +--------+--------+--------+--------+-------+-------+
 * </pre>
 * {@code value} and {@code scale} belong to {@link #INTEGER} and {@link #FRACTION} alone. The last slot takes what no
 * column reads.
 *
 * <p><b>Ownership:</b> owns its memory until {@link #close}.
 */
final class JsonSlots
{
    /** No value: the key is missing. */
    static final int MISSING = 0;
    static final int NULL = 1;
    static final int TRUE = 2;
    static final int FALSE = 3;
    /** A string that stands in the record as it is. */
    static final int TEXT = 4;
    /** A string with escapes. */
    static final int ESCAPED = 5;
    /** An integer of at most 18 digits, in {@code value}. */
    static final int INTEGER = 6;
    /** A number with a fraction, no exponent and at most 18 digits: {@code value} / 10^{@code scale}. */
    static final int FRACTION = 7;
    /** An integer of more digits. */
    static final int LONG_INTEGER = 8;
    /** A number with an exponent or more digits. */
    static final int LONG_FRACTION = 9;
    static final int OBJECT = 10;
    static final int ARRAY = 11;
    /** An object whose members are columns. */
    static final int ROW = 12;

    static final int START_OFFSET = 8;
    static final int LENGTH_OFFSET = START_OFFSET + 4;
    static final int VALUE_OFFSET = LENGTH_OFFSET + 4;
    static final int SCALE_OFFSET = VALUE_OFFSET + 8;
    static final int SLOT_LENGTH = SCALE_OFFSET + 8;

    private static final int KIND_BITS = 4;
    private static final int KIND_MASK = (1 << KIND_BITS) - 1;

    private final long slots;
    private final long discard;
    private long record;
    private long stamp;

    JsonSlots(final int columns)
    {
        slots = Memory.allocate((columns + 1L) * SLOT_LENGTH);
        discard = slots + (long)columns * SLOT_LENGTH;
        Memory.fill(slots, (columns + 1L) * SLOT_LENGTH, (byte)0);
    }

    /** Forgets all slots; addresses from here on belong to the record at {@code address}. */
    void begin(final long address)
    {
        record = address;
        stamp += 1 << KIND_BITS;
    }

    /** Address of a column's slot. */
    long slot(final int column)
    {
        return slots + (long)column * SLOT_LENGTH;
    }

    /** The slot that nobody reads. */
    long discard()
    {
        return discard;
    }

    void put(final long slot, final int kind, final long from, final long to)
    {
        Memory.putLong(slot, stamp | kind);
        Memory.putLong(slot + START_OFFSET, from - record | to - from << 32);
    }

    void putNumber(final long slot, final long value, final int scale)
    {
        Memory.putLong(slot + VALUE_OFFSET, value);
        Memory.putInt(slot + SCALE_OFFSET, scale);
    }

    /** Makes columns {@code from} to {@code to} missing again. */
    void forget(final int from, final int to)
    {
        for (int i = from; i < to; i++)
        {
            Memory.putLong(slot(i), MISSING);
        }
    }

    int kind(final long slot)
    {
        final long word = Memory.getLong(slot);
        return (word & ~KIND_MASK) == stamp ? (int)word & KIND_MASK : MISSING;
    }

    long start(final long slot)
    {
        return record + Memory.getInt(slot + START_OFFSET);
    }

    int length(final long slot)
    {
        return Memory.getInt(slot + LENGTH_OFFSET);
    }

    long value(final long slot)
    {
        return Memory.getLong(slot + VALUE_OFFSET);
    }

    int scale(final long slot)
    {
        return Memory.getInt(slot + SCALE_OFFSET);
    }

    void close()
    {
        Memory.free(slots);
    }
}
