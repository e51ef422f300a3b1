package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Scratch;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Digests of strings as hexadecimal digits; results as with {@link Strings}.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none behind the first call of each kind.
 */
public final class Digests
{
    private final Scratch scratch;
    private final byte[] buffer = new byte[4096];
    private @Nullable MessageDigest md5;
    private @Nullable MessageDigest sha1;
    private @Nullable MessageDigest sha224;
    private @Nullable MessageDigest sha256;
    private @Nullable MessageDigest sha384;
    private @Nullable MessageDigest sha512;

    public Digests(final Scratch scratch)
    {
        this.scratch = scratch;
    }

    public long md5(final long address, final int length)
    {
        md5 = of(md5, "MD5");
        return digest(md5, address, length);
    }

    public long sha1(final long address, final int length)
    {
        sha1 = of(sha1, "SHA-1");
        return digest(sha1, address, length);
    }

    public long sha224(final long address, final int length)
    {
        sha224 = of(sha224, "SHA-224");
        return digest(sha224, address, length);
    }

    public long sha256(final long address, final int length)
    {
        sha256 = of(sha256, "SHA-256");
        return digest(sha256, address, length);
    }

    public long sha384(final long address, final int length)
    {
        sha384 = of(sha384, "SHA-384");
        return digest(sha384, address, length);
    }

    public long sha512(final long address, final int length)
    {
        sha512 = of(sha512, "SHA-512");
        return digest(sha512, address, length);
    }

    private static MessageDigest of(final @Nullable MessageDigest known, final String algorithm)
    {
        try
        {
            return known != null ? known : MessageDigest.getInstance(algorithm);
        }
        catch (final NoSuchAlgorithmException e)
        {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    private long digest(final MessageDigest digest, final long address, final int length)
    {
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
