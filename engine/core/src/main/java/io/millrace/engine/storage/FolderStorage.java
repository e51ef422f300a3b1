package io.millrace.engine.storage;

import io.millrace.engine.Failures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.agrona.BufferUtil;

/**
 * A folder of the local machine. Files are read and written by position, never mapped: a full or failing disk is an
 * exception here and not a signal that ends the process.
 *
 * <p><b>Threading:</b> any thread; a file's reads and writes take turns, {@link StorageFile#force()} does not wait for
 * them. <b>Ownership:</b> files are their openers' to close.
 */
public class FolderStorage implements Storage
{
    /**
     * Bytes that are written at a time to allocate a file. Linux keeps what one write brings in one piece of memory
     * where it can, and a later small write looks through all of its piece: 200 bytes take 1,000 ns behind writes of
     * 1 MiB, 300 ns behind 64 KiB.
     */
    private static final int CHUNK = 64 * 1024;

    private final Path root;

    /** The folder is made when a file is; room in it is taken ahead only for files that are made with a length. */
    public FolderStorage(final Path root)
    {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public StorageFile create(final String name, final long length)
    {
        final Path path = resolve(name);
        ensureFolder(parent(path));
        boolean isWhole = false;
        try
        {
            Files.deleteIfExists(path);
            final FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try
            {
                fill(channel, length);
                isWhole = true;
            }
            finally
            {
                if (!isWhole)
                {
                    channel.close();
                    Files.deleteIfExists(path);
                }
            }
            return new FolderFile(this, name, path, channel);
        }
        catch (final IOException e)
        {
            throw failed("make", path, length, e);
        }
    }

    private static void fill(final FileChannel channel, final long length) throws IOException
    {
        final ByteBuffer zeros = ByteBuffer.allocateDirect((int)Math.min(CHUNK, length));
        try
        {
            for (long at = 0; at < length;)
            {
                zeros.clear().limit((int)Math.min(zeros.capacity(), length - at));
                at += channel.write(zeros, at);
            }
        }
        finally
        {
            BufferUtil.free(zeros);
        }
    }

    @Override
    public StorageFile open(final String name)
    {
        final Path path = resolve(name);
        try
        {
            return new FolderFile(
                this, name, path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
        }
        catch (final IOException e)
        {
            throw failed("open", path, 0, e);
        }
    }

    @Override
    public boolean exists(final String name)
    {
        return Files.exists(resolve(name));
    }

    @Override
    public List<String> list(final String folder)
    {
        final List<String> names = new ArrayList<>();
        final Path path = resolveFolder(folder);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path))
        {
            for (final Path entry : entries)
            {
                names.add(String.valueOf(entry.getFileName()));
            }
        }
        catch (final NoSuchFileException | NotDirectoryException e)
        {
            return List.of();
        }
        catch (final IOException | DirectoryIteratorException e)
        {
            throw failed("list", path, 0, e instanceof IOException io ? io : new IOException(e.getCause()));
        }
        names.sort(null);
        return names;
    }

    @Override
    public void rename(final String from, final String to)
    {
        final Path source = resolve(from);
        final Path target = resolve(to);
        ensureFolder(parent(target));
        try
        {
            Files.move(source, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        catch (final IOException e)
        {
            throw failed("rename to " + target.getFileName(), source, 0, e);
        }
    }

    @Override
    public void delete(final String name)
    {
        final Path path = resolve(name);
        try
        {
            Files.deleteIfExists(path);
        }
        catch (final IOException e)
        {
            throw failed("delete", path, 0, e);
        }
    }

    @Override
    public void syncFolder(final String folder)
    {
        final Path path = resolveFolder(folder);
        ensureFolder(path);
        forceFolder(path);
    }

    private void forceFolder(final Path path)
    {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ))
        {
            channel.force(true);
        }
        catch (final IOException e)
        {
            throw failed("force the folder", path, 0, e);
        }
    }

    /** The folder itself. */
    protected final Path root()
    {
        return root;
    }

    @Override
    public long freeBytes()
    {
        ensureFolder(root);
        try
        {
            return Files.getFileStore(root).getUsableSpace();
        }
        catch (final IOException e)
        {
            throw failed("ask for the free space of", root, 0, e);
        }
    }

    @Override
    public String describe(final String name)
    {
        return resolveFolder(name).toString();
    }

    /** Makes a folder and its parents last: a file in a folder that is gone after a crash would be gone too. */
    protected final void ensureFolder(final Path folder)
    {
        if (Files.isDirectory(folder))
        {
            return;
        }
        Path made = folder;
        try
        {
            Files.createDirectories(folder);
        }
        catch (final IOException e)
        {
            throw failed("make the folder", folder, 0, e);
        }
        while (!made.equals(root) && made.getParent() != null)
        {
            made = parent(made);
            forceFolder(made);
        }
        if (root.getParent() != null && Files.isReadable(parent(root)))
        {
            forceFolder(parent(root));
        }
    }

    private static Path parent(final Path path)
    {
        final Path parent = path.getParent();
        return parent == null ? path : parent;
    }

    private Path resolveFolder(final String folder)
    {
        return folder.isEmpty() ? root : resolve(folder);
    }

    private Path resolve(final String name)
    {
        for (final String part : name.split("/", -1))
        {
            if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\\') >= 0 ||
                part.indexOf('\0') >= 0)
            {
                throw new IllegalArgumentException("no name of a file in a folder: " + name);
            }
        }
        return root.resolve(name);
    }

    /**
     * @param needed bytes that were to be written: the system's message may be in any language, so that little free
     *               space says FULL too.
     */
    StorageException failed(final String what, final Path path, final long needed, final IOException e)
    {
        final String reason = Failures.reason(e);
        final String text = reason.toLowerCase(Locale.ROOT);
        final boolean isFull = text.contains("no space left") || text.contains("quota exceeded") ||
            needed > 0 && usable(path) < needed;
        if (isFull)
        {
            return new StorageException(StorageException.Kind.FULL,
                "can't " + what + " " + path + ": no space left (" + reason + "); free some, the job goes on by itself",
                e);
        }
        return new StorageException(StorageException.Kind.FAILED, "can't " + what + " " + path + ": " + reason, e);
    }

    private static long usable(final Path path)
    {
        try
        {
            return Files.getFileStore(parent(path)).getUsableSpace();
        }
        catch (final IOException e)
        {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public void close()
    {
        // Nothing is held but the files that were opened.
    }
}
