package io.millrace.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bytes of every message between publishers, the engine and subscribers: an SBE message header of this schema, a
 * fixed block, then what the template says.
 *
 * <p><b>Layout</b>, little-endian:
 * <pre>
 *   0           2           4           6           8
 *   +-----------+-----------+-----------+-----------+------------------------------------------------------------+
 *   | uint16    | uint16    | uint16    | uint16    | block, then the rest                                       |
 *   | block     | template  | schema    | version   |                                                            |
 *   | length    |           | 19794     | 0         |                                                            |
 *   +-----------+-----------+-----------+-----------+------------------------------------------------------------+
 *
 *   ROW     1   int64 publisher | int64 sequence                                     | record in the table's format
 *   HELLO   2   int64 publisher | int64 next | int32 flags | int32 greeting          | columns as UTF-8 text
 *   BYE     3   int64 publisher | int64 next
 *   ANSWER  4   int64 publisher | int32 session | int32 status | int64 expected | int64 acknowledged |
 *               int64 missed | int64 repeated | int64 dead | int64 greeting          | reason as UTF-8 text
 *   RESULT  5   int32 writer | int32 flags | int64 number | int64 epoch | int64 base | record in the table's format
 *   COMMIT  6   int32 writer | int32 flags | int64 number | int64 epoch | int64 base
 *   MISSED  7   int32 zero   | int32 flags | int64 count  | int64 epoch | int64 zero
 *   LAYOUT  8   int32 id     | int32 flags | int64 sent   | int64 sink  | int64 zero | columns as UTF-8 text
 *
 *   flags of 5 to 8:   31                                           8 7                 0
 *                     +----------------------------------------------+-------------------+
 *                     | mark of the columns                          | FLAG_...          |
 *                     +----------------------------------------------+-------------------+
 * </pre>
 * ROW, HELLO and BYE go to the engine on the table's stream, ANSWER comes back on its control stream.
 * {@code next} is the sequence of the row that the publisher would send next, {@link #UNKNOWN} where it wants to be
 * told. {@code expected} is the sequence of the row that the engine lacks first, UNKNOWN where it has never seen the
 * publisher; everything before {@code acknowledged} is safe. {@code greeting} counts a publisher's connections, from
 * 1 on; in an answer it is that of the last HELLO that was read, so that everything sent before it has been read too.
 * ({@code writer}, {@code number}) names a result for good: numbers of a writer ascend, and a result that is sent again
 * has the same. {@code epoch} is 0 where that holds for every run of the job; else it differs from run to run, and what
 * a writer's COMMIT has not passed may be numbered otherwise in the next: results below COMMIT's {@code number} are
 * committed. {@code base}: the writer's results below it are the same as in earlier epochs, what those had from there
 * on is void. With {@link #FLAG_ANEW} no number of another epoch means anything. MISSED: {@code count} results between
 * what stands before and behind it were dropped, since nobody took them. LAYOUT: which columns the results have whose
 * frames bear its mark, {@link #mark} of the message's id and the text; id 0 and no text where records are not in the
 * format {@code sbe}. It stands before the first result of a connection, and comes again now and then, for subscribers
 * that have come since. {@code sent}: how many results the {@code sink}, whose name outlives the job's process where it
 * keeps state, has done with before it: results, and those that a MISSED counts. Who knows of fewer lacks the others.
 * Where the sink goes back to send results again, so does the number. Templates that a reader does not know are passed
 * over.
 */
public final class FrameDescriptor
{
    public static final int SCHEMA_ID = 19794;
    public static final int VERSION = 0;

    public static final int ROW = 1;
    public static final int HELLO = 2;
    public static final int BYE = 3;
    public static final int ANSWER = 4;
    public static final int RESULT = 5;
    public static final int COMMIT = 6;
    public static final int MISSED = 7;
    public static final int LAYOUT = 8;

    public static final long UNKNOWN = -1;

    /** Flag of HELLO: rows between what the engine expects and {@code next} will never come. */
    public static final int FLAG_SKIP = 1;
    /** Flag of HELLO: the publisher wakes an engine that rests, see {@link Doorbell}. */
    public static final int FLAG_RINGS = 2;
    /** Flag of RESULT: not committed; after a failure it may come again otherwise, or not at all. */
    public static final int FLAG_PROVISIONAL = 1;
    /** Flag of RESULT: the job keeps nothing, so that its numbers begin again with each epoch. */
    public static final int FLAG_ANEW = 2;
    /** Flag of LAYOUT: the text is longer than a message of the channel, and left out. */
    public static final int FLAG_CUT = 4;
    /** Where the mark of the columns begins in the flags of frames to subscribers. */
    private static final int MARK_SHIFT = 8;

    /** Status: rows are taken. */
    public static final int TAKEN = 0;
    /** Status: a row is missing before those that came; they were passed over, send from {@code expected} on. */
    public static final int RESEND = 1;
    /** Status: the columns differ; the reason names both. */
    public static final int REFUSED_LAYOUT = 2;
    /** Status: the table has no place for one more publisher. */
    public static final int REFUSED_FULL = 3;
    /** Status: another session came with this publisher id. */
    public static final int SUPERSEDED = 4;

    public static final int HEADER_LENGTH = 8;
    public static final int TEMPLATE_OFFSET = 2;
    public static final int SCHEMA_OFFSET = 4;
    public static final int VERSION_OFFSET = 6;

    public static final int PUBLISHER_OFFSET = HEADER_LENGTH;
    public static final int SEQUENCE_OFFSET = PUBLISHER_OFFSET + 8;
    /** Where a ROW's record begins; the length of a BYE. */
    public static final int RECORD_OFFSET = SEQUENCE_OFFSET + 8;

    public static final int HELLO_FLAGS_OFFSET = SEQUENCE_OFFSET + 8;
    public static final int HELLO_GREETING_OFFSET = HELLO_FLAGS_OFFSET + 4;
    /** Where a HELLO's text begins. */
    public static final int HELLO_TEXT_OFFSET = HELLO_GREETING_OFFSET + 4;

    public static final int ANSWER_SESSION_OFFSET = PUBLISHER_OFFSET + 8;
    public static final int ANSWER_STATUS_OFFSET = ANSWER_SESSION_OFFSET + 4;
    public static final int ANSWER_EXPECTED_OFFSET = ANSWER_STATUS_OFFSET + 4;
    public static final int ANSWER_ACKNOWLEDGED_OFFSET = ANSWER_EXPECTED_OFFSET + 8;
    public static final int ANSWER_MISSED_OFFSET = ANSWER_ACKNOWLEDGED_OFFSET + 8;
    public static final int ANSWER_REPEATED_OFFSET = ANSWER_MISSED_OFFSET + 8;
    public static final int ANSWER_DEAD_OFFSET = ANSWER_REPEATED_OFFSET + 8;
    public static final int ANSWER_GREETING_OFFSET = ANSWER_DEAD_OFFSET + 8;
    /** Where an ANSWER's text begins. */
    public static final int ANSWER_TEXT_OFFSET = ANSWER_GREETING_OFFSET + 8;

    public static final int RESULT_WRITER_OFFSET = HEADER_LENGTH;
    public static final int RESULT_FLAGS_OFFSET = RESULT_WRITER_OFFSET + 4;
    public static final int RESULT_NUMBER_OFFSET = RESULT_FLAGS_OFFSET + 4;
    public static final int RESULT_EPOCH_OFFSET = RESULT_NUMBER_OFFSET + 8;
    public static final int RESULT_BASE_OFFSET = RESULT_EPOCH_OFFSET + 8;
    /**
     * Where a RESULT's record and a LAYOUT's text begin; the length of a COMMIT, whose fields stand where a RESULT has
     * its own.
     */
    public static final int RESULT_RECORD_OFFSET = RESULT_BASE_OFFSET + 8;

    private FrameDescriptor()
    {
    }

    /** The eight bytes before a message of a template. */
    public static long header(final int template)
    {
        final int blockLength = switch (template)
        {
            case ROW, BYE -> RECORD_OFFSET - HEADER_LENGTH;
            case HELLO -> HELLO_TEXT_OFFSET - HEADER_LENGTH;
            case ANSWER -> ANSWER_TEXT_OFFSET - HEADER_LENGTH;
            case RESULT, COMMIT, MISSED, LAYOUT -> RESULT_RECORD_OFFSET - HEADER_LENGTH;
            default -> throw new IllegalArgumentException("template " + template);
        };
        return blockLength | (long)template << 16 | (long)SCHEMA_ID << 32 | (long)VERSION << 48;
    }

    /** The template of a message that is whole and of this schema and version, else −1. */
    public static int template(final DirectBuffer buffer, final int offset, final int length)
    {
        if (length < RECORD_OFFSET)
        {
            return -1;
        }
        final long header = buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN);
        final int template = (int)(header >>> 16) & 0xFFFF;
        if (template < ROW || template > LAYOUT || header != header(template))
        {
            return -1;
        }
        return length >= HEADER_LENGTH + (int)(header & 0xFFFF) ? template : -1;
    }

    /**
     * What tells columns from others at a glance, as flags: 24 bits of FNV-1a over the id's bytes and the text's, never
     * 0, which stands for a sender that marks nothing.
     *
     * @param id   of the message, 0 where records are not in the format {@code sbe}.
     * @param text of the columns, as {@link RowSchema#describe()} gives it.
     */
    public static int mark(final int id, final String text)
    {
        int hash = 0x811C9DC5;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE)
        {
            hash = (hash ^ id >>> shift & 0xFF) * 0x01000193;
        }
        for (final byte b : text.getBytes(StandardCharsets.UTF_8))
        {
            hash = (hash ^ b & 0xFF) * 0x01000193;
        }
        final int mark = (hash ^ hash >>> Integer.SIZE - MARK_SHIFT) << MARK_SHIFT;
        return mark == 0 ? 1 << MARK_SHIFT : mark;
    }

    /** The mark in a frame's flags. */
    static int markOf(final int flags)
    {
        return flags & -1 << MARK_SHIFT;
    }

    /** Writes a whole MISSED. */
    public static void putMissed(
        final MutableDirectBuffer buffer, final int flags, final long count, final long epoch)
    {
        putLong(buffer, 0, header(MISSED));
        putInt(buffer, RESULT_WRITER_OFFSET, 0);
        putInt(buffer, RESULT_FLAGS_OFFSET, flags);
        putLong(buffer, RESULT_NUMBER_OFFSET, count);
        putLong(buffer, RESULT_EPOCH_OFFSET, epoch);
        putLong(buffer, RESULT_BASE_OFFSET, 0);
    }

    /** A whole LAYOUT, in which {@link #putSent} says the rest. */
    public static UnsafeBuffer layout(final int id, final String text, final long sink)
    {
        final byte[] columns = text.getBytes(StandardCharsets.UTF_8);
        final UnsafeBuffer buffer =
            new UnsafeBuffer(ByteBuffer.allocateDirect(RESULT_RECORD_OFFSET + columns.length));
        putLong(buffer, 0, header(LAYOUT));
        putInt(buffer, RESULT_WRITER_OFFSET, id);
        putInt(buffer, RESULT_FLAGS_OFFSET, mark(id, text));
        putLong(buffer, RESULT_NUMBER_OFFSET, 0);
        putLong(buffer, RESULT_EPOCH_OFFSET, sink);
        putLong(buffer, RESULT_BASE_OFFSET, 0);
        buffer.putBytes(RESULT_RECORD_OFFSET, columns);
        return buffer;
    }

    /** Says in a LAYOUT how many results were sent before it. */
    public static void putSent(final MutableDirectBuffer layout, final long sent)
    {
        putLong(layout, RESULT_NUMBER_OFFSET, sent);
    }

    /** Says in a LAYOUT whose results it counts. */
    public static void putSink(final MutableDirectBuffer layout, final long sink)
    {
        putLong(layout, RESULT_EPOCH_OFFSET, sink);
    }

    /** Says in a LAYOUT whether its text is left out. */
    public static void putCut(final MutableDirectBuffer layout, final boolean isCut)
    {
        final int flags = getInt(layout, RESULT_FLAGS_OFFSET);
        putInt(layout, RESULT_FLAGS_OFFSET, isCut ? flags | FLAG_CUT : flags & ~FLAG_CUT);
    }

    static void putLong(final MutableDirectBuffer buffer, final int index, final long value)
    {
        buffer.putLong(index, value, ByteOrder.LITTLE_ENDIAN);
    }

    static void putInt(final MutableDirectBuffer buffer, final int index, final int value)
    {
        buffer.putInt(index, value, ByteOrder.LITTLE_ENDIAN);
    }

    static long getLong(final DirectBuffer buffer, final int index)
    {
        return buffer.getLong(index, ByteOrder.LITTLE_ENDIAN);
    }

    static int getInt(final DirectBuffer buffer, final int index)
    {
        return buffer.getInt(index, ByteOrder.LITTLE_ENDIAN);
    }

    /** Where answers come from, where the channel itself says it. */
    public static String controlChannel(final String channel)
    {
        if (channel.startsWith("aeron:ipc"))
        {
            return "aeron:ipc";
        }
        final int begin = channel.indexOf("endpoint=");
        final int end = begin < 0 ? -1 : endOf(channel, begin);
        final int colon = begin < 0 ? -1 : channel.lastIndexOf(':', end - 1);
        if (begin < 0 || colon < begin)
        {
            throw new IllegalArgumentException("channel " + channel + " has no endpoint, so say where answers go " +
                "by a control channel");
        }
        final String host = channel.substring(begin + "endpoint=".length(), colon);
        final int port = Integer.parseInt(channel.substring(colon + 1, end)) + 1;
        if (isMulticast(host))
        {
            return channel.substring(0, colon + 1) + port + channel.substring(end);
        }
        return "aeron:udp?control-mode=dynamic|control=" + host + ":" + port;
    }

    private static boolean isMulticast(final String host)
    {
        final int dot = host.indexOf('.');
        return host.startsWith("[ff") || host.startsWith("[FF") ||
            dot == 3 && host.compareTo("224") >= 0 && host.compareTo("240") < 0;
    }

    /** The same as a subscriber of answers writes it: from any port of its own. */
    public static String controlSubscription(final String controlChannel)
    {
        return controlChannel.contains("control-mode=dynamic") && !controlChannel.contains("endpoint=") ?
            controlChannel + "|endpoint=0.0.0.0:0" : controlChannel;
    }

    private static int endOf(final String channel, final int begin)
    {
        final int bar = channel.indexOf('|', begin);
        return bar < 0 ? channel.length() : bar;
    }
}
