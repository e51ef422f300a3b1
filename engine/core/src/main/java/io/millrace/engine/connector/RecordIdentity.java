package io.millrace.engine.connector;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** What {@link Source.Partition#identify} says where a record can be read again: a checksum of its first bytes. */
public final class RecordIdentity
{
    /** Bytes of a record that count at most. */
    public static final int LENGTH = 4096;

    private RecordIdentity()
    {
    }

    /** Of the bytes that remain: eight hexadecimal digits. */
    public static String of(final ByteBuffer bytes)
    {
        final CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return HexFormat.of().toHexDigits((int)checksum.getValue());
    }
}
