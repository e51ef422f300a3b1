package io.millrace.node.simulation;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageException.Kind;
import io.millrace.engine.storage.StorageFile;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * One process's view of a {@link SimulatedDisk}: it ends with the process, which dies at the operation it was told to.
 * What is still called on it afterwards, while a job is torn down, does nothing.
 *
 * <p><b>Threading:</b> one thread.
 */
final class SimulatedStorage implements Storage
{
    private static final int MILLION = 1_000_000;
    /** Operations after a fault within which the process may die of it. */
    private static final int SOON = 24;
    private static final int LATER = 300;
    /** So many times as often fails the sync of a folder behind a rename: what is asked for has been done by then. */
    private static final int BEHIND_RENAME = 8;

    private final SimulatedDisk disk;
    private final SplittableRandom random;
    private final FaultCounts counts;
    private final Trace trace;
    private final LongSupplier steps;
    private DiskFaults faults = DiskFaults.NONE;
    private long operations;
    private long crashAt = Long.MAX_VALUE;
    /** Names below which operations count towards the crash. */
    private String crashBelow = "";
    /** Renames that complete something until the one that the process dies soon after; 0 for none. */
    private int milestones;
    /** The step up to which there is no room. */
    private long fullUntil;
    private boolean isDead;
    /** The folder in which a file was renamed last, until a folder is synced. */
    private String renamedIn = "";

    /**
     * @param steps how many duty cycles there have been: a full disk stays so for some of them.
     */
    SimulatedStorage(
        final SimulatedDisk disk, final SplittableRandom random, final FaultCounts counts, final Trace trace,
        final LongSupplier steps)
    {
        this.disk = disk;
        this.random = random;
        this.counts = counts;
        this.trace = trace;
        this.steps = steps;
    }

    void failWith(final DiskFaults chances)
    {
        faults = chances;
    }

    /** Dies in the operation that comes after {@code count} more of those whose name begins so. */
    void crashAfter(final long count, final String below)
    {
        crashAt = operations + count;
        crashBelow = below;
    }

    /** Dies soon after a number of files below a name have been put in their place. */
    void crashSoonAfter(final int renames, final String below)
    {
        milestones = renames;
        crashBelow = below;
    }

    /** The process has died by other means. */
    void die()
    {
        isDead = true;
    }

    boolean isDead()
    {
        return isDead;
    }

    long operations()
    {
        return operations;
    }

    /** Begins an operation that changes something: false where the process is dead. */
    private boolean begin(final String what, final String name, final long a, final long b)
    {
        if (isDead)
        {
            return false;
        }
        trace.add(what + " " + name, a, b, 0);
        if (mayCrashAt(name))
        {
            operations++;
            if (operations > crashAt)
            {
                crash(what + " " + name);
            }
        }
        if (!isFull() && isDrawn(faults.full(), name))
        {
            counts.add(Fault.DISK_FULL);
            fullUntil = steps.getAsLong() + random.nextInt(1, faults.fullFor() + 1);
        }
        return true;
    }

    private boolean mayCrashAt(final String name)
    {
        return name.startsWith(crashBelow);
    }

    private void crash(final String where)
    {
        trace.say("dies at " + where);
        isDead = true;
        throw new SimulatedCrash(where);
    }

    private boolean isDrawn(final int chance, final String name)
    {
        return chance > 0 && name.startsWith(faults.below()) && random.nextInt(MILLION) < chance;
    }

    private boolean isFull()
    {
        return steps.getAsLong() < fullUntil;
    }

    /** What fails is often followed by worse: the process may die while it deals with it. */
    private StorageException fault(final Fault fault, final Kind kind, final String what, final String name)
    {
        counts.add(fault);
        if (random.nextInt(1000) < faults.crashPermille())
        {
            crashBelow = "";
            crashAt = Math.min(crashAt, operations + random.nextInt(random.nextBoolean() ? SOON : LATER));
        }
        return error(kind, what, name);
    }

    private static StorageException error(final Kind kind, final String what, final String name)
    {
        return new StorageException(kind, "simulated: " + what + " " + name);
    }

    private SimulatedDisk.Inode inode(final String name)
    {
        final SimulatedDisk.Inode inode = disk.names().get(name);
        if (inode == null)
        {
            throw error(Kind.FAILED, "there is no", name);
        }
        return inode;
    }

    @Override
    public StorageFile create(final String name, final long length)
    {
        if (!begin("create", name, length, 0))
        {
            return new SimulatedFile(name, new SimulatedDisk.Inode());
        }
        if (isFull() || length > disk.freeBytes())
        {
            throw error(Kind.FULL, "no room for " + length + " bytes of", name);
        }
        if (isDrawn(faults.write(), name))
        {
            throw fault(Fault.WRITE_ERROR, Kind.FAILED, "can't create", name);
        }
        return new SimulatedFile(name, disk.create(name, Math.toIntExact(length)));
    }

