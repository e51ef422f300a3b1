package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.snapshot.Manifest;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes the files that every later release must read, once for each format: {@code FixtureFiles FOLDER}. They go to
 * {@code src/test/resources/fixtures/vN} and are never written again.
 */
final class FixtureFiles
{
    static final int RECORDS = 12;
    static final int SEGMENT_LENGTH = 4096;

    private FixtureFiles()
    {
    }

    /** Length of the record number {@code i} of the log and of a part, all bytes of which are {@code i}. */
    static int length(final int i)
    {
        return 1 + 167 * i % 900;
    }

    static SegmentLogContext context()
    {
        return new SegmentLogContext().folder("log").segmentLength(SEGMENT_LENGTH).maxSegments(8).spareSegments(0)
            .maxRecordLength(1000).durability(Durability.SYNC).systemStart("fixture");
    }

    public static void main(final String[] args)
    {
        final long record = Memory.allocate(SEGMENT_LENGTH);
        try (FileStorage storage = new FileStorage(Path.of(args[0]));
            SegmentLog log = new SegmentLog(storage, context());
            FileCheckpointStore store = new FileCheckpointStore(storage, "checkpoints"))
        {
            final CheckpointStore.Draft draft = store.begin(3);
            for (int i = 0; i < RECORDS; i++)
            {
                Memory.fill(record, length(i), (byte)i);
                log.doWork();
                log.tryAppend(record, length(i));
                draft.append("shard-" + i % 2, record, length(i));
            }
            log.doWork();
            draft.complete(new Manifest(3, Map.of("entry", "41", "job", "SELECT 'ä=1'")));
            draft.force();
            draft.close();
        }
        Memory.free(record);
    }
}
