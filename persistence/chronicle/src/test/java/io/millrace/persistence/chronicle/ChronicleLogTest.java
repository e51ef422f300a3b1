package io.millrace.persistence.chronicle;

import io.millrace.engine.log.Log;
import io.millrace.engine.log.LogContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class ChronicleLogTest extends LogContract
{
    @TempDir
    private Path root;

    @Override
    protected Log open()
    {
        return new ChronicleLog(root.resolve("queue"), 128 * 1024, 16);
    }

    @Override
    protected boolean isDurable()
    {
        return true;
    }
}
