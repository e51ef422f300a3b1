package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a segment: a header, then records at multiples of 8. A position of the log is {@code number * segment
 * length + offset in the segment}; headers of segments take part in positions.
 *
 * <p><b>Layout</b> of the header, {@value #HEADER_LENGTH} bytes, the CRC32C over all of it but itself:
 * <pre>
 *   0          8          12         16         24           28           32
 *   +----------+----------+----------+----------+------------+------------+-----------------+
 *   | int64    | int32    | int32    | int64    | int32      | int32      | sealed data key |
 *   | magic    | version  | CRC32C   | number   | segment's  | key length | zeros           |
 *   |          |          |          |          | length     | (0: plain) |                 |
 *   +----------+----------+----------+----------+------------+------------+-----------------+
 * </pre>
 * and of a record, the CRC32C over all that follows it, without what fills up to a multiple of 8:
 * <pre>
 *   0          4          8             16                    24
 *   +----------+----------+-------------+---------------------+-----------
 *   | int32    | int32    | int64 own   | int64 position that | payload
 *   | CRC32C   | length   | position    | was forced by then  |
 *   +----------+----------+-------------+---------------------+-----------
 * </pre>
 * {@code length} is that of the payload; −1 says that the rest of the segment is unused, which also holds without
 * saying where no record header fits. Behind the last record the bytes of a record header are zero. A record's own
 * position tells it from one that was there before the segment was used again.
 */
final class SegmentDescriptor
{
    static final long MAGIC = 0x3153_474F_4C52_4C4DL;
    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = MAGIC_OFFSET + 8;
    static final int HEADER_CRC_OFFSET = VERSION_OFFSET + 4;
    static final int NUMBER_OFFSET = HEADER_CRC_OFFSET + 4;
    static final int SEGMENT_LENGTH_OFFSET = NUMBER_OFFSET + 8;
    static final int KEY_LENGTH_OFFSET = SEGMENT_LENGTH_OFFSET + 4;
    static final int KEY_OFFSET = KEY_LENGTH_OFFSET + 4;
    static final int HEADER_LENGTH = 512;

    static final int CRC_OFFSET = 0;
    static final int LENGTH_OFFSET = CRC_OFFSET + 4;
    static final int POSITION_OFFSET = LENGTH_OFFSET + 4;
    static final int FORCED_OFFSET = POSITION_OFFSET + 8;
    static final int RECORD_HEADER_LENGTH = FORCED_OFFSET + 8;

    /** Length of what fills the rest of a segment. */
    static final int PADDING = -1;

    private static final String SUFFIX = ".segment";
    private static final int DIGITS = 12;

    private SegmentDescriptor()
    {
    }

    /** Bytes that a record takes. */
    static int recordLength(final int payload)
    {
        return RECORD_HEADER_LENGTH + ((payload + 7) & -8);
    }

    static String name(final long number)
    {
        final String digits = Long.toString(number);
        return "0".repeat(Math.max(0, DIGITS - digits.length())) + digits + SUFFIX;
    }

    /** The number in a segment's name, −1 for other names. */
    static long number(final String name)
    {
        final int end = name.length() - SUFFIX.length();
        if (end < DIGITS || !name.endsWith(SUFFIX))
        {
            return -1;
        }
        try
        {
            return Long.parseLong(name.substring(0, end));
        }
        catch (final NumberFormatException e)
        {
            return -1;
        }
    }

    /**
     * Writes a segment's header at the begin of a region, and behind it the zeros that end an empty segment: what
     * encrypts its records, null for plain ones.
     */
    static KeyProvider.@Nullable Sealer putHeader(
        final Region region, final long number, final int segmentLength, final @Nullable KeyProvider keys)
    {
        final long address = region.address();
        region.zero(0, HEADER_LENGTH + RECORD_HEADER_LENGTH);
        Memory.putLong(address + MAGIC_OFFSET, MAGIC);
        Memory.putInt(address + VERSION_OFFSET, VERSION);
        Memory.putLong(address + NUMBER_OFFSET, number);
        Memory.putInt(address + SEGMENT_LENGTH_OFFSET, segmentLength);
        final KeyProvider.Sealer sealer = SealedKey.put(keys, region, KEY_LENGTH_OFFSET, KEY_OFFSET);
        Memory.putInt(address + HEADER_CRC_OFFSET, region.crc(0, HEADER_LENGTH));
        return sealer;
    }

    /** What decrypts the records of a segment, whose header lies at the begin of a region; null for plain ones. */
    static KeyProvider.@Nullable Sealer sealer(
        final Region region, final @Nullable KeyProvider keys, final String where)
    {
        return SealedKey.open(keys, region, KEY_LENGTH_OFFSET, KEY_OFFSET, where);
    }

    /** What is wrong with a segment's header, "" if nothing is. */
    static String wrongWithHeader(final Region region, final long number)
    {
        final long address = region.address();
        final int crc = Memory.getInt(address + HEADER_CRC_OFFSET);
        if (Memory.getLong(address + MAGIC_OFFSET) != MAGIC)
        {
            return "it does not begin as a segment of a log does";
        }
        Memory.putInt(address + HEADER_CRC_OFFSET, 0);
        final boolean isWhole = crc == region.crc(0, HEADER_LENGTH);
        Memory.putInt(address + HEADER_CRC_OFFSET, crc);
        if (!isWhole)
        {
            return "the checksum of its header is wrong";
        }
        if (Memory.getLong(address + NUMBER_OFFSET) != number)
        {
            return "its header says segment " + Memory.getLong(address + NUMBER_OFFSET);
        }
        return "";
    }

    /** Writes a record's header before its payload, which is there already, at an offset of a region. */
    static void putRecord(
        final Region region, final int offset, final int length, final long position, final long forced)
    {
        final long record = region.address() + offset;
        Memory.putInt(record + LENGTH_OFFSET, length);
        Memory.putLong(record + POSITION_OFFSET, position);
        Memory.putLong(record + FORCED_OFFSET, forced);
        Memory.putInt(record + CRC_OFFSET, crc(region, offset, length));
    }

    /** Whether a whole record lies at an offset; its bytes up to the length that its header says are in the region. */
    static boolean isWhole(final Region region, final int offset)
    {
        final long record = region.address() + offset;
        return Memory.getInt(record + CRC_OFFSET) == crc(region, offset, Memory.getInt(record + LENGTH_OFFSET));
    }

    private static int crc(final Region region, final int offset, final int length)
    {
        return region.crc(offset + LENGTH_OFFSET, RECORD_HEADER_LENGTH - LENGTH_OFFSET + Math.max(0, length));
    }
}
