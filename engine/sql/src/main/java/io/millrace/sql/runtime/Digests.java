package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Scratch;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;

/**
 * Digests of strings as hexadecimal digits; results as with {@link Strings}.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none behind the first call of each kind.
 */
public final class Digests
{
    private final Scratch scratch;
    private final byte[] buffer = new byte[4096];
    /** By algorithm. */
    private final Map<String, MessageDigest> known = new HashMap<>();

    public Digests(final Scratch scratch)
    {
        this.scratch = scratch;
    }

    public long md5(final long address, final int length)
    {
        return digest("MD5", address, length);
    }

    public long sha1(final long address, final int length)
    {
        return digest("SHA-1", address, length);
    }

    public long sha224(final long address, final int length)
    {
        return digest("SHA-224", address, length);
    }

    public long sha256(final long address, final int length)
    {
        return digest("SHA-256", address, length);
    }

    public long sha384(final long address, final int length)
    {
        return digest("SHA-384", address, length);
    }

    public long sha512(final long address, final int length)
    {
        return digest("SHA-512", address, length);
    }

    private static MessageDigest of(final String algorithm)
    {
        try
        {
            return MessageDigest.getInstance(algorithm);
        }
        catch (final NoSuchAlgorithmException e)
        {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    private long digest(final String algorithm, final long address, final int length)
    {
        final MessageDigest digest = known.computeIfAbsent(algorithm, Digests::of);
        for (int at = 0; at < length; at += buffer.length)
        {
            final int count = Math.min(buffer.length, length - at);
            Memory.copy(address + at, buffer, 0, count);
            digest.update(buffer, 0, count);
        }
        try
        {
            return Digits.hex(scratch, buffer, digest.digest(buffer, 0, buffer.length));
        }
        catch (final DigestException e)
        {
            throw new IllegalStateException("a digest does not fit " + buffer.length + " bytes", e);
        }
    }
}
