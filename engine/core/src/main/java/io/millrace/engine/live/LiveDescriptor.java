package io.millrace.engine.live;

/**
 * The file in which a job shows its counters, its latencies and its errors, mapped by the engine and by whoever looks.
 *
 * <p><b>Layout:</b> little-endian; every section begins at a multiple of 4,096.
 * <pre>
 *   0           8         12        16        24         32           40        48
 *   +-----------+---------+---------+---------+----------+------------+---------+---------+---------+---------+
 *   | "MILLRACE"| version | zero    | process | started  | heartbeat  | ended   | length of section 0 … 4     |
 *   | int64     | int32   |         | id int64| ms int64 | ms int64   | ms int64| (int32 each), zero          |
 *   +-----------+---------+---------+---------+----------+------------+---------+---------+---------+---------+
 *
 *   4096: section 0, text:      UTF-8: name of the job, line feed, its plan; padded by zeros
 *         section 1, metadata:  Agrona's counters: 512 bytes each; type = {@link Measure}, key = int32 instance, int32
 *                               part, and the label is the instance's name
 *         section 2, values:    Agrona's counters: 128 bytes each, the value in the first 8
 *         section 3, latencies: {@link LatencyDescriptor}, one behind the other
 *         section 4, errors:    Agrona's distinct error log
 * </pre>
 * The heartbeat is written every 100 ms or so; {@code ended} is 0 until the job has ended in order.
 */
public final class LiveDescriptor
{
    public static final int VERSION = 1;

    static final long MAGIC = 0x454341524C4C494DL;
    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    static final int PROCESS_OFFSET = VERSION_OFFSET + 2 * Integer.BYTES;
    static final int START_OFFSET = PROCESS_OFFSET + Long.BYTES;
    static final int HEARTBEAT_OFFSET = START_OFFSET + Long.BYTES;
    static final int END_OFFSET = HEARTBEAT_OFFSET + Long.BYTES;
    static final int LENGTHS_OFFSET = END_OFFSET + Long.BYTES;
    static final int HEADER_LENGTH = 4096;

    static final int TEXT = 0;
    static final int METADATA = 1;
    static final int VALUES = 2;
    static final int LATENCIES = 3;
    static final int ERRORS = 4;
    static final int SECTIONS = 5;

    static final int INSTANCE_OFFSET = 0;
    static final int PART_OFFSET = INSTANCE_OFFSET + Integer.BYTES;
    static final int KEY_LENGTH = PART_OFFSET + Integer.BYTES;

    private LiveDescriptor()
    {
    }

    /** Bytes that a section of {@code length} takes. */
    static int align(final int length)
    {
        return length + HEADER_LENGTH - 1 & -HEADER_LENGTH;
    }
}