    @Override
    public StorageFile open(final String name)
    {
        if (isDead)
        {
            return new SimulatedFile(name, new SimulatedDisk.Inode());
        }
        return new SimulatedFile(name, inode(name));
    }

    @Override
    public boolean exists(final String name)
    {
        return disk.names().containsKey(name) || disk.folders().contains(name);
    }

    @Override
    public List<String> list(final String folder)
    {
        final String prefix = folder.isEmpty() ? "" : folder + "/";
        final TreeSet<String> found = new TreeSet<>();
        for (final Iterable<String> all : List.of(disk.names().keySet(), disk.folders()))
        {
            for (final String name : all)
            {
                if (name.startsWith(prefix) && name.length() > prefix.length())
                {
                    final int slash = name.indexOf('/', prefix.length());
                    found.add(name.substring(prefix.length(), slash < 0 ? name.length() : slash));
                }
            }
        }
        return List.copyOf(found);
    }

    @Override
    public void rename(final String from, final String to)
    {
        if (begin("rename " + from, to, 0, 0))
        {
            inode(from);
            if (isDrawn(faults.write(), from))
            {
                throw fault(Fault.WRITE_ERROR, Kind.FAILED, "can't rename", from);
            }
            disk.rename(from, to);
            renamedIn = SimulatedDisk.folderOf(to);
            if (milestones > 0 && to.startsWith(crashBelow) && --milestones == 0)
            {
                crashBelow = "";
                crashAt = Math.min(crashAt, operations + random.nextInt(SOON));
            }
        }
    }

    @Override
    public void delete(final String name)
    {
        if (!begin("delete", name, 0, 0))
        {
            return;
        }
        if (disk.names().containsKey(name))
        {
            disk.delete(name);
        }
        else if (disk.folders().contains(name))
        {
            if (!list(name).isEmpty())
            {
                throw error(Kind.FAILED, "not empty:", name);
            }
            disk.folders().remove(name);
        }
    }

    @Override
    public void syncFolder(final String folder)
    {
        if (begin("sync", folder, 0, 0))
        {
            final boolean isBehindRename = folder.equals(renamedIn);
            renamedIn = "";
            if (isDrawn(isBehindRename ? BEHIND_RENAME * faults.force() : faults.force(), folder))
            {
                throw fault(Fault.FORCE_ERROR, Kind.FAILED, "can't sync", folder);
            }
            disk.syncFolder(folder);
        }
    }

    @Override
    public long freeBytes()
    {
        return isFull() ? 0 : disk.freeBytes();
    }

    @Override
    public String describe(final String name)
    {
        return "disk:" + name;
    }

    @Override
    public void close()
    {
    }

    private final class SimulatedFile implements StorageFile
    {
        private final String name;
        private final SimulatedDisk.Inode inode;

        private SimulatedFile(final String name, final SimulatedDisk.Inode inode)
        {
            this.name = name;
            this.inode = inode;
        }

        @Override
        public String name()
        {
            return name;
        }

        @Override
        public long length()
        {
            return inode.written.length;
        }

        @Override
        public void write(final long offset, final long address, final int length)
        {
            if (isDead)
            {
                return;
            }
            final byte[] bytes = new byte[length];
            Memory.copy(address, bytes, 0, length);
            final int at = Math.toIntExact(offset);
            if (operations >= crashAt && mayCrashAt(name))
            {
                disk.tear(inode, at, bytes, random.nextInt(length + 1));
            }
            begin("write", name, offset, java.util.Arrays.hashCode(bytes));
            final long growth = offset + length - inode.written.length;
            if (isFull() && (growth > 0 || faults.isCopyOnWrite()) || growth > disk.freeBytes())
            {
                throw error(Kind.FULL, "no room to write", name);
            }
            if (isDrawn(faults.write(), name))
            {
                throw fault(Fault.WRITE_ERROR, Kind.FAILED, "can't write", name);
            }
            if (isDrawn(faults.shortWrite(), name))
            {
                disk.tear(inode, at, bytes, random.nextInt(length + 1));
                throw fault(Fault.SHORT_WRITE, Kind.FAILED, "written in part:", name);
            }
            disk.write(inode, at, bytes, length);
        }

        @Override
        public int read(final long offset, final long address, final int length)
        {
            if (isDead || offset >= inode.written.length)
            {
                return 0;
            }
            if (isDrawn(faults.read(), name))
            {
                throw fault(Fault.READ_ERROR, Kind.FAILED, "can't read", name);
            }
            final int count = (int)Math.min(length, inode.written.length - offset);
            Memory.copy(inode.written, (int)offset, address, count);
            return count;
        }

        @Override
        public void force()
        {
            if (begin("force", name, 0, 0))
            {
                if (isDrawn(faults.force(), name))
                {
                    if (faults.isForgetful())
                    {
                        disk.failForce(inode);
                    }
                    throw fault(Fault.FORCE_ERROR, Kind.FAILED, "can't force", name);
                }
                disk.force(inode);
            }
        }

        @Override
        public void close()
        {
        }
    }
}
