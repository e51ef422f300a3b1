package io.millrace.engine.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.storage.StorageException;
import org.junit.jupiter.api.Test;

/** What is refused of a snapshot; what is made of one, shards show. */
final class SnapshotReaderTest
{
    private static final SnapshotReader.Handler NOTHING = new SnapshotReader.Handler()
    {
        @Override
        public void onBegin(final long checkpoint, final long entry, final long[] nextNumbers)
        {
            assertEquals(3, checkpoint);
        }

        @Override
        public void onRecord(final short kind, final int id, final long body, final long length)
        {
            throw new AssertionError("a record of kind " + kind);
        }

        @Override
        public void onEnd()
        {
            throw new AssertionError("an end");
        }
    };

    @Test
    void shouldRefuseWhatAnotherVersionWrote()
    {
        try (MemoryLog log = new MemoryLog(1 << 20); SnapshotWriter writer = new SnapshotWriter(log, 0);
            Log.Reader batches = log.newReader(0))
        {
            writer.open(3, 41, new long[]{7});
            assertTrue(writer.flush());
            assertEquals(1, batches.poll((batch, length) ->
            {
                read(batch, length);
                final long begin = RecordDescriptor.payload(RecordDescriptor.firstRecord(batch));
                refuse(begin + SnapshotDescriptor.BEGIN_VERSION_OFFSET, batch, length, "shard-0: its snapshot");
                refuse(batch + RecordDescriptor.BATCH_VERSION_OFFSET, batch, length, "shard-0");
                return true;
            }, 1));
        }
    }

    private static void refuse(final long version, final long batch, final int length, final String where)
    {
        Memory.putInt(version, 2);
        final StorageException e = assertThrows(StorageException.class, () -> read(batch, length));
        Memory.putInt(version, 1);
        assertEquals(StorageException.Kind.OTHER_VERSION, e.kind());
        assertEquals(where + " has format version 2, this Millrace reads version 1; run the release that wrote it, " +
            "or a newer one", e.getMessage());
    }

    private static void read(final long batch, final int length)
    {
        try (SnapshotReader reader = new SnapshotReader("shard-0", NOTHING))
        {
            reader.onRecord(batch, length);
        }
    }
}
