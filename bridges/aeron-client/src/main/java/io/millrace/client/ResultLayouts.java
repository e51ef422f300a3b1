package io.millrace.client;

import io.millrace.codecs.sbe.SbeLayout;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Which frames a subscriber can read: those whose columns are its own, or an older or a newer version of them. A frame
 * bears the mark of its columns; those of the subscriber's own versions are known, of others a LAYOUT says what they
 * stand for. Until it has, they are not read.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none, but for a LAYOUT that is not known. <b>Limits:</b> of
 * foreign layouts the last {@value #MOST} are known.
 */
final class ResultLayouts
{
    private static final int MOST = 16;
    private static final String UNMARKED = "the job does not say which columns its results have: it is of an earlier " +
        "version than this client, start it with this version";
    /** Of frames whose columns may yet be said. */
    private static final String UNKNOWN = "the job has yet to say which columns its results have";

    private static final String CUT = "the job's columns are not this subscriber's, and their names are longer than " +
        "a message of its channel: which they are can be said with a longer term-length in the 'channel' of its table";

    /** Null where records are handed over as they are, whatever they are. */
    private final @Nullable RowSchema schema;
    /** Marks that are known: of the own versions, then of layouts that were heard of. */
    private final int[] marks;
    /** Why what bears the mark can't be read; null where it can. */
    private final @Nullable String[] refusals;
    private final int own;
    private long heard;

    ResultLayouts(final @Nullable RowSchema schema)
    {
        this.schema = schema;
        own = schema == null ? 0 : schema.wire().version() + 1;
        marks = new int[own + MOST];
        refusals = new String[marks.length];
        for (int version = 0; schema != null && version < own; version++)
        {
            marks[version] = FrameDescriptor.mark(schema.id(), schema.wire().describe(version));
        }
    }

    /** Why frames of a mark can't be read; null where they can. */
    @Nullable String refusal(final int mark)
    {
        if (schema == null)
        {
            return null;
        }
        final int known = find(mark);
        return known >= 0 ? refusals[known] : mark == 0 ? UNMARKED : UNKNOWN;
    }

    private int find(final int of)
    {
        // Zeros are places that are free, and the mark of no frame that says its columns.
        for (int i = 0; i < marks.length && of != 0; i++)
        {
            if (marks[i] == of)
            {
                return i;
            }
        }
        return -1;
    }

    /** Takes what a LAYOUT says: whether that can be. */
    boolean learn(final DirectBuffer buffer, final int offset, final int length)
    {
        final int flags = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_FLAGS_OFFSET);
        final int mark = FrameDescriptor.markOf(flags);
        final int known = find(mark);
        final boolean isCut = (flags & FrameDescriptor.FLAG_CUT) != 0;
        if (schema == null || known >= 0 && (isCut || refusals[known] != CUT))
        {
            return true;
        }
        final int id = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.RESULT_WRITER_OFFSET);
        final String columns = buffer.getStringWithoutLengthUtf8(
            offset + FrameDescriptor.RESULT_RECORD_OFFSET, length - FrameDescriptor.RESULT_RECORD_OFFSET);
        if (!isCut && FrameDescriptor.mark(id, columns) != mark)
        {
            return false;
        }
        final int place = known >= 0 ? known : own + (int)(heard++ % MOST);
        marks[place] = mark;
        refusals[place] = isCut ? CUT : compare(schema, id, columns);
        return true;
    }

    private static @Nullable String compare(final RowSchema mine, final int id, final String columns)
    {
        final String reads = ", this subscriber reads message " + mine.id() + " of table " + mine.table() + " (" +
            mine.describe() + ")";
        if (id == 0)
        {
            return "the job sends records of another format than 'sbe'" + reads;
        }
        final String sends = "the job sends message " + id + " (" + columns + ")" + reads;
        if (id != mine.id())
        {
            return sends + ": take the schema of the table that is sent, 'sbe.id' names its message";
        }
        return SbeLayout.isCompatible(mine.describe(), columns) ? null :
            sends + ": columns may only be appended, under 'sbe.versions'";
    }
}
