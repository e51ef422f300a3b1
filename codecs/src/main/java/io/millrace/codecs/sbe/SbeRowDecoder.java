package io.millrace.codecs.sbe;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowDecoder;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.Utf8;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Checks an SBE message of a table's rows and makes it a row: one copy where the row is read as it was sent, column by
 * column where columns were pruned or computed, or where the sender's version is another.
 *
 * <p>Every length is checked against the bytes that are there, every value against its type, and what has no meaning
 * (padding, the bytes of a NULL) is made zero, so that no sender can make a row that the engine would not. Columns that
 * an older sender does not know are NULL; what a newer one appended is passed over.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none per record.
 */
public final class SbeRowDecoder implements RowDecoder
{
    private static final int MAX_TEXT = 1 << 30;

    private final SbeLayout wire;
    private final int id;
    private final RowLayout layout;
    /** Whether a message of this version is a row of the layout. */
    private final boolean isSame;
    /** Message column of each decoded column. */
    private final SbeLayout.Column[] sources;
    private final RowLayout.Column[] targets;
    private final SbeLayout.Column[] sent;
    private final SbeValueCheck values;
    /** Words of a whole row that hold bits of no meaning, and which bits have one. */
    private final int[] maskOffsets;
    private final long[] masks;
    private final int nullWords;
    private final boolean isOneVersion;
    /** Decoded columns of fixed width: where they come from and go to. */
    private final int[] fixedSources;
    private final int[] fixedTargets;
    private final int[] fixedWidths;
    /** Decoded strings that are neighbours in the message too. */
    private final int[] firstTexts;
    private final int[] lastTexts;
    /** Where each string of the message begins. */
    private final int[] texts;
    private Problem failure = Problem.NONE;
    private int failureColumn = -1;

    /**
     * @param wire           the message.
     * @param id             its template and schema id.
     * @param layout         of the rows.
     * @param decodedColumns leading columns of it that the message has, by path; the others are left NULL.
     */
    public SbeRowDecoder(final SbeLayout wire, final int id, final RowLayout layout, final int decodedColumns)
    {
        this.wire = wire;
        this.id = id;
        this.layout = layout;
        sent = wire.columns().toArray(SbeLayout.Column[]::new);
        sources = new SbeLayout.Column[decodedColumns];
        targets = new RowLayout.Column[decodedColumns];
        for (int i = 0; i < decodedColumns; i++)
        {
            targets[i] = layout.columns().get(i);
            sources[i] = sent[wire.layout().column(targets[i].path()).index()];
        }
        values = new SbeValueCheck(wire);
        isSame = wire.version() == 0 && layout.fields().equals(wire.layout().fields()) && decodedColumns == sent.length;
        texts = new int[wire.varCount(wire.version())];
        nullWords = ((1 + (sent.length + 7) / 8) + 7) / 8;
        isOneVersion = wire.version() == 0;
        final int[] fixed = IntStream.range(0, decodedColumns).filter(i -> targets[i].fixedOffset() >= 0).toArray();
        fixedSources = Arrays.stream(fixed).map(i -> sources[i].offset()).toArray();
        fixedTargets = Arrays.stream(fixed).map(i -> targets[i].fixedOffset()).toArray();
        fixedWidths = Arrays.stream(fixed).map(i -> targets[i].type().fixedWidth()).toArray();
        final int[] read = IntStream.range(0, decodedColumns).filter(i -> targets[i].varIndex() >= 0)
            .map(i -> sources[i].column().varIndex()).toArray();
        firstTexts = IntStream.range(0, read.length).filter(i -> i == 0 || read[i - 1] + 1 != read[i])
            .map(i -> read[i]).toArray();
        lastTexts = IntStream.range(0, read.length).filter(i -> i + 1 == read.length || read[i] + 1 != read[i + 1])
            .map(i -> read[i]).toArray();
        final List<Integer> offsets = new ArrayList<>();
        final List<Long> bits = new ArrayList<>();
        if (isSame)
        {
            findMasks(offsets, bits);
        }
        maskOffsets = offsets.stream().mapToInt(Integer::intValue).toArray();
        masks = bits.stream().mapToLong(Long::longValue).toArray();
    }

    /** Which bits of a whole row's fixed block mean something. */
    private void findMasks(final List<Integer> offsets, final List<Long> bits)
    {
        final byte[] meant = new byte[layout.blockLength()];
        meant[RowLayout.KIND_OFFSET] = -1;
        for (final SbeLayout.Column column : sent)
        {
            meant[column.nullOffset()] |= (byte)column.nullMask();
            for (int i = 0; i < column.column().type().fixedWidth(); i++)
            {
                meant[column.offset() + i] = -1;
            }
        }
        for (int word = 0; word < meant.length; word += 8)
        {
            long mask = 0;
            for (int i = 0; i < 8; i++)
            {
                mask |= (meant[word + i] & 0xFFL) << (i << 3);
            }
            if (mask != -1)
            {
                offsets.add(word);
                bits.add(mask);
            }
        }
    }

