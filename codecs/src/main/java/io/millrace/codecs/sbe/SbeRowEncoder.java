package io.millrace.codecs.sbe;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowEncoder;
import io.millrace.codecs.RowLayout;

/** Writes a row as an SBE message of the newest version. <b>Threading:</b> one thread. */
public final class SbeRowEncoder implements RowEncoder
{
    private final SbeLayout wire;
    private final int blockLength;
    private final long header;
    private final SbeLayout.Column[] columns;
    private final boolean isSame;

    /**
     * @param wire the message; its layout is that of the rows.
     * @param id   its template and schema id.
     */
    public SbeRowEncoder(final SbeLayout wire, final int id)
    {
        this.wire = wire;
        blockLength = wire.blockLength(wire.version());
        header = header(wire, id);
        columns = wire.columns().toArray(SbeLayout.Column[]::new);
        isSame = wire.version() == 0;
    }

    /** The eight bytes before a message of the newest version. */
    public static long header(final SbeLayout wire, final int id)
    {
        return wire.blockLength(wire.version()) | (long)id << 16 | (long)id << 32 | (long)wire.version() << 48;
    }

    @Override
    public int encode(final long row, final long out, final int capacity)
    {
        final RowLayout layout = wire.layout();
        final int rowLength = layout.rowLength(row);
        final int texts = rowLength - layout.blockLength();
        final int length = SbeLayout.HEADER_LENGTH + blockLength + texts;
        if (length > capacity)
        {
            return FULL;
        }
        Memory.putLong(out, header);
        final long body = out + SbeLayout.HEADER_LENGTH;
        if (isSame)
        {
            Memory.copy(row, body, rowLength);
            return length;
        }
        Memory.fill(body, blockLength, (byte)0);
        Memory.putByte(body, Memory.getByte(row));
        for (final SbeLayout.Column column : columns)
        {
            if (RowLayout.isNull(row, column.column()))
            {
                final long at = body + column.nullOffset();
                Memory.putByte(at, (byte)(Memory.getByte(at) | column.nullMask()));
            }
            else if (column.offset() >= 0)
            {
                Memory.copy(row + column.column().fixedOffset(), body + column.offset(),
                    column.column().type().fixedWidth());
            }
        }
        Memory.copy(row + layout.blockLength(), body + blockLength, texts);
        return length;
    }
}
