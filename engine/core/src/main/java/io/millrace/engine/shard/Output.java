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
        final int form = form(block, frame);
        final int kept = keptLength(frame, form);
        if (!writer.hasRoom(8 + KEPT_HEADER + kept))
        {
            return false;
        }
        final long payload = writer.payload();
        Memory.putLong(payload, windowStart);
        putFrame(payload + 8, block, frame, form, kept);
        writer.commit(RecordDescriptor.LATE, pipeline, 8 + KEPT_HEADER + kept);
        return true;
    }

    /** A dead row: {@code kind} is DEAD with a pipeline or DEAD_TABLE with a table. */
    boolean dead(
        final short kind, final int id, final Block block, final int frameOffset, final int failure, final int site)
    {
        final long frame = block.address() + frameOffset;
        final int form = form(block, frame);
        final int kept = keptLength(frame, form);
        if (!writer.hasRoom(8 + KEPT_HEADER + kept))
        {
            return false;
        }
        final long payload = writer.payload();
        Memory.putInt(payload, failure);
        Memory.putInt(payload + 4, site);
        putFrame(payload + 8, block, frame, form, kept);
        writer.commit(kind, id, 8 + KEPT_HEADER + kept);
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

    private static int rawLength(final long frame)
    {
        return Memory.getInt(frame + BlockDescriptor.FRAME_RAW_LENGTH_OFFSET);
    }

    /** What is kept of a row: its raw bytes where the block has them, else the row where the source has no bytes. */
    private static int form(final Block block, final long frame)
    {
        final int rawLength = rawLength(frame);
        if ((rawLength & BlockDescriptor.FRAME_RAW_FLAG) != 0)
        {
            return RecordDescriptor.FORM_RAW;
        }
        if (rawLength == 0)
        {
            return RecordDescriptor.FORM_ROW;
        }
        return (block.flags() & BlockDescriptor.FLAG_RAW_INLINE) != 0 ? RecordDescriptor.FORM_RAW :
            RecordDescriptor.FORM_NONE;
    }

    private int keptLength(final long frame, final int form)
    {
        final int rawLength = rawLength(frame);
        final boolean isWhole = (rawLength & BlockDescriptor.FRAME_RAW_FLAG) != 0 || form == RecordDescriptor.FORM_ROW;
        final int length = isWhole ? Memory.getInt(frame) - BlockDescriptor.FRAME_HEADER_LENGTH :
            form == RecordDescriptor.FORM_RAW ? rawLength : 0;
        return Math.min(length, writer.maxPayload() - 8 - KEPT_HEADER);
    }

    /** The origin and the kept bytes, which are the last of the frame. */
    private static void putFrame(
        final long to, final Block block, final long frame, final int form, final int kept)
    {
        final int length = rawLength(frame);
        final int atSource =
            (length & BlockDescriptor.FRAME_RAW_FLAG) != 0 ? length & BlockDescriptor.MAX_FULL_LENGTH : length;
        Memory.putLong(to, block.positionHigh());
        Memory.putLong(to + 8, Memory.getLong(frame + BlockDescriptor.FRAME_POSITION_OFFSET));
        Memory.putInt(to + 16, block.partition());
        Memory.putInt(to + 20, atSource);
        Memory.putInt(to + 24, form);
        Memory.putInt(to + 28, kept);
        Memory.copy(frame + Memory.getInt(frame) - kept, to + KEPT_HEADER, kept);
    }
}
