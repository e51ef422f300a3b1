package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a part of a checkpoint: a header, then records at multiples of 8, to the end of the file.
 *
 * <p><b>Layout</b> of the header, {@value #HEADER_LENGTH} bytes, the CRC32C over all of it but itself:
 * <pre>
 *   0          8          12         16           24            28           32
 *   +----------+----------+----------+------------+-------------+------------+-----------+-------+
 *   | int64    | int32    | int32    | int64 id   | int32 name  | int32 key  | name, 128 | key   |
 *   | magic    | version  | CRC32C   | of the     | length      | length     | bytes     | zeros |
 *   |          |          |          | checkpoint |             | (0: plain) |           |       |
 *   +----------+----------+----------+------------+-------------+------------+-----------+-------+
 * </pre>
 * and of a record, the CRC32C over all that follows it, the fill of zeros to a multiple of 8 included:
 * <pre>
 *   0          4          8                 16
 *   +----------+----------+-----------------+----------
 *   | int32    | int32    | int64 ordinal   | payload
 *   | CRC32C   | length   | from 0 on       |
 *   +----------+----------+-----------------+----------
 * </pre>
 * The manifest says how long the file is, how many records it holds and the CRC32C of all of it.
 */
final class PartDescriptor
{
    static final long MAGIC = 0x3154_5241_5052_4C4DL;
    static final int VERSION = 1;

    static final int VERSION_OFFSET = 8;
    static final int HEADER_CRC_OFFSET = VERSION_OFFSET + 4;
    static final int ID_OFFSET = HEADER_CRC_OFFSET + 4;
    static final int NAME_LENGTH_OFFSET = ID_OFFSET + 8;
    static final int KEY_LENGTH_OFFSET = NAME_LENGTH_OFFSET + 4;
    static final int NAME_OFFSET = KEY_LENGTH_OFFSET + 4;
    static final int MOST_NAME = 128;
    static final int KEY_OFFSET = NAME_OFFSET + MOST_NAME;
    static final int HEADER_LENGTH = 512;

    static final int CRC_OFFSET = 0;
    static final int LENGTH_OFFSET = CRC_OFFSET + 4;
    static final int ORDINAL_OFFSET = LENGTH_OFFSET + 4;
    static final int RECORD_HEADER_LENGTH = ORDINAL_OFFSET + 8;

    private static final String SUFFIX = ".part";

    private PartDescriptor()
    {
    }

    static int recordLength(final int payload)
    {
        return RECORD_HEADER_LENGTH + ((payload + 7) & -8);
    }

    static String fileName(final String part)
    {
        return part + SUFFIX;
    }

    /**
     * @throws IllegalArgumentException where a part can't be called that: it names a file.
     */
    static void checkName(final String part)
    {
        if (part.isEmpty() || part.length() > MOST_NAME || !part.matches("[A-Za-z0-9][A-Za-z0-9_.-]*"))
        {
            throw new IllegalArgumentException("no name of a part: " + part);
        }
    }

    /** Writes a header at the begin of a region: what encrypts the part's records, null for plain ones. */
    static KeyProvider.@Nullable Sealer putHeader(
        final Region region, final long id, final String part, final @Nullable KeyProvider keys)
    {
        final byte[] name = part.getBytes(StandardCharsets.US_ASCII);
        final long address = region.address();
        region.zero(0, HEADER_LENGTH);
        Memory.putLong(address, MAGIC);
        Memory.putInt(address + VERSION_OFFSET, VERSION);
        Memory.putLong(address + ID_OFFSET, id);
        Memory.putInt(address + NAME_LENGTH_OFFSET, name.length);
        Memory.copy(name, 0, address + NAME_OFFSET, name.length);
        final KeyProvider.Sealer sealer = SealedKey.put(keys, region, KEY_LENGTH_OFFSET, KEY_OFFSET);
        Memory.putInt(address + HEADER_CRC_OFFSET, region.crc(0, HEADER_LENGTH));
        return sealer;
    }

    /** What decrypts the records of a part, whose header lies at the begin of a region; null for plain ones. */
    static KeyProvider.@Nullable Sealer sealer(
        final Region region, final @Nullable KeyProvider keys, final String where)
    {
        return SealedKey.open(keys, region, KEY_LENGTH_OFFSET, KEY_OFFSET, where);
    }

    /** What is wrong with a part's header, "" if nothing is. */
    static String wrongWithHeader(final Region region, final long id, final String part)
    {
        final long address = region.address();
        final int crc = Memory.getInt(address + HEADER_CRC_OFFSET);
        if (Memory.getLong(address) != MAGIC)
        {
            return "it does not begin as a part of a checkpoint does";
        }
        Memory.putInt(address + HEADER_CRC_OFFSET, 0);
        final boolean isWhole = crc == region.crc(0, HEADER_LENGTH);
        Memory.putInt(address + HEADER_CRC_OFFSET, crc);
        if (!isWhole)
        {
            return "the checksum of its header is wrong";
        }
        if (Memory.getLong(address + ID_OFFSET) != id)
        {
            return "its header says checkpoint " + Memory.getLong(address + ID_OFFSET);
        }
        final byte[] name = new byte[Memory.getInt(address + NAME_LENGTH_OFFSET)];
        Memory.copy(address + NAME_OFFSET, name, 0, name.length);
        final String found = new String(name, StandardCharsets.US_ASCII);
        return found.equals(part) ? "" : "its header says part " + found;
    }

    /** Writes a record's header, its payload and the fill being there already. */
    static void putRecord(final Region region, final int offset, final int length, final long ordinal)
    {
        final long record = region.address() + offset;
        Memory.putInt(record + LENGTH_OFFSET, length);
        Memory.putLong(record + ORDINAL_OFFSET, ordinal);
        Memory.putInt(record + CRC_OFFSET, crc(region, offset, length));
    }

    static boolean isWhole(final Region region, final int offset, final long ordinal)
    {
        final long record = region.address() + offset;
        return Memory.getLong(record + ORDINAL_OFFSET) == ordinal &&
            Memory.getInt(record + CRC_OFFSET) == crc(region, offset, Memory.getInt(record + LENGTH_OFFSET));
    }

    private static int crc(final Region region, final int offset, final int length)
    {
        return region.crc(offset + LENGTH_OFFSET, recordLength(length) - LENGTH_OFFSET);
    }
}
