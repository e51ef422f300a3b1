package io.millrace.engine.storage;

import io.millrace.codecs.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A disk in memory that dies. What was not forced may be lost: of a file any part behind what was forced, of a folder
 * the latest changes.
 */
public final class DiskFixture implements Storage
{
    /** The process died here; what was being done may be half done. */
    public static final class Crash extends RuntimeException
    {
        private static final long serialVersionUID = 1L;

        Crash()
        {
            super("crash");
        }
    }

    /** Counts down to a crash, on all disks that share it. */
    public static final class Fuse
    {
        private int left = Integer.MAX_VALUE;

        /** Crashes at the {@code steps}-th change from now. */
        public void set(final int steps)
        {
            left = steps;
        }

        boolean burns()
        {
            left--;
            return left == 0;
        }
    }

    private static final class Content
    {
        private byte[] now = {};
        private byte[] forced = {};
    }

    private final TreeMap<String, List<TreeMap<String, Content>>> folders = new TreeMap<>();
    private final Fuse fuse;
    private boolean isFull;

    public DiskFixture(final Fuse fuse)
    {
        this.fuse = fuse;
    }

    /** From now on nothing can be written. */
    public void fill(final boolean toTheBrim)
    {
        isFull = toTheBrim;
    }

    /** What is left when the power fails now. */
    public void fail(final SplittableRandom random)
    {
        for (final List<TreeMap<String, Content>> history : folders.values())
        {
            final TreeMap<String, Content> left = history.get(random.nextInt(history.size()));
            history.clear();
            history.add(left);
            for (final Content content : left.values())
            {
                final int forced = content.forced.length;
                final int extra = Math.max(0, content.now.length - forced);
                final byte[] kept = Arrays.copyOf(content.forced, forced + random.nextInt(extra + 1));
                System.arraycopy(content.now, forced, kept, forced, kept.length - forced);
                content.now = kept;
                content.forced = kept.clone();
            }
        }
    }

    /** Replaces the bytes of a file, as if they had rotted. */
    public void replace(final String name, final byte[] bytes)
    {
        content(name).now = bytes;
    }

    public byte[] bytes(final String name)
    {
        return content(name).now.clone();
    }

    private static String folderOf(final String name)
    {
        final int slash = name.lastIndexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }

    private static String leafOf(final String name)
    {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private TreeMap<String, Content> now(final String folder)
    {
        final List<TreeMap<String, Content>> history = folders.computeIfAbsent(folder, f ->
        {
            final List<TreeMap<String, Content>> first = new ArrayList<>();
            first.add(new TreeMap<>());
            return first;
        });
        return history.get(history.size() - 1);
    }

    private TreeMap<String, Content> change(final String folder)
    {
        final TreeMap<String, Content> changed = new TreeMap<>(now(folder));
        folders.get(folder).add(changed);
        return changed;
    }

    private Content content(final String name)
    {
        final Content content = now(folderOf(name)).get(leafOf(name));
        if (content == null)
        {
            throw new StorageException(StorageException.Kind.FAILED, "no file " + name);
        }
        return content;
    }

    private void step()
    {
        if (fuse.burns())
        {
            throw new Crash();
        }
    }

    private void requireRoom(final String name)
    {
        if (isFull)
        {
            throw new StorageException(StorageException.Kind.FULL, name + ": no space left on the disk");
        }
    }

    @Override
    public StorageFile create(final String name, final long length)
    {
        step();
        requireRoom(name);
        final Content content = new Content();
        content.now = new byte[(int)length];
        change(folderOf(name)).put(leafOf(name), content);
        return new Open(name, content);
    }

    @Override
    public StorageFile open(final String name)
    {
        return new Open(name, content(name));
    }

    @Override
    public boolean exists(final String name)
    {
        return now(folderOf(name)).containsKey(leafOf(name));
    }

    @Override
    public List<String> list(final String folder)
    {
        final List<String> names = new ArrayList<>(now(folder).keySet());
        for (final String other : folders.keySet())
        {
            if (!other.isEmpty() && !other.equals(folder) && folderOf(other).equals(folder))
            {
                names.add(leafOf(other));
            }
        }
        return names;
    }

    @Override
    public void rename(final String from, final String to)
    {
        step();
        final Content content = content(from);
        final TreeMap<String, Content> changed = change(folderOf(from));
        changed.remove(leafOf(from));
        changed.put(leafOf(to), content);
    }

    @Override
    public void delete(final String name)
    {
        step();
        change(folderOf(name)).remove(leafOf(name));
    }

    @Override
    public void syncFolder(final String folder)
    {
        step();
        final TreeMap<String, Content> kept = now(folder);
        folders.get(folder).clear();
        folders.get(folder).add(kept);
    }

    @Override
    public long freeBytes()
    {
        return isFull ? 0 : Long.MAX_VALUE;
    }

    @Override
    public String describe(final String name)
    {
        return name;
    }

    @Override
    public void close()
    {
        // A disk outlives who uses it.
    }

    private final class Open implements StorageFile
    {
        private final String name;
        private final Content content;

        private Open(final String name, final Content content)
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
            return content.now.length;
        }

        @Override
        public void write(final long offset, final long address, final int length)
        {
            requireRoom(name);
            final boolean isTorn = fuse.burns();
            final int written = isTorn ? length / 2 : length;
            content.now = Arrays.copyOf(content.now, Math.max(content.now.length, (int)offset + written));
            Memory.copy(address, content.now, (int)offset, written);
            if (isTorn)
            {
                throw new Crash();
            }
        }

        @Override
        public int read(final long offset, final long address, final int length)
        {
            final int count = (int)Math.max(0, Math.min(length, content.now.length - offset));
            Memory.copy(content.now, (int)offset, address, count);
            return count;
        }

        @Override
        public void force()
        {
            step();
            content.forced = content.now.clone();
        }

        @Override
        public void close()
        {
            // Nothing is held.
        }
    }
}
