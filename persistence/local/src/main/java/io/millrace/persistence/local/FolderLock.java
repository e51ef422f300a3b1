package io.millrace.persistence.local;

import io.millrace.engine.Failures;
import io.millrace.engine.storage.StorageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Holds a folder for one process. The system gives the lock back when the process ends, however it ends, so that a
 * lock file that is left behind is no obstacle; the file says who holds it.
 *
 * <p><b>Threading:</b> any thread.
 */
final class FolderLock implements AutoCloseable
{
    static final String FILE_NAME = "lock";
    private static final int MOST_TEXT = 1024;
    private static final int MOST_COMMAND = 200;
    /** Options of the virtual machine that are followed by their value. */
    private static final Set<String> WITH_VALUE = Set.of("-cp", "-classpath", "--class-path", "-p", "--module-path",
        "--add-exports", "--add-opens", "--add-modules", "--add-reads");
    /**
     * Folders that this process holds. The system's lock belongs to the process, and closing any descriptor of the
     * file gives it back: a second opener of the same process must not even open it.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(final Path folder, final FileChannel channel)
    {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws StorageException with a sentence about the folder, which its caller names.
     */
    static FolderLock take(final Path path)
    {
        synchronized (HELD)
        {
            try
            {
                final Path folder = path.toRealPath();
                if (HELD.contains(folder))
                {
                    throw new StorageException(StorageException.Kind.FAILED,
                        "it is in use already by this process (" + ProcessHandle.current().pid() + ")");
                }
                final FileChannel channel = FileChannel.open(folder.resolve(FILE_NAME), StandardOpenOption.CREATE,
                    StandardOpenOption.READ, StandardOpenOption.WRITE);
                boolean isTaken = false;
                try
                {
                    final FileLock lock = channel.tryLock();
                    if (lock == null)
                    {
                        throw new StorageException(StorageException.Kind.FAILED, "it is held by process " +
                            read(channel) + "; stop it, or choose another folder");
                    }
                    write(channel);
                    isTaken = true;
                    HELD.add(folder);
                    return new FolderLock(folder, channel);
                }
                finally
                {
                    if (!isTaken)
                    {
                        channel.close();
                    }
                }
            }
            catch (final IOException e)
            {
                throw new StorageException(
                    StorageException.Kind.FAILED, "it can't be locked: " + Failures.reason(e), e);
            }
        }
    }

    private static String read(final FileChannel channel) throws IOException
    {
        final ByteBuffer bytes = ByteBuffer.allocate(MOST_TEXT);
        channel.read(bytes, 0);
        final String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "that has not said who it is" : text;
    }

    private static void write(final FileChannel channel) throws IOException
    {
        final ProcessHandle self = ProcessHandle.current();
        final String command = command(self.info().arguments().orElse(new String[0]));
        final String shortened = command.length() > MOST_COMMAND ? command.substring(0, MOST_COMMAND) + "..." : command;
        final String text = self.pid() + " (" + shortened + ") on " + host() + "\n";
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    /** What was started, without the options of the machine that runs it. */
    private static String command(final String[] arguments)
    {
        int first = 0;
        while (first < arguments.length && arguments[first].startsWith("-") && !arguments[first].equals("-jar"))
        {
            first += WITH_VALUE.contains(arguments[first]) ? 2 : 1;
        }
        final StringBuilder command = new StringBuilder("java");
        for (int i = first; i < arguments.length; i++)
        {
            command.append(' ').append(arguments[i]);
        }
        return command.toString();
    }

    private static String host()
    {
        try
        {
            return InetAddress.getLocalHost().getHostName();
        }
        catch (final UnknownHostException e)
        {
            return "an unnamed host";
        }
    }

    @Override
    public void close()
    {
        synchronized (HELD)
        {
            try
            {
                channel.close();
            }
            catch (final IOException e)
            {
                throw new StorageException(
                    StorageException.Kind.FAILED, "can't unlock state folder " + folder + ": " + Failures.reason(e), e);
            }
            finally
            {
                HELD.remove(folder);
            }
        }
    }
}
