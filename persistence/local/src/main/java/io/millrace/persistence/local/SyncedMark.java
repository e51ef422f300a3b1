package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Up to where a log has been forced at least, and which start of the system last wrote to it. What is bad below the
 * position is damage; above it, if the system has been started since, it may be what a loss of power leaves. A log that
 * acts upon nothing above the position names no start: a force that failed may have left a hole there at any time.
 *
 * <p><b>Layout:</b> two slots, {@value #SLOT_LENGTH} bytes apart, written in turns, so that a torn write leaves one:
 * <pre>
 *   0          8          12         16           24              32
 *   +----------+----------+----------+------------+---------------+----------------+
 *   | int64    | int32    | int32    | int64 turn | int64 forced  | 40 bytes, the  |
 *   | magic    | version  | CRC32C   | from 1 on  | position      | system's start |
 *   +----------+----------+----------+------------+---------------+----------------+
 * </pre>
 * <b>Threading:</b> one thread.
 */
final class SyncedMark implements AutoCloseable
{
    static final String FILE_NAME = "mark";

    private static final long MAGIC = 0x314B_5241_4D52_4C4DL;
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int CRC_OFFSET = VERSION_OFFSET + 4;
    private static final int TURN_OFFSET = CRC_OFFSET + 4;
    private static final int FORCED_OFFSET = TURN_OFFSET + 8;
    private static final int START_OFFSET = FORCED_OFFSET + 8;
    private static final int START_LENGTH = 40;
    private static final int LENGTH = START_OFFSET + START_LENGTH;
    private static final int SLOT_LENGTH = 4096;

    private final StorageFile file;
    private final Region region = new Region(LENGTH);
    private long turn;
    private long forced;
    private byte[] start = new byte[START_LENGTH];

    private SyncedMark(final StorageFile file)
    {
        this.file = file;
    }

    /** The mark of a new log; it lasts when this returns, and nobody ever finds half of it. */
    static SyncedMark create(final Storage storage, final String folder)
    {
        final String draft = folder + "/" + FILE_NAME + ".tmp";
        try (SyncedMark mark = new SyncedMark(storage.create(draft, 2L * SLOT_LENGTH)))
        {
            mark.write(0, "");
            mark.write(0, "");
            mark.force();
        }
        storage.rename(draft, folder + "/" + FILE_NAME);
        storage.syncFolder(folder);
        return open(storage, folder);
    }

    static SyncedMark open(final Storage storage, final String folder)
    {
        final String name = folder + "/" + FILE_NAME;
        final SyncedMark mark = new SyncedMark(storage.open(name));
        mark.readSlot(0);
        mark.readSlot(1);
        if (mark.turn == 0)
        {
            mark.close();
            throw new StorageException(StorageException.Kind.DAMAGED, storage.describe(name) +
                ": neither of its two slots (offsets 0 and " + SLOT_LENGTH + ") is readable");
        }
        return mark;
    }

    private void readSlot(final int slot)
    {
        final long address = region.address();
        final int read = file.read((long)slot * SLOT_LENGTH, address, LENGTH);
        final int crc = Memory.getInt(address + CRC_OFFSET);
        Memory.putInt(address + CRC_OFFSET, 0);
        if (read != LENGTH || Memory.getLong(address) != MAGIC || crc != region.crc(0, LENGTH))
        {
            return;
        }
        final int version = Memory.getInt(address + VERSION_OFFSET);
        if (version != VERSION)
        {
            throw StorageException.otherVersion(file.name(), Integer.toString(version), VERSION);
        }
        final long turnOf = Memory.getLong(address + TURN_OFFSET);
        if (turnOf > turn)
        {
            turn = turnOf;
            forced = Memory.getLong(address + FORCED_OFFSET);
            Memory.copy(address + START_OFFSET, start, 0, START_LENGTH);
        }
    }

    long forced()
    {
        return forced;
    }

    /** Whether it is certain that the system has not been started since the log was written to. */
    boolean isOf(final String systemStart)
    {
        return !systemStart.isEmpty() && Arrays.equals(start, bytes(systemStart));
    }

    private static byte[] bytes(final String systemStart)
    {
        return Arrays.copyOf(systemStart.getBytes(StandardCharsets.UTF_8), START_LENGTH);
    }

    void write(final long position, final String systemStart)
    {
        start = bytes(systemStart);
        write(position);
    }

    /**
     * Writes the next slot, not forced: a mark that is behind is still true. Where this fails it may have left half a
     * slot: the next call writes the same one again, and not the other, which is whole.
     */
    void write(final long position)
    {
        forced = position;
        final long next = turn + 1;
        final long address = region.address();
        region.zero(0, LENGTH);
        Memory.putLong(address, MAGIC);
        Memory.putInt(address + VERSION_OFFSET, VERSION);
        Memory.putLong(address + TURN_OFFSET, next);
        Memory.putLong(address + FORCED_OFFSET, forced);
        Memory.copy(start, 0, address + START_OFFSET, START_LENGTH);
        Memory.putInt(address + CRC_OFFSET, region.crc(0, LENGTH));
        file.write((next & 1) * SLOT_LENGTH, address, LENGTH);
        turn = next;
    }

    void force()
    {
        file.force();
    }

    @Override
    public void close()
    {
        region.close();
        file.close();
    }
}