    @Override
    public int decode(final long address, final int length, final long row, final int capacity)
    {
        failureColumn = -1;
        if (length < SbeLayout.HEADER_LENGTH || unsignedShort(address + SbeLayout.TEMPLATE_ID_OFFSET) != id ||
            unsignedShort(address + SbeLayout.SCHEMA_ID_OFFSET) != id)
        {
            return malformed(Problem.MALFORMED, -1);
        }
        final int blockLength = unsignedShort(address);
        final int version = unsignedShort(address + SbeLayout.VERSION_OFFSET);
        final int known = Math.min(version, wire.version());
        final int expected = wire.blockLength(known);
        final long body = address + SbeLayout.HEADER_LENGTH;
        final int bodyLength = length - SbeLayout.HEADER_LENGTH;
        if (blockLength > bodyLength || (version == known ? blockLength != expected : blockLength < expected) ||
            Memory.getByte(body) != 0)
        {
            return malformed(Problem.MALFORMED, -1);
        }
        final int end = findTexts(body, blockLength, bodyLength, wire.varCount(known));
        if (end < 0 || version == known && end != bodyLength)
        {
            return malformed(Problem.MALFORMED, failureColumn);
        }
        final boolean isWhole = isOneVersion && known == version && isNothingNull(body);
        if (isWhole ? !values.areRightWhole(body) : !values.areRight(body, known))
        {
            return malformed(values.problem(), values.column());
        }
        if (!isSame)
        {
            return isWhole ? gatherWhole(body, row, capacity) : gather(body, known, row, capacity);
        }
        if (blockLength != expected)
        {
            return gather(body, known, row, capacity);
        }
        if (end > capacity)
        {
            return FULL;
        }
        Memory.copy(body, row, end);
        if (!clean(row))
        {
            return gather(body, known, row, capacity);
        }
        return end;
    }

    private static int unsignedShort(final long address)
    {
        return Memory.getShort(address) & 0xFFFF;
    }

    private int malformed(final Problem problem, final int column)
    {
        failure = problem;
        failureColumn = column;
        return MALFORMED;
    }

    /** Offsets of the strings into {@code texts}; what follows the last, or −1. */
    private int findTexts(final long body, final int begin, final int bodyLength, final int count)
    {
        int at = begin;
        for (int i = 0; i < count; i++)
        {
            if (bodyLength - at < RowLayout.VAR_HEADER_LENGTH)
            {
                return -1;
            }
            final int length = Memory.getInt(body + at);
            final int text = at + RowLayout.VAR_HEADER_LENGTH;
            if (length < 0 || length > MAX_TEXT || length > bodyLength - text)
            {
                return -1;
            }
            texts[i] = at;
            at = text + length;
        }
        // Mostly all of it is ASCII, lengths too, which one pass finds out.
        return Utf8.isAscii(body + begin, at - begin) || areUtf8(body, count) ? at : -1;
    }

    private boolean areUtf8(final long body, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            final long text = body + texts[i];
            if (!Utf8.isValid(text + RowLayout.VAR_HEADER_LENGTH, Memory.getInt(text)))
            {
                return false;
            }
        }
        return true;
    }

    /** Zeroes what has no meaning in a copied row; false where a NULL has bytes, so that it must be gathered anew. */
    private boolean clean(final long row)
    {
        for (int i = 0; i < masks.length; i++)
        {
            final long at = row + maskOffsets[i];
            Memory.putLong(at, Memory.getLong(at) & masks[i]);
        }
        return isNothingNull(row);
    }

    private boolean isNothingNull(final long body)
    {
        long nulls = 0;
        for (int i = 0; i < nullWords; i++)
        {
            final long word = Memory.getLong(body + (i << 3));
            // The block is a multiple of 8: with few columns the word of the bitmap holds nothing else.
            nulls |= i == 0 ? word & ~0xFFL : word;
        }
        return nulls == 0;
    }

    /** Writes a row none of whose columns is NULL: neighbouring strings are copied together. */
    private int gatherWhole(final long body, final long row, final int capacity)
    {
        int at = layout.blockLength();
        if (at > capacity)
        {
            return FULL;
        }
        Memory.fill(row, at, (byte)0);
        for (int i = 0; i < fixedSources.length; i++)
        {
            Memory.copy(body + fixedSources[i], row + fixedTargets[i], fixedWidths[i]);
        }
        for (int i = 0; i < firstTexts.length; i++)
        {
            final int begin = texts[firstTexts[i]];
            final int last = texts[lastTexts[i]];
            final int length = last + RowLayout.VAR_HEADER_LENGTH + Memory.getInt(body + last) - begin;
            if (at + length > capacity)
            {
                return FULL;
            }
            Memory.copy(body + begin, row + at, length);
            at += length;
        }
        return at;
    }

    /** Writes the row column by column. */
    private int gather(final long body, final int version, final long row, final int capacity)
    {
        if (layout.blockLength() > capacity)
        {
            return FULL;
        }
        Memory.fill(row, layout.blockLength(), (byte)0);
        int at = layout.blockLength();
        for (int i = 0; i < targets.length; i++)
        {
            final RowLayout.Column target = targets[i];
            final SbeLayout.Column source = sources[i];
            final boolean isNull =
                source.version() > version || values.isNull(body, source);
            if (isNull)
            {
                RowLayout.setNull(row, target);
            }
            if (target.fixedOffset() >= 0 && !isNull)
            {
                Memory.copy(body + source.offset(), row + target.fixedOffset(), target.type().fixedWidth());
            }
            else if (target.varIndex() >= 0)
            {
                final long text = isNull ? 0 : body + texts[source.column().varIndex()];
                final int length = isNull ? 0 : Memory.getInt(text);
                if (at + RowLayout.VAR_HEADER_LENGTH + length > capacity)
                {
                    return FULL;
                }
                Memory.putInt(row + at, length);
                if (length > 0)
                {
                    Memory.copy(text + RowLayout.VAR_HEADER_LENGTH, row + at + RowLayout.VAR_HEADER_LENGTH, length);
                }
                at += RowLayout.VAR_HEADER_LENGTH + length;
            }
        }
        return at;
    }

    @Override
    public Problem failure()
    {
        return failure;
    }

    @Override
    public int failureColumn()
    {
        return failureColumn;
    }

    @Override
    public int nulledValues()
    {
        return 0;
    }

    @Override
    public int nulledColumn(final int index)
    {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public void close()
    {
    }
}
