package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A storage in memory whose bytes a test can look at, keep and change, and that can be full or broken. */
final class MemoryStorageFixture implements Storage
{
    /** A file's bytes, which outlive its name as long as it is open. */
    static final class Content
    {
        byte[] bytes;

        Content(final byte[] bytes)
        {
            this.bytes = bytes;
        }
    }

    final Map<String, Content> files = new TreeMap<>();
    long capacity = Long.MAX_VALUE;
    boolean isWriteBroken;
    boolean isForceBroken;
    /** What was written since it was forced. */
    final Set<Content> unforced = new HashSet<>();
    /** Folders in which a name has changed since they were synced. */
    final Set<String> unsynced = new TreeSet<>();
    boolean isSyncBroken;
    int forces;
    /** Least offset that anything was written at in a segment. */
    long firstWritten = Long.MAX_VALUE;

    Map<String, byte[]> copy()
    {
        final Map<String, byte[]> copy = new TreeMap<>();
        files.forEach((name, content) -> copy.put(name, content.bytes.clone()));
        return copy;
    }

    void restore(final Map<String, byte[]> copy)
    {
        files.clear();
        copy.forEach((name, bytes) -> files.put(name, new Content(bytes.clone())));
    }

    byte[] bytes(final String name)
    {
        return files.get(name).bytes;
    }

    private StorageException full(final String name)
    {
        return new StorageException(StorageException.Kind.FULL, "no space left for " + name);
    }

    @Override
    public StorageFile create(final String name, final long length)
    {
        files.remove(name);
        if (length > freeBytes())
        {
            throw full(name);
        }
        files.put(name, new Content(new byte[(int)length]));
        unsynced.add(folder(name));
        return open(name);
    }

    private static String folder(final String name)
    {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    @Override
    public StorageFile open(final String name)
    {
        final Content content = files.get(name);
        if (content == null)
        {
            throw new StorageException(StorageException.Kind.FAILED, "no file " + name);
        }
        return new OpenFile(name, content);
    }

    private final class OpenFile implements StorageFile
    {
        private final String name;
        private final Content content;

        private OpenFile(final String name, final Content content)
        {
            this.name = name;
            this.content = content;
        }

        @Override
        public String name()
        {
            return name;
        }

        @Override
        public long length()
        {
            return content.bytes.length;
        }

        @Override
        public void write(final long offset, final long address, final int length)
        {
            if (isWriteBroken)
            {
                Memory.copy(address, content.bytes, (int)offset,
                    (int)Math.max(0, Math.min(length / 3, content.bytes.length - offset)));
                throw new StorageException(StorageException.Kind.FAILED, "input/output error: " + name);
            }
            if (name.endsWith(".segment"))
            {
                firstWritten = Math.min(firstWritten, offset);
            }
            final int grown = (int)Math.max(0, offset + length - content.bytes.length);
            if (grown > 0 && grown > freeBytes())
            {
                throw full(name);
            }
            if (grown > 0)
            {
                content.bytes = Arrays.copyOf(content.bytes, content.bytes.length + grown);
            }
            Memory.copy(address, content.bytes, (int)offset, length);
            unforced.add(content);
        }

        @Override
        public int read(final long offset, final long address, final int length)
        {
            final int count = (int)Math.max(0, Math.min(length, content.bytes.length - offset));
            if (count > 0)
            {
                Memory.copy(content.bytes, (int)offset, address, count);
            }
            return count;
        }

        @Override
        public void force()
        {
            forces++;
            if (isForceBroken)
            {
                throw new StorageException(StorageException.Kind.FAILED, "input/output error: " + name);
            }
            unforced.remove(content);
        }

        @Override
        public void close()
        {
        }
    }

    @Override
    public boolean exists(final String name)
    {
        return files.containsKey(name) || files.keySet().stream().anyMatch(other -> other.startsWith(name + "/"));
    }

    @Override
    public List<String> list(final String folder)
    {
        final String prefix = folder.isEmpty() ? "" : folder + "/";
        return files.keySet().stream().filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()).split("/", 2)[0]).distinct().sorted().toList();
    }

    @Override
    public void rename(final String from, final String to)
    {
        final Content content = files.remove(from);
        if (content == null)
        {
            throw new StorageException(StorageException.Kind.FAILED, "no file " + from);
        }
        files.put(to, content);
        unsynced.add(folder(from));
        unsynced.add(folder(to));
    }

    @Override
    public void delete(final String name)
    {
        if (files.remove(name) != null)
        {
            unsynced.add(folder(name));
        }
    }

    @Override
    public void syncFolder(final String folder)
    {
        if (isSyncBroken)
        {
            throw new StorageException(StorageException.Kind.FAILED, "input/output error: " + folder);
        }
        unsynced.remove(folder);
    }

    @Override
    public long freeBytes()
    {
        return capacity - files.values().stream().mapToLong(content -> content.bytes.length).sum();
    }

    @Override
    public String describe(final String name)
    {
        return "/state/" + name;
    }

    @Override
    public void close()
    {
    }
}
