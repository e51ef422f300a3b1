package io.millrace.persistence.local;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A small file system of its own, which can really be full. Only the superuser can make one: without it tests skip. */
final class TmpfsFixture implements AutoCloseable
{
    private final Path folder;

    TmpfsFixture(final Path folder, final int megabytes)
    {
        this.folder = folder;
        Assumptions.assumeTrue(
            run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "millrace-test", folder.toString()),
            "may not mount a file system");
    }

    private static boolean run(final String... command)
    {
        try
        {
            return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().onExit().join().exitValue() == 0;
        }
        catch (final IOException e)
        {
            return false;
        }
    }

    Path folder()
    {
        return folder;
    }

    @Override
    public void close()
    {
        if (!run("umount", folder.toString()))
        {
            run("umount", "-l", folder.toString());
        }
    }
}
