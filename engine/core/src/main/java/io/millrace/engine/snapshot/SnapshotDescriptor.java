package io.millrace.engine.snapshot;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.RecordDescriptor;

/**
 * The records of one agent's snapshot, batched and numbered as {@link RecordDescriptor} says. The first is BEGIN, the
 * last is END, which is the last of its batch. Between them each record begins with the length of its body; what does
 * not fit goes on in records of kind MORE. The records of a slice stand in any order behind its SLICE, TABLE and
 * DICTIONARY; id is the aggregation where nothing else is said.
 *
 * <p><b>Layout</b> of the payloads:
 * <pre>
 *   BEGIN       int64 checkpoint | int64 entry | int32 count | int32 version | count × int64 next number of a writer
 *   END         int64 checkpoint
 *   MORE        bytes of the body of the record before
 *   others      int64 length of the body | body, or its first bytes
 * </pre>
 * and of the bodies:
 * <pre>
 *   COUNTERS    count × int64, in the order of ShardCounters; id 0
 *   WATERMARKS  int32 first partition | int32 count | count × (int64 watermark | int64 1 where idle); id = table
 *   AGGREGATE   int64 watermark | int64 progress | int32 × 4: group, slot, set, set's slot of the drain |
 *               int32 newest slice, −1 none, −2 one that is drained | int32 slices
 *   MERGE       int64 entry | int32 shards | int32 slices | shards × int64 progress
 *   SLICE       int32 slice | int32 1 where closed | int64 window start
 *   TABLE       int32 slice | int32 zero | 256 × (int32 slots | int32 entries | int32 slots to begin with)
 *   DICTIONARY  int32 slice | int32 set | int32 slots | int32 values
 *   ENTRIES     int32 slice | int32 group | int32 first slot | int32 zero | int64 mask | entries | pieces
 *   VALUES      int32 slice | int32 set   | int32 first slot | int32 zero | int64 mask | slots   | pieces
 * </pre>
 * Bit {@code i} of a mask says that slot {@code first + i} is among the entries, which stand in the order of slots as
 * they lay in memory. A piece is what an entry keeps elsewhere, in the place of whose address it comes: its key, then
 * its distinct sets, then its strings, or a dictionary's value; each is padded to a multiple of 8. An entry with its
 * pieces is there once.
 */
public final class SnapshotDescriptor
{
    /** Of the records of a snapshot, from BEGIN to END. */
    public static final int VERSION = 1;

    public static final short BEGIN = 32;
    public static final short END = 33;
    public static final short MORE = 34;
    public static final short COUNTERS = 35;
    public static final short WATERMARKS = 36;
    public static final short AGGREGATE = 37;
    public static final short MERGE = 38;
    public static final short SLICE = 39;
    public static final short TABLE = 40;
    public static final short DICTIONARY = 41;
    public static final short ENTRIES = 42;
    public static final short VALUES = 43;

    public static final int BEGIN_CHECKPOINT_OFFSET = 0;
    public static final int BEGIN_ENTRY_OFFSET = BEGIN_CHECKPOINT_OFFSET + 8;
    public static final int BEGIN_COUNT_OFFSET = BEGIN_ENTRY_OFFSET + 8;
    public static final int BEGIN_VERSION_OFFSET = BEGIN_COUNT_OFFSET + 4;
    public static final int BEGIN_NUMBERS_OFFSET = BEGIN_VERSION_OFFSET + 4;

    /** Bytes of the length before a body. */
    public static final int BODY_OFFSET = 8;

    public static final int DRAINED = -2;
    public static final int NONE = -1;

    public static final int AGGREGATE_PROGRESS_OFFSET = 8;
    public static final int AGGREGATE_DRAIN_OFFSET = AGGREGATE_PROGRESS_OFFSET + 8;
    public static final int AGGREGATE_NEWEST_OFFSET = AGGREGATE_DRAIN_OFFSET + 16;
    public static final int AGGREGATE_SLICES_OFFSET = AGGREGATE_NEWEST_OFFSET + 4;
    /** Bytes of AGGREGATE's body. */
    public static final int AGGREGATE_LENGTH = AGGREGATE_SLICES_OFFSET + 4;

    public static final int MERGE_SHARDS_OFFSET = 8;
    public static final int MERGE_SLICES_OFFSET = MERGE_SHARDS_OFFSET + 4;
    public static final int MERGE_PROGRESS_OFFSET = MERGE_SLICES_OFFSET + 4;

    public static final int SLICE_CLOSED_OFFSET = 4;
    public static final int SLICE_LENGTH = 16;
    public static final int TABLE_GROUPS_OFFSET = 8;
    public static final int TABLE_GROUP_LENGTH = 12;
    public static final int DICTIONARY_LENGTH = 16;

    public static final int SLOTS_FIRST_OFFSET = 8;
    public static final int SLOTS_MASK_OFFSET = SLOTS_FIRST_OFFSET + 8;
    /** Where the entries of ENTRIES and the slots of VALUES begin. */
    public static final int SLOTS_OFFSET = SLOTS_MASK_OFFSET + 8;

    private SnapshotDescriptor()
    {
    }

    /** Whether the window is closed, from a SLICE's payload. */
    public static boolean isClosed(final long payload)
    {
        return Memory.getInt(payload + BODY_OFFSET + SLICE_CLOSED_OFFSET) != 0;
    }

    /** Number of the next record of each writer, from a BEGIN's payload. */
    public static long[] nextNumbers(final long payload)
    {
        final long[] numbers = new long[Memory.getInt(payload + BEGIN_COUNT_OFFSET)];
        for (int i = 0; i < numbers.length; i++)
        {
            numbers[i] = Memory.getLong(payload + BEGIN_NUMBERS_OFFSET + 8L * i);
        }
        return numbers;
    }
}
