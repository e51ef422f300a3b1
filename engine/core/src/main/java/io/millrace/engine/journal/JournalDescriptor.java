package io.millrace.engine.journal;

import io.millrace.codecs.BlockDescriptor;

/**
 * The bytes of a journal record: ring entries in order.
 *
 * <p><b>Layout:</b>
 * <pre>
 *   0                     8            12           16
 *   +---------------------+------------+------------+-------------------------------
 *   | int64 number of the | int32      | int32      | entries, each at a multiple
 *   | first entry         | entries    | version    | of 8
 *   +---------------------+------------+------------+-------------------------------
 *
 *   entry:  int32 length | int32 form | a block of that many bytes
 *   form:   0 ORDER, the block's header alone: its rows are read again from the source
 *           1 WHOLE, header and frames: the source can't be read again, or there are no rows
 * </pre>
 */
final class JournalDescriptor
{
    static final int VERSION = 1;
    static final int FORM_ORDER = 0;
    static final int FORM_WHOLE = 1;
    static final int COUNT_OFFSET = 8;
    static final int VERSION_OFFSET = COUNT_OFFSET + 4;
    static final int HEADER_LENGTH = VERSION_OFFSET + 4;
    static final int FORM_OFFSET = 4;
    static final int ENTRY_HEADER_LENGTH = FORM_OFFSET + 4;

    private JournalDescriptor()
    {
    }

    /** Bytes that an entry takes in a record. */
    static int entryLength(final int blockLength)
    {
        return BlockDescriptor.align(ENTRY_HEADER_LENGTH + blockLength);
    }
}
