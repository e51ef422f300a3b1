package io.millrace.persistence.local;

import io.millrace.engine.storage.StorageException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are written as a whole, encrypted by a data key of their own.
 *
 * <p><b>Layout</b>, big-endian:
 * <pre>
 *   0            4            8            12
 *   +------------+------------+------------+------------+-------------
 *   | "MRSB"     | int32      | int32      | the sealed | the sealed
 *   |            | version    | its length | data key   | bytes
 *   +------------+------------+------------+------------+-------------
 * </pre>
 */
public final class SealedBytes
{
    private static final int MAGIC = 0x4D525342;
    private static final int VERSION = 1;
    private static final int HEADER_LENGTH = 12;
    /** Nothing else is sealed by the same data key. */
    private static final long PLACE = 0;

    private SealedBytes()
    {
    }

    /** Whether bytes begin as sealed ones. */
    public static boolean isSealed(final byte[] bytes)
    {
        return bytes.length >= HEADER_LENGTH && ByteBuffer.wrap(bytes).getInt() == MAGIC;
    }

    /** Encrypts. */
    public static byte[] seal(final byte[] plain, final KeyProvider keys)
    {
        final KeyProvider.DataKey key = keys.newDataKey();
        final byte[] sealedKey = SealedKey.bytes(key);
        final byte[] sealed = key.sealer().seal(plain, PLACE);
        return ByteBuffer.allocate(HEADER_LENGTH + sealedKey.length + sealed.length).putInt(MAGIC).putInt(VERSION)
            .putInt(sealedKey.length).put(sealedKey).put(sealed).array();
    }

    /**
     * Decrypts what is sealed; other bytes stay what they are.
     *
     * @param where what they were kept in, for messages.
     * @throws StorageException DAMAGED where they are not what was sealed, FAILED where the key is another one or none.
     */
    public static byte[] open(final byte[] bytes, final @Nullable KeyProvider keys, final String where)
    {
        if (!isSealed(bytes))
        {
            return bytes;
        }
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).position(Integer.BYTES);
        final int version = buffer.getInt();
        if (version != VERSION)
        {
            throw StorageException.otherVersion(where, Integer.toString(version), VERSION);
        }
        if (keys == null)
        {
            throw SealedKey.missing(where);
        }
        final int length = buffer.getInt();
        if (length < 0 || length > Math.min(KeyProvider.MOST_KEY_LENGTH, buffer.remaining()))
        {
            throw new StorageException(
                StorageException.Kind.DAMAGED, where + " has a data key of " + length + " bytes at offset 12");
        }
        final byte[] sealedKey = new byte[length];
        buffer.get(sealedKey);
        final byte[] sealed = new byte[buffer.remaining()];
        buffer.get(sealed);
        return keys.open(sealedKey, where).open(sealed, PLACE);
    }
}
