package io.millrace.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each message of a stream of results: one that can be read and is new is handed over, what is said
 * beside them too, anything else is counted.
 *
 * <p>A sink that connects anew goes on in another session. Where something of the earlier one has yet to come, since it
 * was lost on the way and is sent again, that counts as missing once its session has ended.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none per message, but for a session or a LAYOUT that is not
 * known. <b>Limits:</b> of sessions that have ended the last are known, {@value #MOST_CONNECTIONS} with those that are
 * open.
 */
final class ResultIntake
{
    private static final int MOST_WRITERS = 4096;
    private static final int MOST_CONNECTIONS = 16;

    /** Null where results are handed over as they are. */
    private final @Nullable RowReader row;
    private final IntPredicate isOpen;
    private final ResultLayouts layouts;
    private final ResultNumbers numbers = new ResultNumbers();
    /** In the order in which they came; the last of a sink is the one that counts. */
    private final List<SinkConnection> connections = new ArrayList<>();
    /** That of the last message. */
    private @Nullable SinkConnection current;
    private long results;
    private long foreign;
    private long missed;
    /** Whether a session that has a successor lacks something. */
    private boolean isAwaiting;

    /**
     * @param schema of the rows; null where results are handed over as they are.
     * @param isOpen whether more may come in a session.
     */
    ResultIntake(final @Nullable RowSchema schema, final IntPredicate isOpen)
    {
        row = schema == null ? null : new RowReader(schema, new UnsafeBuffer(0, 0));
        layouts = new ResultLayouts(schema);
        this.isOpen = isOpen;
    }

    boolean hasRows()
    {
        return row != null;
    }

    /**
     * Takes a message.
     *
     * @param asRecords whether {@code to} is a {@link ResultSubscriber.RecordHandler} and takes results as they are;
     *                  else it is a {@link ResultSubscriber.Handler}.
     * @param sessionId of the connection that it came by.
     */
    void take(
        final ResultNumbers.Handler to, final boolean asRecords, final int sessionId, final DirectBuffer buffer,
        final int offset, final int length)
    {
        final int template = FrameDescriptor.template(buffer, offset, length);
        if (template < FrameDescriptor.RESULT ||
            !isTaken(to, asRecords, connection(to, sessionId), template, buffer, offset, length))
        {
            foreign++;
        }
    }

    private SinkConnection connection(final ResultNumbers.Handler to, final int sessionId)
    {
        final SinkConnection last = current;
        if (last != null && last.sessionId() == sessionId)
        {
            return last;
        }
        SinkConnection found = null;
        for (int i = 0; i < connections.size() && found == null; i++)
        {
            found = connections.get(i).sessionId() == sessionId ? connections.get(i) : null;
        }
        if (found == null)
        {
            forget(to);
            found = new SinkConnection(sessionId, layouts);
            connections.add(found);
        }
        current = found;
        return found;
    }

    /** Makes room where there are many. */
    private void forget(final ResultNumbers.Handler to)
    {
        settle(to);
        for (int i = 0; i < connections.size() && connections.size() >= MOST_CONNECTIONS; i++)
        {
            if (!isOpen.test(connections.get(i).sessionId()))
            {
                connections.remove(i--);
            }
        }
    }

    /** Counts what has not come of sessions that have ended; to be called now and then. */
    void settle(final ResultNumbers.Handler to)
    {
        if (!isAwaiting)
        {
            return;
        }
        isAwaiting = false;
        for (int i = 0; i < connections.size(); i++)
        {
            final SinkConnection earlier = connections.get(i);
            if (earlier.isSucceeded() && !isOpen.test(earlier.sessionId()))
            {
                connections.remove(i--);
                current = null;
                isMissed(to, earlier.lacking());
            }
            else
            {
                isAwaiting |= earlier.isSucceeded();
            }
        }
    }

    private boolean isTaken(
        final ResultNumbers.Handler to, final boolean asRecords, final SinkConnection by, final int template,
        final DirectBuffer buffer, final int offset, final int length)
    {
        return switch (template)
        {
            case FrameDescriptor.RESULT -> isResult(to, asRecords, by, buffer, offset, length);
            case FrameDescriptor.LAYOUT -> isLayout(to, by, buffer, offset, length);
            default -> isWord(to, by, template, buffer, offset);
        };
    }

    private static boolean isFor(final SinkConnection by, final int writer, final int flags)
    {
        return by.isUnderstood(flags) && writer >= 0 && writer < MOST_WRITERS;
    }

    /** What a sink says of results: how far they are committed, or that some will not come. */
    private boolean isWord(
        final ResultNumbers.Handler to, final SinkConnection by, final int template, final DirectBuffer buffer,
        final int offset)
    {
        final int writer = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_WRITER_OFFSET);
        final int flags = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_FLAGS_OFFSET);
        final long number = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_NUMBER_OFFSET);
        final boolean isCommit = template == FrameDescriptor.COMMIT;
        by.come(isCommit ? 0 : Math.max(0, number));
        if (!isFor(by, writer, flags))
        {
            return false;
        }
        if (isCommit)
        {
            numbers.commit(writer, number, epoch(buffer, offset), base(buffer, offset), to);
            return true;
        }
        by.settle(Math.max(0, number));
        return isMissed(to, number);
    }

    private boolean isResult(
        final ResultNumbers.Handler to, final boolean asRecords, final SinkConnection by, final DirectBuffer buffer,
        final int offset, final int length)
    {
        final int writer = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_WRITER_OFFSET);
        final int flags = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_FLAGS_OFFSET);
        by.come(1);
        if (!isFor(by, writer, flags))
        {
            return false;
        }
        final int at = offset + FrameDescriptor.RESULT_RECORD_OFFSET;
        final int recordLength = length - FrameDescriptor.RESULT_RECORD_OFFSET;
        if (row != null && !row.wrap(buffer, at, recordLength))
        {
            return false;
        }
        final long number = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_NUMBER_OFFSET);
        if (!numbers.isNew(writer, number, epoch(buffer, offset), base(buffer, offset), flags, to))
        {
            return true;
        }
        results++;
        by.settle(1);
        final boolean isProvisional = (flags & FrameDescriptor.FLAG_PROVISIONAL) != 0;
        if (asRecords)
        {
            ((ResultSubscriber.RecordHandler)to).onRecord(buffer, at, recordLength, writer, number, isProvisional);
        }
        else if (row != null)
        {
            ((ResultSubscriber.Handler)to).onResult(row, writer, number, isProvisional);
        }
        return true;
    }

    /**
     * Learns which columns results have, and compares what a sink has done with to what has come: what is lacking died
     * with a media driver, or came while nobody was here.
     */
    private boolean isLayout(
        final ResultNumbers.Handler to, final SinkConnection by, final DirectBuffer buffer, final int offset,
        final int length)
    {
        if (!layouts.learn(buffer, offset, length))
        {
            return false;
        }
        final boolean isUnderstood =
            by.isUnderstood(FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_FLAGS_OFFSET));
        if (!by.isSucceeded())
        {
            final long sink = epoch(buffer, offset);
            final SinkConnection earlier = by.isOf(sink) ? null : find(sink);
            final long lacking = by.told(
                sink, FrameDescriptor.getLong(buffer, offset + FrameDescriptor.RESULT_NUMBER_OFFSET),
                earlier != null && isOpen.test(earlier.sessionId()), earlier);
            isAwaiting |= earlier != null;
            if (isUnderstood)
            {
                isMissed(to, lacking);
            }
        }
        return true;
    }

    /** The connection of a sink that counts; null for none. */
    private @Nullable SinkConnection find(final long sink)
    {
        for (int i = connections.size() - 1; i >= 0; i--)
        {
            if (connections.get(i).isOf(sink))
            {
                return connections.get(i);
            }
        }
        return null;
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

    /** Why results can't be read; null where those of some sink can. */
    @Nullable String refusal()
    {
        String refusal = null;
        boolean isAnyOpen = false;
        for (final SinkConnection connection : connections)
        {
            final boolean isOpenStill = isOpen.test(connection.sessionId());
            if (!connection.hasSpoken() || isAnyOpen && !isOpenStill)
            {
                continue;
            }
            if (isOpenStill && connection.refusal() == null)
            {
                return null;
            }
            isAnyOpen |= isOpenStill;
            refusal = connection.refusal();
        }
        return refusal;
    }
}
