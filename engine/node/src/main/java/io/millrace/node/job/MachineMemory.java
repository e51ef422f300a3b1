package io.millrace.node.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this process may count on: the machine's, or its container's limit. */
final class MachineMemory
{
    private static final long USUAL_BYTES = 4L << 30;

    private MachineMemory()
    {
    }

    static long bytes()
    {
        long bytes = USUAL_BYTES;
        try
        {
            for (final String line : Files.readAllLines(Path.of("/proc/meminfo")))
            {
                if (line.startsWith("MemTotal:"))
                {
                    bytes = Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
            final String limit = Files.readString(Path.of("/sys/fs/cgroup/memory.max")).trim();
            return limit.matches("[0-9]{1,18}") ? Math.min(bytes, Long.parseLong(limit)) : bytes;
        }
        catch (final IOException e)
        {
            return bytes;
        }
    }
}
