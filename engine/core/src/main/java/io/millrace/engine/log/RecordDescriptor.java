package io.millrace.engine.log;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.StorageException;

/**
 * The bytes of what an agent hands to another through a log. A log record is a batch: a header, then records, each
 * at a multiple of 8. Which records a batch holds depends on timing; the records of a writer, their order and numbers
 * do not.
 *
 * <p><b>Layout:</b>
 * <pre>
 *   0             4             8                          16
 *   +-------------+-------------+--------------------------+-----------
 *   | int32       | int32       | int64 entry: the last    | records
 *   | writer      | version     | ring entry that made any |
 *   +-------------+-------------+--------------------------+-----------
 *
 *   0             4        6        8                    16
 *   +-------------+--------+--------+--------------------+---------------------------
 *   | int32       | int16  | int16  | int64 number, from | payload by kind
 *   | length      | kind   | id     | 0 on, of the writer|
 *   +-------------+--------+--------+--------------------+---------------------------
 *
 *   RESULT       id = statement    row of the sink's layout
 *   LATE         id = pipeline     int64 window start | origin | bytes
 *   DEAD         id = pipeline     int32 failure | int32 site | origin | bytes
 *   DEAD_TABLE   id = table        int32 failure | int32 site | origin | bytes
 *   DEAD_RESULT  id = aggregate    int32 failure | int32 site | int64 window start | key
 *
 *   origin:  int64 position high | int64 position low | int32 partition | int32 raw length at the source
 *   bytes:   int32 form (0 none: read the source again, 1 raw, 2 row of the table's layout) | int32 length | bytes
 * </pre>
 * {@code length} counts the header and the payload, unpadded.
 */
public final class RecordDescriptor
{
    public static final short RESULT = 1;
    public static final short LATE = 2;
    public static final short DEAD = 3;
    public static final short DEAD_TABLE = 4;
    public static final short DEAD_RESULT = 5;

    public static final int FORM_NONE = 0;
    public static final int FORM_RAW = 1;
    public static final int FORM_ROW = 2;

    /** Of a batch and the records in it. */
    public static final int VERSION = 1;

    public static final int BATCH_WRITER_OFFSET = 0;
    public static final int BATCH_VERSION_OFFSET = BATCH_WRITER_OFFSET + 4;
    public static final int BATCH_ENTRY_OFFSET = BATCH_VERSION_OFFSET + 4;
    /** Bytes before the first record of a batch. */
    public static final int BATCH_HEADER_LENGTH = BATCH_ENTRY_OFFSET + 8;

    public static final int LENGTH_OFFSET = 0;
    public static final int KIND_OFFSET = LENGTH_OFFSET + 4;
    public static final int ID_OFFSET = KIND_OFFSET + 2;
    public static final int NUMBER_OFFSET = ID_OFFSET + 2;
    public static final int HEADER_LENGTH = NUMBER_OFFSET + 8;

    /** Bytes of an origin. */
    public static final int ORIGIN_LENGTH = 24;
    /** Bytes before the bytes of a row that is kept. */
    public static final int BYTES_HEADER_LENGTH = 8;

    private RecordDescriptor()
    {
    }

    /** Who wrote a batch: a shard, or beyond the shards an aggregation of the merge agent. */
    public static int writer(final long batch)
    {
        return Memory.getInt(batch + BATCH_WRITER_OFFSET);
    }

    /**
     * Refuses a batch of another version, which may have outlived the release that wrote it.
     *
     * @param where it was read, for the message.
     */
    public static void requireVersion(final long batch, final String where)
    {
        final int version = Memory.getInt(batch + BATCH_VERSION_OFFSET);
        if (version != VERSION)
        {
            throw StorageException.otherVersion(where, Integer.toString(version), VERSION);
        }
    }

    /** The last ring entry that has a part in a batch. */
    public static long entry(final long batch)
    {
        return Memory.getLong(batch + BATCH_ENTRY_OFFSET);
    }

    public static long firstRecord(final long batch)
    {
        return batch + BATCH_HEADER_LENGTH;
    }

    /** Where the record behind this one begins, if there is one. */
    public static long nextRecord(final long record)
    {
        return record + ((length(record) + 7) & -8);
    }

    public static long number(final long record)
    {
        return Memory.getLong(record + NUMBER_OFFSET);
    }

    public static int length(final long record)
    {
        return Memory.getInt(record + LENGTH_OFFSET);
    }

    public static short kind(final long record)
    {
        return Memory.getShort(record + KIND_OFFSET);
    }

    public static int id(final long record)
    {
        return Memory.getShort(record + ID_OFFSET);
    }

    /** Address of the payload. */
    public static long payload(final long record)
    {
        return record + HEADER_LENGTH;
    }
}
