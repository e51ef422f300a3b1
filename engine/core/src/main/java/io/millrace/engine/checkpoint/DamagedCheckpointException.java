package io.millrace.engine.checkpoint;

import io.millrace.engine.storage.StorageException;

/**
 * What was read of a checkpoint is not what was written. What was made of it so far is of no use; who begins again
 * passes it over, and goes on from the one before.
 */
public final class DamagedCheckpointException extends StorageException
{
    private static final long serialVersionUID = 1L;

    private final long id;

    public DamagedCheckpointException(final long id, final String message)
    {
        super(Kind.DAMAGED, message);
        this.id = id;
    }

    /** Of the checkpoint. */
    public long id()
    {
        return id;
    }
}
