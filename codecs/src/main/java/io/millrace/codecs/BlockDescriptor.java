package io.millrace.codecs;

/**
 * The bytes of a block: many rows in one off-heap buffer, the unit of the ring and of the journal.
 *
 * <p><b>Layout</b> of the header, little-endian:
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |    Version    |     Kind      |             Flags             |   0
 *  +---------------+---------------+-------------------------------+
 *  |                           Layout id                           |   4
 *  +-------------------------------+-------------------------------+
 *  |            Source             |           Partition           |   8
 *  +-------------------------------+-------------------------------+
 *  |                      Length (with header)                     |  12
 *  +---------------------------------------------------------------+
 *  |                             Count                             |  16
 *  +---------------------------------------------------------------+
 *  |                  CRC32C (reserved, zero here)                 |  20
 *  +---------------------------------------------------------------+
 *  |                                                               |
 *  |          Position, high: what all rows share (a file)         |  24
 *  +---------------------------------------------------------------+
 *  |                                                               |
 *  |           Position, low, of the first row (an offset)         |  32
 *  +---------------------------------------------------------------+
 *  |                                                               |
 *  |                    Event time, least (ms)                     |  40
 *  +---------------------------------------------------------------+
 *  |                                                               |
 *  |                    Event time, greatest (ms)                  |  48
 *  +---------------------------------------------------------------+
 *  |                                                               |
 *  |             Ordinal: blocks of this source so far             |  56
 *  +---------------------------------------------------------------+
 *  |                                                               |
 *  |                Position, low, of the last row                 |  64
 *  +---------------------------------------------------------------+
 * </pre>
 * From offset 72 on stand {@code Count} row frames, each beginning at a multiple of 8:
 * <pre>
 *  +---------------------------------------------------------------+
 *  |           Frame length (with this header, unpadded)           |   0
 *  +-+-------------------------------------------------------------+
 *  |R|F|                Raw length: bytes at the source            |   4    R: the row could not be decoded
 *  +-+-+-----------------------------------------------------------+
 *  |                                                               |
 *  |              Position, low: where the row begins              |   8
 *  +---------------------------------------------------------------+
 *  |            Row (RowLayout), none where R is set           ...     16
 *  +---------------------------------------------------------------+
 *  |   Raw bytes, where the block's RAW_INLINE flag or R is set ...
 *  +---------------------------------------------------------------+
 * </pre>
 * A control block ({@link #KIND_CONTROL}) has no rows; its {@code Flags} hold the control code, its first position the
 * id of a checkpoint. A tick ({@link #KIND_TICK}) has none either: it only lets budgeted work go on.
 */
public final class BlockDescriptor
{
    /** Version written by this build. */
    public static final byte VERSION = 1;

    /** Rows of one source and partition. */
    public static final byte KIND_ROWS = 1;
    /** A change of a partition's state: see the CONTROL codes. */
    public static final byte KIND_CONTROL = 2;
    /** Time for budgeted work. */
    public static final byte KIND_TICK = 3;

    /** Flag of KIND_ROWS: each frame carries the raw bytes behind its row, since the source can't be read again. */
    public static final short FLAG_RAW_INLINE = 1;

    /** Control code: the partition is idle, its watermark no longer holds others back. */
    public static final short CONTROL_IDLE = 1;
    /** Control code: the partition has ended, its watermark is maximal. */
    public static final short CONTROL_END = 2;
    /** Control code: the consistent cut of the checkpoint whose id is the low position. */
    public static final short CONTROL_CHECKPOINT = 3;

    public static final int VERSION_OFFSET = 0;
    public static final int KIND_OFFSET = VERSION_OFFSET + 1;
    public static final int FLAGS_OFFSET = KIND_OFFSET + 1;
    public static final int LAYOUT_ID_OFFSET = FLAGS_OFFSET + 2;
    public static final int SOURCE_OFFSET = LAYOUT_ID_OFFSET + 4;
    public static final int PARTITION_OFFSET = SOURCE_OFFSET + 2;
    public static final int LENGTH_OFFSET = PARTITION_OFFSET + 2;
    public static final int COUNT_OFFSET = LENGTH_OFFSET + 4;
    public static final int CRC_OFFSET = COUNT_OFFSET + 4;
    public static final int POSITION_HIGH_OFFSET = CRC_OFFSET + 4;
    public static final int POSITION_LOW_OFFSET = POSITION_HIGH_OFFSET + 8;
    public static final int MIN_TIME_OFFSET = POSITION_LOW_OFFSET + 8;
    public static final int MAX_TIME_OFFSET = MIN_TIME_OFFSET + 8;
    public static final int ORDINAL_OFFSET = MAX_TIME_OFFSET + 8;
    public static final int LAST_POSITION_OFFSET = ORDINAL_OFFSET + 8;
    /** Bytes of the header; the first frame begins here. */
    public static final int HEADER_LENGTH = LAST_POSITION_OFFSET + 8;

    public static final int FRAME_LENGTH_OFFSET = 0;
    public static final int FRAME_RAW_LENGTH_OFFSET = FRAME_LENGTH_OFFSET + 4;
    public static final int FRAME_POSITION_OFFSET = FRAME_RAW_LENGTH_OFFSET + 4;
    /** Bytes before the row in a frame. */
    public static final int FRAME_HEADER_LENGTH = FRAME_POSITION_OFFSET + 8;
    /** Frames begin at multiples of this. */
    public static final int FRAME_ALIGNMENT = 8;
    /** Set in the raw length of a frame that holds raw bytes alone. */
    public static final int FRAME_RAW_FLAG = 0x8000_0000;
    /** Set beside {@link #FRAME_RAW_FLAG} where the connector itself refused the bytes, so that none decodes them. */
    public static final int FRAME_FOREIGN_FLAG = 0x4000_0000;
    /** The length at the source, where it is longer than can be said. */
    public static final int MAX_FULL_LENGTH = FRAME_FOREIGN_FLAG - 1;

    private BlockDescriptor()
    {
    }

    /** Length rounded up to the next frame's beginning. */
    public static int align(final int length)
    {
        return (length + FRAME_ALIGNMENT - 1) & -FRAME_ALIGNMENT;
    }
}
