package io.millrace.engine.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The checksum of a line that is a JSON object: its last field {@code crc32c}, eight hexadecimal digits over all bytes
 * of the line that stand before it.
 */
public final class LineSum
{
    private static final String FIELD = ",\"crc32c\":\"";
    private static final String END = "\"}";
    private static final int DIGITS = 8;
    private static final HexFormat HEX = HexFormat.of();

    private LineSum()
    {
    }

    /** The line with its checksum; a line ends with a brace and a line feed. */
    static byte[] add(final byte[] line)
    {
        final int length = line.length - 2;
        final byte[] field = (FIELD + sum(line, length) + END + "\n").getBytes(UTF_8);
        final byte[] summed = Arrays.copyOf(line, length + field.length);
        System.arraycopy(field, 0, summed, length, field.length);
        return summed;
    }

    /**
     * A line without its checksum and its line feed; null where it is damaged. Lines of releases that wrote none stay
     * as they are.
     */
    public static @Nullable String check(final String line)
    {
        final int at = line.lastIndexOf(FIELD);
        if (at < 0 || line.length() != at + FIELD.length() + DIGITS + END.length() || !line.endsWith(END))
        {
            // A quotation mark within a text is escaped: this is no text that looks like a checksum.
            return at < 0 ? line : null;
        }
        final byte[] bytes = line.substring(0, at).getBytes(UTF_8);
        return line.substring(at + FIELD.length(), at + FIELD.length() + DIGITS).equals(sum(bytes, bytes.length)) ?
            line.substring(0, at) + "}" : null;
    }

    private static String sum(final byte[] bytes, final int length)
    {
        final CRC32C sum = new CRC32C();
        sum.update(bytes, 0, length);
        return HEX.toHexDigits((int)sum.getValue());
    }
}
