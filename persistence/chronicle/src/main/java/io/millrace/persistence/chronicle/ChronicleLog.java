package io.millrace.persistence.chronicle;

import io.millrace.engine.Counter;
import io.millrace.engine.Failures;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.MappedFiles;
import io.millrace.engine.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;

/**
 * A log in a Chronicle queue. Cycles roll by size and not by time, so that room comes back as it does elsewhere. A
 * position is the index of the record before it, plus one; the begin of a cycle is its first index.
 *
 * <p><b>Threading:</b> as {@link Log}. <b>Allocation:</b> none per record of ours.
 *
 * <p><b>Limits:</b> records outlive the process, not the power; they carry no checksum, so that a damaged byte of a
 * payload goes unnoticed. The files are mapped and grow as they are written: a disk that others fill between two looks
 * at its free space ends the process. Files that are let go are deleted, never used again.
 */
public final class ChronicleLog implements Log
{
    /** Its format has room for 2^32 records in each cycle. */
    private static final RollCycle ROLL_CYCLE = RollCycles.FAST_HOURLY;
    /** Appended bytes between two looks at the free space. */
    private static final long LOOK_LENGTH = 1 << 20;
    private static final int OVERHEAD = 8;
    /** A file is called after the hour that its cycle would be. */
    private static final int NAME_OF_HOUR = 11;
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("yyyyMMdd-HHmm", Locale.ROOT);

    private final Path folder;
    private final int cycleLength;
    private final int maxCycles;
    private final int blockSize;
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final PointerBytesStore record = new PointerBytesStore();
    private final Counter end = new Counter();
    private final Counter begin = new Counter();
    private final Counter firstCycle = new Counter();
    /** What the queue takes for the time; the appender's. */
    private final Counter cycle = new Counter();
    private final Counter retained = new Counter();
    private volatile ChronicleReader[] readers = {};
    private long cycleUsed;
    private long sinceLook = LOOK_LENGTH;
    private boolean isClosed;

    /**
     * @param cycleLength about how many bytes a file holds.
     * @param maxCycles   most files.
     */
    public ChronicleLog(final Path folder, final int cycleLength, final int maxCycles)
    {
        this.folder = folder;
        this.cycleLength = cycleLength;
        this.maxCycles = maxCycles;
        blockSize = Math.max(1 << 18, Integer.highestOneBit(cycleLength));
        queue = ChronicleQueue.singleBuilder(folder).rollCycle(ROLL_CYCLE).blockSize(blockSize)
            .timeProvider(() -> cycle.get() * ROLL_CYCLE.lengthInMillis()).build();
        final long last = queue.lastIndex();
        if (last >= 0)
        {
            begin.set(queue.firstIndex());
            end.set(last + 1);
            firstCycle.set(ROLL_CYCLE.toCycle(queue.firstIndex()));
            // A new file, since how much of the last one is used can't be known cheaply.
            cycle.set(ROLL_CYCLE.toCycle(last) + 1);
        }
        retained.set(begin.get());
        appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true);
    }

    @Override
    public int maxRecordLength()
    {
        return cycleLength / 4;
    }

    @Override
    public long tryAppend(final long address, final int length)
    {
        if (length > maxRecordLength())
        {
            throw new IllegalArgumentException("record of " + length + " bytes, the most is " + maxRecordLength());
        }
        if (cycleUsed + length + OVERHEAD > cycleLength)
        {
            if (cycle.get() + 1 - firstCycle.get() >= maxCycles)
            {
                return BACK_PRESSURE;
            }
            cycle.set(cycle.get() + 1);
            cycleUsed = 0;
        }
        sinceLook += length + OVERHEAD;
        if (sinceLook >= LOOK_LENGTH)
        {
            if (!hasRoom())
            {
                return BACK_PRESSURE;
            }
            sinceLook = 0;
        }
        record.set(address, length);
        appender.writeBytes(record);
        cycleUsed += length + OVERHEAD;
        final long position = appender.lastIndexAppended() + 1;
        end.set(position);
        return position;
    }

    private boolean hasRoom()
    {
        try
        {
            return Files.getFileStore(folder).getUsableSpace() > 3L * blockSize;
        }
        catch (final IOException e)
        {
            throw new StorageException(
                StorageException.Kind.FAILED, "can't ask for the free space of " + folder + ": " + Failures.reason(e),
                e);
        }
    }

    @Override
    public long endPosition()
    {
        return end.get();
    }

    @Override
    public long commitPosition()
    {
        return end.get();
    }

    @Override
    public long beginPosition()
    {
        return begin.get();
    }

    @Override
    public synchronized Reader newReader(final long position)
    {
        if (position < begin.get() || position > end.get())
        {
            throw new StorageException(StorageException.Kind.DAMAGED, "the queue in " + folder + " holds positions " +
                begin.get() + " to " + end.get() + ", a reader wants to go on at " + position);
        }
        final ChronicleReader reader = new ChronicleReader(this, queue, position);
        final ChronicleReader[] more = Arrays.copyOf(readers, readers.length + 1);
        more[readers.length] = reader;
        readers = more;
        return reader;
    }

    @Override
    public void retainFrom(final long position)
    {
        retained.set(position);
    }

    @Override
    public void sync(final long position)
    {
        MappedFiles.force(folder);
    }

    /** Deletes files that nobody reads any more. */
    @Override
    public int doWork()
    {
        long least = Math.min(retained.get(), end.get());
        for (final ChronicleReader reader : readers)
        {
            least = Math.min(least, reader.released());
        }
        final int keep = ROLL_CYCLE.toCycle(Math.max(0, least - 1));
        if (keep <= firstCycle.get())
        {
            return 0;
        }
        begin.set(ROLL_CYCLE.toIndex(keep, 0));
        int deleted = 0;
        for (final Path file : files())
        {
            if (cycleOf(file) < keep)
            {
                delete(file);
                deleted++;
            }
        }
        firstCycle.set(keep);
        queue.refreshDirectoryListing();
        return deleted;
    }

    private List<Path> files()
    {
        try (Stream<Path> files = Files.list(folder))
        {
            return files.filter(file -> file.toString().endsWith(".cq4")).sorted().toList();
        }
        catch (final IOException e)
        {
            throw new StorageException(
                StorageException.Kind.FAILED, "can't list " + folder + ": " + Failures.reason(e), e);
        }
    }

    private static long cycleOf(final Path file)
    {
        final String name = String.valueOf(file.getFileName());
        final LocalDateTime hour = LocalDateTime.parse(name.substring(0, NAME_OF_HOUR) + "00", HOUR);
        return hour.toEpochSecond(ZoneOffset.UTC) * 1000 / ROLL_CYCLE.lengthInMillis();
    }

    private static void delete(final Path file)
    {
        try
        {
            Files.deleteIfExists(file);
        }
        catch (final IOException e)
        {
            throw new StorageException(
                StorageException.Kind.FAILED, "can't delete " + file + ": " + Failures.reason(e), e);
        }
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            for (final ChronicleReader reader : readers)
            {
                reader.close();
            }
            appender.close();
            queue.close();
        }
    }
}
