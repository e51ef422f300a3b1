package io.millrace.bridges.aeron;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.protocol.DataHeaderFlyweight;
import io.millrace.client.FrameDescriptor;
import io.millrace.codecs.Memory;
import io.millrace.codecs.sbe.SbeLayout;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.builtin.SbeFormat;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each message of a session: a row is taken in its turn, dropped where it comes again, and counted or
 * asked for again where others before it are missing; a greeting is compared with the table; what is neither is for
 * the partition of such messages.
 *
 * <p><b>Threading:</b> the source agent's thread. <b>Ownership:</b> memory for a message at the end of a term.
 * <b>Allocation:</b> none per row.
 */
final class Intake implements AutoCloseable
{
    /** Bytes of Aeron's header before a message, and what messages are aligned to. */
    private static final int AERON_HEADER = DataHeaderFlyweight.HEADER_LENGTH;

    private final PublisherSessions.Terms terms;
    private final Places places;
    private final AeronCounts counts;
    private final Consumer<String> notices;
    private final MessageStream.Handler messages = this::onMessage;
    private long bytesRead;
    private long scratch;
    private int scratchLength;
    /** What the poll under way works for. */
    private @Nullable Session polled;
    private @Nullable PublisherPartition polledFor;
    private @Nullable RecordHandler handler;
    private @Nullable RuntimeException failure;
    private int taken;

    Intake(
        final PublisherSessions.Terms terms, final Places places, final AeronCounts counts,
        final Consumer<String> notices)
    {
        this.terms = terms;
        this.places = places;
        this.counts = counts;
        this.notices = notices;
    }

    /** Bytes of all that was taken. */
    long bytesRead()
    {
        return bytesRead;
    }

    /**
     * Polls a session.
     *
     * @param to        takes rows, or messages that are none where {@code partition} is null; null to look who it is.
     * @param partition whose rows are taken; null for none.
     * @return what was taken.
     */
    int poll(
        final Session session, final @Nullable RecordHandler to, final @Nullable PublisherPartition partition,
        final int limit)
    {
        polled = session;
        polledFor = partition;
        handler = to;
        taken = 0;
        final int read = session.stream.poll(messages, limit);
        session.quietPolls = read == 0 ? session.quietPolls + 1 : 0;
        final RuntimeException thrown = failure;
        if (thrown != null)
        {
            failure = null;
            throw thrown;
        }
        if (partition != null && taken > 0)
        {
            counts.rows().add(taken);
        }
        return taken;
    }

    /** Aeron would pass over a message whose handler throws: what is thrown is kept until the poll is over. */
    private Action onMessage(final DirectBuffer buffer, final int offset, final int length, final long end)
    {
        final Session session = polled;
        if (session == null || failure != null)
        {
            return Action.ABORT;
        }
        try
        {
            return take(session, buffer, offset, length, end);
        }
        catch (final RuntimeException e)
        {
            failure = e;
            return Action.ABORT;
        }
    }

    private Action take(
        final Session session, final DirectBuffer buffer, final int offset, final int length, final long end)
    {
        final int template = FrameDescriptor.template(buffer, offset, length);
        if (template != -1 && (getLong(buffer, offset + FrameDescriptor.PUBLISHER_OFFSET) < 0 ||
            template == FrameDescriptor.ROW && !isSequence(getLong(buffer, offset + FrameDescriptor.SEQUENCE_OFFSET))))
        {
            return onForeign(session, buffer, offset, length, end);
        }
        return switch (template)
        {
            case FrameDescriptor.ROW -> onRow(session, buffer, offset, length);
            case FrameDescriptor.HELLO -> onHello(session, buffer, offset, length);
            case FrameDescriptor.BYE -> onBye(session, buffer, offset);
            default -> onForeign(session, buffer, offset, length, end);
        };
    }

    private static boolean isSequence(final long sequence)
    {
        return sequence >= 0 && sequence < Long.MAX_VALUE;
    }

    private Action onRow(final Session session, final DirectBuffer buffer, final int offset, final int length)
    {
        final long publisherId = getLong(buffer, offset + FrameDescriptor.PUBLISHER_OFFSET);
        if (session.publisherId != publisherId || session.route != Session.Route.PUBLISHER)
        {
            places.assign(session, publisherId);
        }
        final PublisherPartition partition = polledFor;
        final RecordHandler to = handler;
        if (partition == null || to == null || partition.session != session || session.publisher != partition)
        {
            return Action.ABORT;
        }
        final long sequence = getLong(buffer, offset + FrameDescriptor.SEQUENCE_OFFSET);
        final long expected = partition.expected;
        if (expected == FrameDescriptor.UNKNOWN && sequence > 0 && session.greeting == 0 && terms.isJournaled())
        {
            // Sent to an engine that was here before: what came first may be lost.
            passOver(partition);
            return Action.CONTINUE;
        }
        if (sequence != expected && expected != FrameDescriptor.UNKNOWN)
        {
            if (sequence < expected)
            {
                partition.repeated++;
                counts.repeated().add(1);
                partition.isAnswerWanted = true;
                return Action.CONTINUE;
            }
            if (terms.isJournaled())
            {
                passOver(partition);
                return Action.CONTINUE;
            }
        }
        final int recordLength = length - FrameDescriptor.RECORD_OFFSET;
        final long address = address(buffer, offset + FrameDescriptor.RECORD_OFFSET, recordLength);
        final boolean isTaken = recordLength <= terms.maxRecordBytes() ? to.onRecord(address, recordLength, sequence) :
            to.onOversized(address, Math.min(recordLength, terms.maxRecordBytes()), recordLength, sequence);
        if (!isTaken)
        {
            return Action.ABORT;
        }
        if (sequence != expected && expected != FrameDescriptor.UNKNOWN)
        {
            miss(partition, sequence - expected);
        }
        partition.expected = sequence + 1;
        partition.lacksRows = false;
        partition.hasLeft = false;
        bytesRead += recordLength;
        taken++;
        return Action.CONTINUE;
    }

