package io.millrace.persistence.local;

import java.io.IOException;
import java.nio.file.Path;

/** A process that holds a folder until it is killed or its input ends. */
final class LockHolderFixture
{
    private LockHolderFixture()
    {
    }

    public static void main(final String[] args) throws IOException
    {
        new FileStorage(Path.of(args[0])).lock();
        System.out.print('L');
        System.out.flush();
        System.in.read();
    }
}
