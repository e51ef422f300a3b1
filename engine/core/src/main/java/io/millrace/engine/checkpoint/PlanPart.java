package io.millrace.engine.checkpoint;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.StorageException;
import java.io.ByteArrayOutputStream;

/**
 * The part of a checkpoint that says what it is a state of: the compiled job, plan and generated classes, as bytes that
 * the node understands.
 *
 * <p><b>Threading:</b> any thread.
 */
public final class PlanPart
{
    /** Of a job that is not kept as bytes: its checkpoints have no such part. */
    public static final PlanPart NONE = new PlanPart(new byte[0]);
    /** Its name. */
    public static final String NAME = "plan";

    private static final int MOST_RECORD_BYTES = 64 << 10;

    private final byte[] bytes;

    public PlanPart(final byte[] bytes)
    {
        this.bytes = bytes.clone();
    }

    /** Bytes that are written. */
    public int length()
    {
        return bytes.length;
    }

    /**
     * Writes the part.
     *
     * @throws StorageException where the storage fails.
     */
    public void write(final CheckpointStore.Draft draft)
    {
        for (int at = 0; at < bytes.length; at += MOST_RECORD_BYTES)
        {
            final int length = Math.min(MOST_RECORD_BYTES, bytes.length - at);
            final long memory = Memory.allocate(length);
            try
            {
                Memory.copy(bytes, at, memory, length);
                draft.append(NAME, memory, length);
            }
            finally
            {
                Memory.free(memory);
            }
        }
    }

    /**
     * The bytes that a checkpoint holds; none where it has no such part, as one of an earlier release.
     *
     * @throws DamagedCheckpointException where they are not what was written.
     */
    public static byte[] read(final CheckpointStore.Checkpoint checkpoint)
    {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        checkpoint.read(NAME, (address, length) ->
        {
            final byte[] record = new byte[length];
            Memory.copy(address, record, 0, length);
            all.writeBytes(record);
            return true;
        });
        return all.toByteArray();
    }
}
