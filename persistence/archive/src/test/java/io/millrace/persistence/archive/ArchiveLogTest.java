package io.millrace.persistence.archive;

import io.millrace.engine.log.Log;
import io.millrace.engine.log.LogContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class ArchiveLogTest extends LogContract
{
    @TempDir
    private Path root;

    @Override
    protected Log open()
    {
        return new ArchiveLog(root.resolve("archive"), 256 * 1024, 12, false);
    }

    @Override
    protected boolean isDurable()
    {
        return true;
    }
}
