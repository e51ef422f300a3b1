package io.millrace.engine.connector.builtin;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.agrona.BufferUtil;

/**
 * A folder that a table names, as a storage of files that grow. Room is not allocated ahead: what others share a disk
 * with is not theirs to reserve.
 */
final class FolderStorage implements Storage
{
    private static final int COPY_LENGTH = 256 * 1024;

    private final Path root;

    FolderStorage(final Path root)
    {
        this.root = root;
    }

    @Override
    public StorageFile create(final String name, final long length)
    {
        return new ChannelFile(name, open(name, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public StorageFile open(final String name)
    {
        return new ChannelFile(name, open(name, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    private FileChannel open(final String name, final StandardOpenOption... options)
    {
        try
        {
            final Path path = root.resolve(name);
            Files.createDirectories(path.toAbsolutePath().getParent());
            return FileChannel.open(path, options);
        }
        catch (final IOException e)
        {
            throw failure("can't open", name, e);
        }
    }

    @Override
    public boolean exists(final String name)
    {
        return Files.exists(root.resolve(name));
    }

    @Override
    public List<String> list(final String folder)
    {
        try (Stream<Path> files = Files.list(root.resolve(folder)))
        {
            return files.map(path -> String.valueOf(path.getFileName())).sorted().toList();
        }
        catch (final NoSuchFileException e)
        {
            return List.of();
        }
        catch (final IOException e)
        {
            throw failure("can't list", folder, e);
        }
    }

    @Override
    public void rename(final String from, final String to)
    {
        try
        {
            Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        }
        catch (final IOException e)
        {
            throw failure("can't rename", from, e);
        }
    }

    @Override
    public void delete(final String name)
    {
        try
        {
            Files.deleteIfExists(root.resolve(name));
        }
        catch (final DirectoryNotEmptyException e)
        {
            throw new StorageException(StorageException.Kind.FAILED, describe(name) + " is not empty", e);
        }
        catch (final IOException e)
        {
            throw failure("can't delete", name, e);
        }
    }

    @Override
    public void syncFolder(final String folder)
    {
        try (FileChannel channel = FileChannel.open(root.resolve(folder), StandardOpenOption.READ))
        {
            channel.force(true);
        }
        catch (final IOException e)
        {
            throw failure("can't sync", folder, e);
        }
    }

    @Override
    public long freeBytes()
    {
        try
        {
            final FileStore store = Files.getFileStore(root);
            return store.getUsableSpace();
        }
        catch (final IOException e)
        {
            throw failure("can't measure", "", e);
        }
    }

    @Override
    public String describe(final String name)
    {
        return root.resolve(name).toString();
    }

    @Override
    public void close()
    {
        // Nothing is held but the files that were opened.
    }

    private StorageException failure(final String what, final String name, final IOException e)
    {
        final String reason = Failures.reason(e);
        final String known = reason.toLowerCase(Locale.ROOT);
        final boolean isFull = known.contains("no space left") || known.contains("quota exceeded");
        return new StorageException(isFull ? StorageException.Kind.FULL : StorageException.Kind.FAILED,
            what + " " + describe(name) + ": " + reason, e);
    }

    private final class ChannelFile implements StorageFile
    {
        private final String name;
        private final FileChannel channel;
        /** Between memory by address and the channel. */
        private final ByteBuffer copy = ByteBuffer.allocateDirect(COPY_LENGTH);
        private final long copyAddress = BufferUtil.address(copy);

        private ChannelFile(final String name, final FileChannel channel)
        {
            this.name = name;
            this.channel = channel;
        }

        @Override
        public String name()
        {
            return name;
        }

        @Override
        public long length()
        {
            try
            {
                return channel.size();
            }
            catch (final IOException e)
            {
                throw failure("can't measure", name, e);
            }
        }

        @Override
        public void write(final long offset, final long address, final int length)
        {
            try
            {
                for (int done = 0; done < length;)
                {
                    final int count = Math.min(COPY_LENGTH, length - done);
                    Memory.copy(address + done, copyAddress, count);
                    copy.clear().limit(count);
                    while (copy.hasRemaining())
                    {
                        channel.write(copy, offset + done + copy.position());
                    }
                    done += count;
                }
            }
            catch (final IOException e)
            {
                throw failure("can't write", name, e);
            }
        }

        @Override
        public int read(final long offset, final long address, final int length)
        {
            try
            {
                int done = 0;
                while (done < length)
                {
                    copy.clear().limit(Math.min(COPY_LENGTH, length - done));
                    final int count = channel.read(copy, offset + done);
                    if (count <= 0)
                    {
                        break;
                    }
                    Memory.copy(copyAddress, address + done, count);
                    done += count;
                }
                return done;
            }
            catch (final IOException e)
            {
                throw failure("can't read", name, e);
            }
        }

        @Override
        public void force()
        {
            try
            {
                channel.force(true);
            }
            catch (final IOException e)
            {
                throw failure("can't sync", name, e);
            }
        }

        @Override
        public void close()
        {
            try
            {
                channel.close();
            }
            catch (final IOException e)
            {
                throw failure("can't close", name, e);
            }
        }
    }
}
