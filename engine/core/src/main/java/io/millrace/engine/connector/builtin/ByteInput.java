package io.millrace.engine.connector.builtin;

import java.nio.ByteBuffer;

/** Where a {@link LineReader}'s bytes come from. <b>Errors:</b> ConnectorException, naming the input. */
interface ByteInput extends AutoCloseable
{
    /** No byte is there now. Caller must come again. */
    int NONE = 0;
    /** No byte will come. */
    int ENDED = -1;

    /**
     * Reads what is there, without waiting for more.
     *
     * @param into direct, with at least {@link LineReader#MIN_ROOM} bytes remaining.
     * @return bytes read, NONE or ENDED.
     */
    int read(ByteBuffer into);

    /** Bytes taken from outside so far, before decompression. */
    long bytesRead();

    @Override
    void close();
}
