package io.millrace.persistence.archive;

import io.aeron.ChannelUriStringBuilder;
import io.aeron.ExclusivePublication;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveException;
import io.aeron.archive.codecs.SourceLocation;
import io.aeron.archive.status.RecordingPos;
import io.millrace.engine.Counter;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.MappedFiles;
import io.millrace.engine.storage.StorageException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * A log that is one recording of Aeron Archive, positions being the recording's. What the archive has written is
 * committed; with forcing, what it has forced. Each reader is a replay, so that a record that is committed may come a
 * moment later.
 *
 * <p><b>Threading:</b> as {@link Log}; an archive and a media driver run on threads of their own. <b>Allocation:</b>
 * none per record.
 *
 * <p><b>Limits:</b> a record is at most an eighth of the term. A disk that is full ends the recording, and may
 * end the process by a signal, since the archive maps its catalogue.
 */
public final class ArchiveLog implements Log
{
    private static final int STREAM = 1;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    private final ArchiveHost host;
    private final Path folder;
    private final int segmentLength;
    private final int termLength;
    private final long maxBytes;
    private final UnsafeBuffer record = new UnsafeBuffer(0, 0);
    private final ExclusivePublication publication;
    private final long recordingId;
    private final CountersReader counters;
    private final int recordedCounter;
    private final Counter end = new Counter();
    private final Counter begin = new Counter();
    private final Counter retained = new Counter();
    private volatile ArchiveReader[] readers = {};
    private boolean isClosed;

    /** What the catalogue says of the one recording. */
    private static final class Recording
    {
        private long id = AeronArchive.NULL_POSITION;
        private long stop;
        private int initialTermId;
        private int termLength;
    }

    /**
     * @param segmentLength bytes of a file, a power of two of at least 64 KiB.
     * @param maxSegments   most files.
     * @param isForced      whether a record is committed only when the disk has it.
     */
    public ArchiveLog(final Path folder, final int segmentLength, final int maxSegments, final boolean isForced)
    {
        this.folder = folder;
        this.segmentLength = segmentLength;
        maxBytes = (long)segmentLength * maxSegments;
        host = new ArchiveHost(folder, segmentLength, isForced);
        final AeronArchive archive = host.archive();
        final Recording found = new Recording();
        archive.listRecordings(0, 1, (control, correlation, id, startTimestamp, stopTimestamp, startPosition,
            stopPosition, initialTermId, segmentFileLength, termBufferLength, mtu, session, stream, stripped, original,
            source) ->
        {
            found.id = id;
            found.stop = stopPosition;
            found.initialTermId = initialTermId;
            found.termLength = termBufferLength;
        });
        final ChannelUriStringBuilder channel = new ChannelUriStringBuilder().media("ipc");
        if (found.id == AeronArchive.NULL_POSITION)
        {
            termLength = Math.min(segmentLength, 64 << 20);
            publication = publish(channel.termLength(termLength));
            final String session = sessionChannel();
            host.orClose(folder, () -> archive.startRecording(session, STREAM, SourceLocation.LOCAL));
        }
        else
        {
            termLength = found.termLength;
            publication = publish(channel.initialPosition(found.stop, found.initialTermId, termLength));
            final String session = sessionChannel();
            host.orClose(folder, () -> archive.extendRecording(found.id, session, STREAM, SourceLocation.LOCAL));
            begin.set(host.orClose(folder, () -> archive.getStartPosition(found.id)));
        }
        counters = host.aeron().countersReader();
        final int session = publication.sessionId();
        await(() -> RecordingPos.findCounterIdBySession(counters, session, archive.archiveId()) !=
            CountersReader.NULL_COUNTER_ID, "a recording");
        recordedCounter = RecordingPos.findCounterIdBySession(counters, session, archive.archiveId());
        recordingId = RecordingPos.getRecordingId(counters, recordedCounter);
        await(publication::isConnected, "its connection");
        end.set(publication.position());
        await(() -> counters.getCounterValue(recordedCounter) >= end.get(), "its position");
        retained.set(begin.get());
    }

