package io.millrace.engine.shard;

import io.millrace.codecs.Block;
import io.millrace.codecs.BlockDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;

/**
 * Writes what a shard makes of its rows: results, late rows, dead rows, dead results. Every method returns false where
 * the log takes no more now; the caller comes back with the same row.
 *
 * <p><b>Threading:</b> one shard.
 */
final class Output
{
    private static final int KEPT_HEADER = RecordDescriptor.ORIGIN_LENGTH + RecordDescriptor.BYTES_HEADER_LENGTH;

    private final RecordWriter writer;

    Output(final RecordWriter writer)
    {
        this.writer = writer;
    }

    RecordWriter writer()
    {
        return writer;
    }

    /** A late row of a pipeline: the frame's origin and bytes. */
    boolean late(final int pipeline, final Block block, final int frameOffset, final long windowStart)
    {
        final long frame = block.address() + frameOffset;
        if (!writer.hasRoom(8 + KEPT_HEADER + Memory.getInt(frame)))
        {
            return false;
        }
        final long payload = writer.payload();
        Memory.putLong(payload, windowStart);
        writer.commit(RecordDescriptor.LATE, pipeline, 8 + putFrame(payload + 8, block, frame));
        return true;
    }

    /** A dead row: {@code kind} is DEAD with a pipeline or DEAD_TABLE with a table. */
    boolean dead(
        final short kind, final int id, final Block block, final int frameOffset, final int failure, final int site)
    {
        final long frame = block.address() + frameOffset;
        if (!writer.hasRoom(8 + KEPT_HEADER + Memory.getInt(frame)))
        {
            return false;
        }
        final long payload = writer.payload();
        Memory.putInt(payload, failure);
        Memory.putInt(payload + 4, site);
        writer.commit(kind, id, 8 + putFrame(payload + 8, block, frame));
        return true;
    }

    /** A result that failed after aggregation. */
    boolean deadResult(
        final int aggregate, final int failure, final int site, final long windowStart, final long key,
        final int keyLength)
    {
        if (!writer.hasRoom(16 + keyLength))
        {
            return false;
        }
        final long payload = writer.payload();
        Memory.putInt(payload, failure);
        Memory.putInt(payload + 4, site);
        Memory.putLong(payload + 8, windowStart);
        Memory.copy(key, payload + 16, keyLength);
        writer.commit(RecordDescriptor.DEAD_RESULT, aggregate, 16 + keyLength);
        return true;
    }

    private static int putFrame(final long to, final Block block, final long frame)
    {
        final int rawLength = Memory.getInt(frame + BlockDescriptor.FRAME_RAW_LENGTH_OFFSET);
        final boolean isRaw = (rawLength & BlockDescriptor.FRAME_RAW_FLAG) != 0;
        final int atSource = rawLength & ~BlockDescriptor.FRAME_RAW_FLAG;
        final int body = Memory.getInt(frame) - BlockDescriptor.FRAME_HEADER_LENGTH;
        final boolean hasRaw = isRaw || (block.flags() & BlockDescriptor.FLAG_RAW_INLINE) != 0 && atSource > 0;
        final int form = hasRaw ? RecordDescriptor.FORM_RAW :
            atSource > 0 ? RecordDescriptor.FORM_NONE : RecordDescriptor.FORM_ROW;
        final int length = isRaw ? body : hasRaw ? atSource : form == RecordDescriptor.FORM_ROW ? body : 0;
        Memory.putLong(to, block.positionHigh());
        Memory.putLong(to + 8, Memory.getLong(frame + BlockDescriptor.FRAME_POSITION_OFFSET));
        Memory.putInt(to + 16, block.partition());
        Memory.putInt(to + 20, atSource);
        Memory.putInt(to + 24, form);
        Memory.putInt(to + 28, length);
        final long from = frame + Memory.getInt(frame) - length;
        Memory.copy(from, to + KEPT_HEADER, length);
        return KEPT_HEADER + length;
    }
}
