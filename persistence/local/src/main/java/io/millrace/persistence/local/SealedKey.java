package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** A data key inside a header: its length, 0 for plain bytes, and its bytes. */
final class SealedKey
{
    private SealedKey()
    {
    }

    /** Makes a data key and puts it into a header; null without a provider. */
    static KeyProvider.@Nullable Sealer put(
        final @Nullable KeyProvider keys, final Region header, final int lengthOffset, final int offset)
    {
        if (keys == null)
        {
            return null;
        }
        final KeyProvider.DataKey key = keys.newDataKey();
        final byte[] bytes = bytes(key);
        Memory.putInt(header.address() + lengthOffset, bytes.length);
        Memory.copy(bytes, 0, header.address() + offset, bytes.length);
        return key.sealer();
    }

    /** What is kept of a data key. */
    static byte[] bytes(final KeyProvider.DataKey key)
    {
        final byte[] bytes = key.sealedKey();
        if (bytes.length > KeyProvider.MOST_KEY_LENGTH)
        {
            throw new IllegalArgumentException("a sealed data key of " + bytes.length + " bytes");
        }
        return bytes;
    }

    /** Opens the key of a header that was found whole; null where its file is plain. */
    static KeyProvider.@Nullable Sealer open(final @Nullable KeyProvider keys, final Region header,
        final int lengthOffset, final int offset, final String where)
    {
        final int length = Memory.getInt(header.address() + lengthOffset);
        if (length == 0)
        {
            return null;
        }
        if (keys == null)
        {
            throw missing(where);
        }
        final byte[] bytes = new byte[Math.min(length, KeyProvider.MOST_KEY_LENGTH)];
        Memory.copy(header.address() + offset, bytes, 0, bytes.length);
        return keys.open(bytes, where);
    }

    /** For what is encrypted, and no key is configured. */
    static StorageException missing(final String where)
    {
        return new StorageException(StorageException.Kind.FAILED,
            where + " is encrypted, and no key is configured: configure the key that it was written with");
    }

    /** Decrypts to memory: the length. */
    static int open(
        final KeyProvider.Sealer sealer, final long from, final int length, final long place, final long to)
    {
        final byte[] sealed = new byte[length];
        Memory.copy(from, sealed, 0, length);
        final byte[] plain = sealer.open(sealed, place);
        Memory.copy(plain, 0, to, plain.length);
        return plain.length;
    }

    /** Encrypts to memory, which has room for {@link KeyProvider#MOST_OVERHEAD} bytes more: the length. */
    static int seal(
        final KeyProvider.Sealer sealer, final long from, final int length, final long place, final long to)
    {
        final byte[] plain = new byte[length];
        Memory.copy(from, plain, 0, length);
        final byte[] sealed = sealer.seal(plain, place);
        if (sealed.length > length + KeyProvider.MOST_OVERHEAD)
        {
            throw new IllegalStateException("encryption added " + (sealed.length - length) + " bytes");
        }
        Memory.copy(sealed, 0, to, sealed.length);
        return sealed.length;
    }
}