    private ExclusivePublication publish(final ChannelUriStringBuilder channel)
    {
        return host.orClose(folder, () -> host.aeron().addExclusivePublication(channel.build(), STREAM));
    }

    private String sessionChannel()
    {
        return new ChannelUriStringBuilder().media("ipc").sessionId(publication.sessionId()).build();
    }

    private void await(final BooleanSupplier condition, final String what)
    {
        final long deadline = System.nanoTime() + TIMEOUT_NS;
        while (!condition.getAsBoolean())
        {
            if (System.nanoTime() - deadline > 0)
            {
                if (!isClosed)
                {
                    host.close();
                }
                throw new StorageException(
                    StorageException.Kind.FAILED, "the archive in " + folder + " did not give " + what);
            }
            Thread.yield();
        }
    }

    @Override
    public int maxRecordLength()
    {
        return Math.min(publication.maxMessageLength(), segmentLength / 4);
    }

    @Override
    public long tryAppend(final long address, final int length)
    {
        if (length > maxRecordLength())
        {
            throw new IllegalArgumentException("record of " + length + " bytes, the most is " + maxRecordLength());
        }
        if (end.get() + length + (long)segmentLength - begin.get() > maxBytes)
        {
            return BACK_PRESSURE;
        }
        record.wrap(address, length);
        final long position = publication.offer(record, 0, length);
        if (position > 0)
        {
            end.set(position);
            return position;
        }
        if (position == ExclusivePublication.CLOSED || position == ExclusivePublication.NOT_CONNECTED ||
            position == ExclusivePublication.MAX_POSITION_EXCEEDED)
        {
            throw failed("takes no more");
        }
        return BACK_PRESSURE;
    }

    private StorageException failed(final String what)
    {
        final Throwable cause = host.failure();
        final String message = "the archive in " + folder + " " + what + ", restart the job" +
            (cause == null ? "" : ": " + cause.getMessage());
        return cause == null ? new StorageException(StorageException.Kind.FAILED, message) :
            new StorageException(StorageException.Kind.FAILED, message, cause);
    }

    @Override
    public long endPosition()
    {
        return end.get();
    }

    @Override
    public long commitPosition()
    {
        return Math.min(end.get(), counters.getCounterValue(recordedCounter));
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
            throw new StorageException(StorageException.Kind.DAMAGED, "the archive in " + folder +
                " holds positions " + begin.get() + " to " + end.get() + ", a reader wants to go on at " + position);
        }
        final ArchiveReader reader =
            new ArchiveReader(this, host, recordingId, STREAM + 1 + readers.length, position);
        final ArchiveReader[] more = Arrays.copyOf(readers, readers.length + 1);
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
        if (host.failure() != null || !RecordingPos.isActive(counters, recordedCounter, recordingId))
        {
            throw failed("has failed");
        }
        long least = Math.min(retained.get(), commitPosition());
        for (final ArchiveReader reader : readers)
        {
            least = Math.min(least, reader.released());
        }
        // One less: a replay holds the segment that it has just left until it is well into the next.
        final long keep =
            AeronArchive.segmentFileBasePosition(0, least, termLength, segmentLength) - segmentLength;
        if (keep <= begin.get())
        {
            return 0;
        }
        try
        {
            final int purged = (int)host.archive().purgeSegments(recordingId, keep);
            begin.set(keep);
            return purged;
        }
        catch (final ArchiveException e)
        {
            // A replay has not gone on yet: at a later call.
            return 0;
        }
    }

    @Override
    public void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        try
        {
            if (host.failure() == null && RecordingPos.isActive(counters, recordedCounter, recordingId))
            {
                await(() -> commitPosition() >= end.get(), "its last records");
            }
        }
        finally
        {
            for (final ArchiveReader reader : readers)
            {
                reader.close();
            }
            publication.close();
            host.close();
        }
    }
}
