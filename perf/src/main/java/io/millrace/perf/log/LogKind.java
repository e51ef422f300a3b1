package io.millrace.perf.log;

import io.millrace.engine.log.Log;
import io.millrace.persistence.archive.ArchiveLog;
import io.millrace.persistence.chronicle.ChronicleLog;
import io.millrace.persistence.local.Durability;
import io.millrace.persistence.local.FileStorage;
import io.millrace.persistence.local.SegmentLog;
import io.millrace.persistence.local.SegmentLogContext;
import java.nio.file.Path;

/** A provider with a guarantee. */
enum LogKind
{
    SEGMENT_ASYNC, CHRONICLE, ARCHIVE, SEGMENT_SYNC, ARCHIVE_SYNC;

    /** Opens a log of at most {@code maxSegments} files of {@code segmentLength} bytes. */
    Log open(final Path folder, final int segmentLength, final int maxSegments)
    {
        return switch (this)
        {
            case SEGMENT_ASYNC -> segments(folder, segmentLength, maxSegments, Durability.ASYNC);
            case SEGMENT_SYNC -> segments(folder, segmentLength, maxSegments, Durability.SYNC);
            case CHRONICLE -> new ChronicleLog(folder, segmentLength, maxSegments);
            case ARCHIVE -> new ArchiveLog(folder, segmentLength, maxSegments, false);
            case ARCHIVE_SYNC -> new ArchiveLog(folder, segmentLength, maxSegments, true);
        };
    }

    private static Log segments(
        final Path folder, final int segmentLength, final int maxSegments, final Durability durability)
    {
        return new SegmentLog(new FileStorage(folder), new SegmentLogContext().folder("log")
            .segmentLength(segmentLength).maxSegments(maxSegments).durability(durability));
    }
}
