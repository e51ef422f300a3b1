package io.millrace.engine.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Files that a library of its own writes through mappings, beside any {@link Storage}. */
public final class MappedFiles
{
    private MappedFiles()
    {
    }

    /**
     * Forces every file directly in a folder: that covers what was written through a mapping of it.
     *
     * @throws StorageException FAILED.
     */
    public static void force(final Path folder)
    {
        try (Stream<Path> files = Files.list(folder))
        {
            for (final Path file : (Iterable<Path>)files.filter(Files::isRegularFile)::iterator)
            {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE))
                {
                    channel.force(true);
                }
            }
        }
        catch (final IOException e)
        {
            throw new StorageException(
                StorageException.Kind.FAILED, "can't force the files in " + folder + ": " + e.getMessage(), e);
        }
    }
}
