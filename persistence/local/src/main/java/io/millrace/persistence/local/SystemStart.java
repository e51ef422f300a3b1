package io.millrace.persistence.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What differs from one start of the operating system to the next: what was not forced is sure to last as long. */
final class SystemStart
{
    private SystemStart()
    {
    }

    /** "" where that can't be known. */
    static String here()
    {
        try
        {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        }
        catch (final IOException e)
        {
            return "";
        }
    }
}
