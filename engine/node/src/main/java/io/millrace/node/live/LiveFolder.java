package io.millrace.node.live;

import io.millrace.engine.Failures;
import io.millrace.engine.live.LiveReader;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the jobs of one user show themselves: a folder in shared memory with a file for each process. A state folder
 * has a link to the file of its job: on a disk that is busy a store into a mapped file can stall for many milliseconds,
 * and an agent that counts must not wait for a disk.
 */
record LiveFolder(Path path)
{
    /** Of a state folder: the link to its job's file while it runs, the file itself after its end. */
    static final String NAME = "counters";
    /** Names another folder than the usual one. */
    static final String PROPERTY = "millrace.live.folder";

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final long KEPT_MS = 3_600_000;

    /** The usual folder of this user. */
    static LiveFolder ofUser()
    {
        final String given = System.getProperty(PROPERTY);
        if (given != null)
        {
            return new LiveFolder(Path.of(given));
        }
        final Path memory = Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY :
            Path.of(System.getProperty("java.io.tmpdir"));
        return new LiveFolder(memory.resolve("millrace-" + System.getProperty("user.name")));
    }

    Path fileOf(final long processId)
    {
        return path.resolve(Long.toString(processId));
    }

    /** Makes the folder, for this user alone, and clears away what dead processes left long ago. */
    void prepare() throws IOException
    {
        try
        {
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rwx------")));
        }
        catch (final FileAlreadyExistsException e)
        {
            final PosixFileAttributes found =
                Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isDirectory() || !PosixFilePermissions.toString(found.permissions()).equals("rwx------"))
            {
                throw new IOException(path + " is not a folder of this user alone", e);
            }
        }
        for (final Path file : files())
        {
            clear(file);
        }
    }

    private static void clear(final Path file) throws IOException
    {
        if (ProcessHandle.of(Long.parseLong(file.getFileName().toString())).isPresent())
        {
            return;
        }
        final long nowMs = System.currentTimeMillis();
        try
        {
            if (nowMs - LiveReader.heartbeatMs(file) > KEPT_MS)
            {
                Files.deleteIfExists(file);
            }
        }
        catch (final IOException e)
        {
            // One that is just being made, or of another version: it goes once it is old.
            if (Files.exists(file) && nowMs - Files.getLastModifiedTime(file).toMillis() > KEPT_MS)
            {
                Files.deleteIfExists(file);
            }
        }
    }

    /** The processes' files, dead ones among them. */
    List<Path> files()
    {
        if (!Files.isDirectory(path))
        {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path))
        {
            return files.filter(file -> file.getFileName().toString().matches("\\d{1,18}")).sorted().toList();
        }
        catch (final IOException e)
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, "can't list " + path + ": " + Failures.reason(e));
        }
    }
}