    private void passOver(final PublisherPartition partition)
    {
        partition.passedOver++;
        counts.passedOver().add(1);
        partition.lacksRows = true;
    }

    private void miss(final PublisherPartition partition, final long rows)
    {
        partition.missed += rows;
        counts.missed().add(rows);
        partition.isAnswerWanted = true;
        notices.accept("rows that never came from publisher " + partition.publisherId + ": " + partition.missed);
    }

    private static long getLong(final DirectBuffer buffer, final int index)
    {
        return buffer.getLong(index, ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the bytes lie, with readable bytes behind them: at the end of a term they are copied. */
    private long address(final DirectBuffer buffer, final int offset, final int length)
    {
        if (offset + length + Memory.SLACK <= buffer.capacity())
        {
            return buffer.addressOffset() + offset;
        }
        if (scratchLength < length)
        {
            free();
            scratch = Memory.allocate(length);
            scratchLength = length;
        }
        Memory.copy(buffer.addressOffset() + offset, scratch, length);
        return scratch;
    }

    private Action onHello(final Session session, final DirectBuffer buffer, final int offset, final int length)
    {
        final long publisherId = getLong(buffer, offset + FrameDescriptor.PUBLISHER_OFFSET);
        final String columns = buffer.getStringWithoutLengthUtf8(
            offset + FrameDescriptor.HELLO_TEXT_OFFSET, length - FrameDescriptor.HELLO_TEXT_OFFSET);
        if (!isUnderstood(session, publisherId, columns))
        {
            return Action.BREAK;
        }
        if (session.publisherId != publisherId || session.route != Session.Route.PUBLISHER)
        {
            places.assign(session, publisherId);
        }
        final PublisherPartition partition = session.publisher;
        if (partition == null)
        {
            return Action.BREAK;
        }
        if (partition.session != session)
        {
            // Rows of its earlier session come first; it says hello again.
            return Action.CONTINUE;
        }
        final long next = getLong(buffer, offset + FrameDescriptor.SEQUENCE_OFFSET);
        final int flags = buffer.getInt(offset + FrameDescriptor.HELLO_FLAGS_OFFSET, ByteOrder.LITTLE_ENDIAN);
        session.greeting = buffer.getInt(offset + FrameDescriptor.HELLO_GREETING_OFFSET, ByteOrder.LITTLE_ENDIAN);
        session.rings = (flags & FrameDescriptor.FLAG_RINGS) != 0;
        if ((flags & FrameDescriptor.FLAG_SKIP) != 0 && partition.expected != FrameDescriptor.UNKNOWN &&
            next > partition.expected)
        {
            miss(partition, next - partition.expected);
            partition.expected = next;
        }
        partition.hasLeft = false;
        partition.lacksRows = false;
        partition.isAnswerWanted = true;
        return Action.CONTINUE;
    }

    /** Compares the publisher's columns with the table's; where they differ the session is refused. */
    private boolean isUnderstood(final Session session, final long publisherId, final String columns)
    {
        final SbeLayout mine = terms.wire();
        if (columns.isEmpty() || mine != null && SbeLayout.isCompatible(mine.describe(), columns))
        {
            return true;
        }
        final String reason = mine == null ? "table " + terms.table() + " has another format than 'sbe', publisher " +
            publisherId + " sends (" + columns + ")" : "table " + terms.table() + " has (" + mine.describe() +
            "), publisher " + publisherId + " sends (" + columns + "): columns may only be appended, under '" +
            SbeFormat.VERSIONS + "'";
        places.refuse(session, publisherId, FrameDescriptor.REFUSED_LAYOUT, reason);
        return false;
    }

    private Action onBye(final Session session, final DirectBuffer buffer, final int offset)
    {
        final PublisherPartition partition = session.publisher;
        if (partition != null && partition.session == session &&
            getLong(buffer, offset + FrameDescriptor.PUBLISHER_OFFSET) == partition.publisherId)
        {
            partition.hasLeft = true;
        }
        return Action.CONTINUE;
    }

    private Action onForeign(
        final Session session, final DirectBuffer buffer, final int offset, final int length, final long end)
    {
        final RecordHandler to = handler;
        if (polledFor != null || to == null)
        {
            if (session.route != Session.Route.NOBODY)
            {
                session.route = Session.Route.FOREIGN;
            }
            return Action.ABORT;
        }
        final long position = end - BitUtil.align(length + AERON_HEADER, AERON_HEADER);
        if (!to.onMalformed(address(buffer, offset, length), length, position))
        {
            return Action.ABORT;
        }
        counts.foreign().add(1);
        bytesRead += length;
        taken++;
        return Action.CONTINUE;
    }

    private void free()
    {
        if (scratchLength > 0)
        {
            scratchLength = 0;
            Memory.free(scratch);
        }
    }

    @Override
    public void close()
    {
        free();
    }
}
