package io.millrace.perf.log;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.StorageException;
import java.nio.file.Path;

/** Fills a small file system by a log that nobody reads, then lets the log go on. */
final class FullDisk
{
    private static final int BLOCK = 65_536;
    private static final int SEGMENT_LENGTH = 4 << 20;
    private static final int MANY = 10_000;
    private static final long PATIENCE_NS = 3_000_000_000L;

    private FullDisk()
    {
    }

    static void run(final LogKind kind, final Path folder)
    {
        final long record = Memory.allocate(BLOCK);
        try (Log log = kind.open(folder.resolve("log"), SEGMENT_LENGTH, MANY))
        {
            final Log.Reader reader = log.newReader(log.endPosition());
            long appended = fill(log, record);
            System.out.println(kind + ": refused after " + appended * BLOCK / 1_000_000 + " MB");
            int read = 0;
            while (read < appended / 2)
            {
                read += reader.poll((address, length) -> true, 16);
            }
            reader.release(reader.position());
            log.retainFrom(reader.position());
            appended = fill(log, record);
            System.out.println(kind + ": after half of it was read it took " + appended * BLOCK / 1_000_000 + " MB");
        }
        catch (final StorageException e)
        {
            System.out.println(kind + ": " + e.getMessage());
        }
        Memory.free(record);
    }

    /** Appends until the log has refused for a while: how many blocks. */
    private static long fill(final Log log, final long record)
    {
        long appended = 0;
        long last = System.nanoTime();
        while (System.nanoTime() - last < PATIENCE_NS)
        {
            log.doWork();
            if (log.tryAppend(record, BLOCK) != Log.BACK_PRESSURE)
            {
                appended++;
                last = System.nanoTime();
            }
        }
        return appended;
    }
}
