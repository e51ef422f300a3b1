package io.millrace.persistence.local;

import io.millrace.engine.log.Log;
import io.millrace.engine.log.LogContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

final class SegmentLogTest
{
    private abstract static class Contract extends LogContract
    {
        @TempDir
        Path root;

        abstract Durability durability();

        @Override
        protected Log open()
        {
            return new SegmentLog(new FileStorage(root), new SegmentLogContext().folder("journal")
                .segmentLength(64 * 1024).maxSegments(24).maxRecordLength(32 * 1024).durability(durability()));
        }

        @Override
        protected boolean isDurable()
        {
            return true;
        }
    }

    @Nested
    final class NotDurable extends Contract
    {
        @Override
        Durability durability()
        {
            return Durability.NONE;
        }
    }

    @Nested
    final class Asynchronous extends Contract
    {
        @Override
        Durability durability()
        {
            return Durability.ASYNC;
        }
    }

    @Nested
    final class Synchronous extends Contract
    {
        @Override
        Durability durability()
        {
            return Durability.SYNC;
        }
    }
}
