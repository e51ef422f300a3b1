package io.millrace.persistence.archive;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.ArchivingMediaDriver;
import io.aeron.archive.checksum.Checksums;
import io.aeron.archive.client.AeronArchive;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.AeronException;
import io.millrace.engine.storage.StorageException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A media driver and an archive inside this process, with a client of theirs.
 *
 * <p><b>Threading:</b> two threads of the archive's and the driver's, one of the client's. <b>Ownership:</b> the
 * driver's folder in shared memory is deleted when this closes.
 */
final class ArchiveHost implements AutoCloseable
{
    /** Longest fragment: a block takes two at most. */
    private static final int MOST_MTU = 65504;

    private final ArchivingMediaDriver host;
    private final AeronArchive client;
    private volatile @Nullable Throwable failure;

    ArchiveHost(final Path folder, final int segmentLength, final boolean isForced)
    {
        final String name = CommonContext.generateRandomDirName();
        final int fileSyncLevel = isForced ? 1 : 0;
        host = ArchivingMediaDriver.launch(
            new MediaDriver.Context().aeronDirectoryName(name).threadingMode(ThreadingMode.SHARED)
                .dirDeleteOnStart(true).dirDeleteOnShutdown(true).spiesSimulateConnection(false).ipcMtuLength(Math.min(MOST_MTU, segmentLength / 8))
                .termBufferSparseFile(false).errorHandler(this::fail),
            new Archive.Context().aeronDirectoryName(name).archiveDir(folder.toFile())
                .threadingMode(ArchiveThreadingMode.SHARED).controlChannelEnabled(false)
                .archiveClientContext(new AeronArchive.Context().controlResponseChannel("aeron:ipc"))
                .recordingEventsEnabled(false).replicationChannel("aeron:udp?endpoint=localhost:0")
                .segmentFileLength(segmentLength).lowStorageSpaceThreshold(2L * segmentLength)
                .fileSyncLevel(fileSyncLevel).catalogFileSyncLevel(fileSyncLevel)
                .recordChecksum(Checksums.crc32c()).replayChecksum(Checksums.crc32c()).errorHandler(this::fail));
        final Archive.Context context = host.archive().context();
        client = AeronArchive.connect(new AeronArchive.Context().aeronDirectoryName(name)
            .controlRequestChannel(context.localControlChannel())
            .controlRequestStreamId(context.localControlStreamId()).controlResponseChannel("aeron:ipc"));
    }

    private void fail(final Throwable cause)
    {
        failure = cause;
    }

    /** Takes a step of opening; where it fails, all is closed. */
    <T> T orClose(final Path folder, final Supplier<T> step)
    {
        try
        {
            return step.get();
        }
        catch (final AeronException e)
        {
            close();
            throw new StorageException(
                StorageException.Kind.FAILED, "the archive in " + folder + " can't be opened: " + e.getMessage(), e);
        }
    }

    /** What the driver or the archive has reported; null if nothing. */
    @Nullable Throwable failure()
    {
        return failure;
    }

    AeronArchive archive()
    {
        return client;
    }

    Aeron aeron()
    {
        return client.context().aeron();
    }

    @Override
    public void close()
    {
        client.close();
        host.close();
    }
}
