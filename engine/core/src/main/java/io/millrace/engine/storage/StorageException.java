package io.millrace.engine.storage;

/** Durable bytes could not be written or read. The message says what, where and what to do. */
public class StorageException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What it means for who waits. */
    public enum Kind
    {
        /** No room now; space may come back. */
        FULL,
        /** The system refused or failed; what was being written may be there in part. */
        FAILED,
        /** What was read is not what was written. */
        DAMAGED,
        /** What was read is whole, and of another release. */
        OTHER_VERSION
    }

    public StorageException(final Kind kind, final String message)
    {
        super(message);
        this.kind = kind;
    }

    public StorageException(final Kind kind, final String message, final Throwable cause)
    {
        super(message, cause);
        this.kind = kind;
    }

    /** What to throw where something was written in a version that this build does not read. */
    public static StorageException otherVersion(final String where, final String found, final int read)
    {
        return new StorageException(Kind.OTHER_VERSION, where + " has format version " + found +
            ", this Millrace reads version " + read + "; run the release that wrote it, or a newer one");
    }

    public Kind kind()
    {
        return kind;
    }
}
