package io.millrace.client;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each message of a stream of results: one that can be read and is new is handed over, what is said
 * beside them too, anything else is counted.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none per message, but for a LAYOUT that is not known.
 */
final class ResultIntake
{
    private static final int MOST_WRITERS = 4096;

    /** Null where results are handed over as they are. */
    private final @Nullable RowReader row;
    private final ResultLayouts layouts;
    private final ResultNumbers numbers = new ResultNumbers();
    private long results;
    private long foreign;
    private long missed;
    /** What the last LAYOUT said: which run of a sink it is, and how many results that has sent. */
    private long run = FrameDescriptor.UNKNOWN;
    private long sent;
    /** Results that have come since, whatever became of them. */
    private long come;

    /**
     * @param schema of the rows; null where results are handed over as they are.
     */
    ResultIntake(final @Nullable RowSchema schema)
    {
        row = schema == null ? null : new RowReader(schema, new UnsafeBuffer(0, 0));
        layouts = new ResultLayouts(schema);
    }

    boolean hasRows()
    {
        return row != null;
    }

    /** Takes a message. */
    void take(final ResultNumbers.Handler to, final DirectBuffer buffer, final int offset, final int length)
    {
        if (!isTaken(to, buffer, offset, length))
        {
            foreign++;
        }
    }

    private boolean isTaken(
        final ResultNumbers.Handler to, final DirectBuffer buffer, final int offset, final int length)
    {
        final int template = FrameDescriptor.template(buffer, offset, length);
        if (template < FrameDescriptor.RESULT)
        {
            return false;
        }
        if (template == FrameDescriptor.LAYOUT)
        {
            return isLayout(to, buffer, offset, length);
        }
        come += template == FrameDescriptor.RESULT ? 1 : 0;
        final int writer = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_WRITER_OFFSET);
        final int flags = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_FLAGS_OFFSET);
        if (!layouts.isUnderstood(flags) || writer < 0 || writer >= MOST_WRITERS)
        {
            return false;
        }
        final long number = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_NUMBER_OFFSET);
        if (template == FrameDescriptor.RESULT)
        {
            return isResult(to, buffer, offset, length, writer, flags, number);
        }
        if (template == FrameDescriptor.COMMIT)
        {
            numbers.commit(writer, number, epoch(buffer, offset), base(buffer, offset), to);
            return true;
        }
        return isMissed(to, number);
    }

    private boolean isResult(
        final ResultNumbers.Handler to, final DirectBuffer buffer, final int offset, final int length,
        final int writer, final int flags, final long number)
    {
        final int at = offset + FrameDescriptor.RESULT_RECORD_OFFSET;
        final int recordLength = length - FrameDescriptor.RESULT_RECORD_OFFSET;
        if (row != null && !row.wrap(buffer, at, recordLength))
        {
            return false;
        }
        if (numbers.isNew(writer, number, epoch(buffer, offset), base(buffer, offset), flags, to))
        {
            results++;
            final boolean isProvisional = (flags & FrameDescriptor.FLAG_PROVISIONAL) != 0;
            if (row != null && to instanceof ResultSubscriber.Handler rows)
            {
                rows.onResult(row, writer, number, isProvisional);
            }
            else if (to instanceof ResultSubscriber.RecordHandler records)
            {
                records.onRecord(buffer, at, recordLength, writer, number, isProvisional);
            }
        }
        return true;
    }

    /**
     * Learns which columns results have, and compares what a sink has sent with what has come: what is lacking died
     * with a media driver, or came while nobody was here.
     */
    private boolean isLayout(
        final ResultNumbers.Handler to, final DirectBuffer buffer, final int offset, final int length)
    {
        if (!layouts.learn(buffer, offset, length))
        {
            return false;
        }
        final long hasSent = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_NUMBER_OFFSET);
        final long lacking = hasSent - sent - come;
        final boolean isSameRun = epoch(buffer, offset) == run;
        run = epoch(buffer, offset);
        sent = hasSent;
        come = 0;
        if (isSameRun && lacking > 0 && layouts.refusal() == null)
        {
            isMissed(to, lacking);
        }
        return true;
    }

    private boolean isMissed(final ResultNumbers.Handler to, final long count)
    {
        if (count > 0)
        {
            missed += count;
            to.onMissed(count);
        }
        return count > 0;
    }

    private static long epoch(final DirectBuffer buffer, final int offset)
    {
        return FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_EPOCH_OFFSET);
    }

    private static long base(final DirectBuffer buffer, final int offset)
    {
        return Math.max(0, FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_BASE_OFFSET));
    }

    ResultNumbers numbers()
    {
        return numbers;
    }

    /** Results handed over. */
    long results()
    {
        return results;
    }

    /** Messages that are none of this stream's, or whose columns are not understood. */
    long foreign()
    {
        return foreign;
    }

    /** Results that are known to be missing. */
    long missed()
    {
        return missed;
    }

    /** Why results can't be read; null where they can. */
    @Nullable String refusal()
    {
        return layouts.refusal();
    }
}
