package io.millrace.engine.storage;

/** An open file of a {@link Storage}. Offsets and lengths are bytes. <b>Errors:</b> {@link StorageException}. */
public interface StorageFile extends AutoCloseable
{
    String name();

    long length();

    /** Writes all of it; beyond the end the file grows. */
    void write(long offset, long address, int length);

    /** Reads up to {@code length} bytes: how many there were, 0 at the end. */
    int read(long offset, long address, int length);

    /** Makes what was written last. */
    void force();

    @Override
    void close();
}
