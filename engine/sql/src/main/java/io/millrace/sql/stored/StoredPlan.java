package io.millrace.sql.stored;

import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A compiled job as bytes: all of its plan, its generated classes and their constants.
 *
 * <p><b>Layout</b>, big-endian:
 * <pre>
 *   0            4            8            12           16
 *   +------------+------------+------------+------------+---------------------------------
 *   | "MRPL"     | int32      | int32      | CRC32C of  | values by name | name | settings
 *   |            | version    | length of  | the body   | identity | tables | sinks
 *   |            |            | the body   |            | statements | pipelines | aggregates
 *   +------------+------------+------------+------------+---------------------------------
 * </pre>
 * Lists have an int32 count before them, text an int32 length before its UTF-8; see {@link PlanWriter}.
 *
 * @param key    the same for what is compiled to the same plan: see {@link PlanKey}.
 * @param values what is kept beside the plan for its next start.
 */
public record StoredPlan(String key, SortedMap<String, String> values, JobPlan plan)
{
    /** Version written by this build, the only one that it reads. */
    public static final int VERSION = 2;

    private static final int MAGIC = 0x4D52504C;
    private static final int HEADER_LENGTH = 16;
    /** Name of the key among the values that are stored. */
    public static final String KEY = "plan.key";

    public StoredPlan
    {
        values = new TreeMap<>(values);
    }

    /** Everything as bytes. */
    public byte[] bytes()
    {
        final Map<String, String> all = new TreeMap<>(values);
        all.put(KEY, key);
        final byte[] body = new PlanWriter().write(plan, all);
        return ByteBuffer.allocate(HEADER_LENGTH + body.length).putInt(MAGIC).putInt(VERSION).putInt(body.length)
            .putInt(sum(body, 0)).put(body).array();
    }

    /**
     * Reads what {@link #bytes()} gave.
     *
     * @throws StorageException DAMAGED where this build can't use it: it says why.
     */
    public static StoredPlan of(final byte[] bytes)
    {
        try
        {
            final PlanReader reader = reader(bytes);
            final SortedMap<String, String> values = reader.values();
            final String key = String.valueOf(values.remove(KEY));
            return new StoredPlan(key, values, reader.plan());
        }
        catch (final IOException | IllegalArgumentException | LinkageError e)
        {
            throw unusable(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The values alone, the key among them, without loading a class.
     *
     * @throws StorageException DAMAGED where this build can't use them: it says why.
     */
    public static SortedMap<String, String> valuesOf(final byte[] bytes)
    {
        try
        {
            return reader(bytes).values();
        }
        catch (final IOException e)
        {
            throw unusable(String.valueOf(e.getMessage()), e);
        }
    }

    private static PlanReader reader(final byte[] bytes) throws IOException
    {
        final ByteBuffer header = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER_LENGTH || header.getInt() != MAGIC)
        {
            throw new IOException("it does not begin as one");
        }
        final int version = header.getInt();
        if (version != VERSION)
        {
            throw new IOException("it was written in version " + version + ", this build reads version " + VERSION);
        }
        if (header.getInt() != bytes.length - HEADER_LENGTH)
        {
            throw new IOException("it has " + bytes.length + " bytes, not as many as it says");
        }
        if (header.getInt() != sum(bytes, HEADER_LENGTH))
        {
            throw new IOException("its checksum is wrong");
        }
        return new PlanReader(bytes, HEADER_LENGTH);
    }

    private static int sum(final byte[] bytes, final int offset)
    {
        final CRC32C sum = new CRC32C();
        sum.update(bytes, offset, bytes.length - offset);
        return (int)sum.getValue();
    }

    private static StorageException unusable(final String why, final Throwable cause)
    {
        return new StorageException(
            StorageException.Kind.DAMAGED, "the stored plan can't be used: " + why, cause);
    }
}
