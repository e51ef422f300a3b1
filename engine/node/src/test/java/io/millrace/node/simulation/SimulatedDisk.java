package io.millrace.node.simulation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A disk in memory that outlives the processes using it. Every file has the bytes that were written (what a process
 * sees, and what stays when it dies) and those that were forced (what stays when the machine dies); names likewise.
 *
 * <p>When the machine dies, of the sectors written since the last force any may survive, and of the creations, renames
 * and deletions since the folder was synced any may be undone. A failed force may have lost what it should have made
 * last, although the process still reads it.
 *
 * <p><b>Threading:</b> one thread.
 */
final class SimulatedDisk
{
    static final int SECTOR = 512;

    /** A file's bytes, whatever its name. */
    static final class Inode
    {
        byte[] written = new byte[0];
        byte[] durable = new byte[0];
        /** Sectors that differ from what was forced, by number. */
        final BitSet dirty = new BitSet();
        /** Sectors that a failed force has lost: only the cache still has them. */
        final BitSet lost = new BitSet();
        /** Whether the cache has been dropped that had them. */
        private boolean hasForgotten;
        /** Number of the last write to a sector, to tell whether a later one survived an earlier one. */
        final TreeMap<Integer, Long> writes = new TreeMap<>();
        /** Where a bit was turned, until something is written there; −1 for nowhere. */
        private int turnedAt = -1;
        private int turnedBit;
        /** Where a bit is still turned of what was forced, since what was written there was not; −1 for nowhere. */
        private int beneathAt = -1;
        private int beneathBit;

        /** Whether bytes are not what was written, since a force failed and the process has died. */
        boolean hasForgotten()
        {
            return hasForgotten;
        }

        boolean isTurned()
        {
            return turnedAt >= 0;
        }

        /** Turns a bit at rest, in place of any that was turned before. */
        void turn(final int at, final int bit)
        {
            turnBack();
            turnedAt = at;
            turnedBit = bit;
            turn();
        }

        void turnBack()
        {
            if (turnedAt >= 0)
            {
                turn();
                turnedAt = -1;
            }
            turnBackBeneath();
        }

        private void turnBackBeneath()
        {
            if (beneathAt >= 0)
            {
                durable[beneathAt] ^= (byte)beneathBit;
                beneathAt = -1;
            }
        }

        /** What was written over the turned bit: without a force the bit comes back with what is beneath. */
        private void cover()
        {
            if (turnedAt < durable.length)
            {
                turnBackBeneath();
                beneathAt = turnedAt;
                beneathBit = turnedBit;
            }
            turnedAt = -1;
        }

        /** What was written is gone: the bit that was turned beneath shows again, unless another one is turned. */
        private void uncover()
        {
            if (beneathAt >= 0 && turnedAt < 0)
            {
                turnedAt = beneathAt;
                turnedBit = beneathBit;
                beneathAt = -1;
            }
            turnBackBeneath();
        }

        /** The byte in which a bit is turned, −1 where none is. */
        private int turnedByte()
        {
            return turnedAt < 0 || turnedAt >= written.length ? -1 : written[turnedAt] & 0xFF;
        }

        private void turn()
        {
            written[turnedAt] ^= (byte)turnedBit;
            if (turnedAt < durable.length)
            {
                durable[turnedAt] ^= (byte)turnedBit;
            }
        }

        void resize(final int length)
        {
            if (length > written.length)
            {
                final int from = written.length / SECTOR;
                written = java.util.Arrays.copyOf(written, length);
                dirty.set(from, sectors(length));
            }
        }

        private static int sectors(final int length)
        {
            return (length + SECTOR - 1) / SECTOR;
        }

        private boolean isLike(final Inode other)
        {
            return other != null && turnedAt == other.turnedAt && java.util.Arrays.equals(written, other.written);
        }

        private Inode copy()
        {
            final Inode copy = new Inode();
            copy.written = written.clone();
            copy.durable = durable.clone();
            copy.dirty.or(dirty);
            copy.lost.or(lost);
            copy.hasForgotten = hasForgotten;
            copy.turnedAt = turnedAt;
            copy.turnedBit = turnedBit;
            copy.beneathAt = beneathAt;
            copy.beneathBit = beneathBit;
            return copy;
        }
    }

    private enum Kind
    {
        CREATE(Fault.CREATE_UNDONE), RENAME(Fault.RENAME_UNDONE), DELETE(Fault.DELETE_UNDONE);

        private final Fault undone;

        Kind(final Fault undone)
        {
            this.undone = undone;
        }
    }

    /** A change of names that is not durable yet. */
    private record Change(Kind kind, String name, String from, Inode inode, TreeSet<String> unsynced)
    {
    }

    private final SplittableRandom random;
    private final FaultCounts counts;
    private final long capacity;
    private TreeMap<String, Inode> names = new TreeMap<>();
    private TreeMap<String, Inode> durableNames = new TreeMap<>();
    private final TreeSet<String> folders = new TreeSet<>();
    private final List<Change> changes = new ArrayList<>();
    private long writeNumber;
    private boolean isTorn;

    SimulatedDisk(final SplittableRandom random, final FaultCounts counts, final long capacity)
    {
        this.random = random;
        this.counts = counts;
        this.capacity = capacity;
    }

    static String folderOf(final String name)
    {
        return name.lastIndexOf('/') < 0 ? "" : name.substring(0, name.lastIndexOf('/'));
    }

    TreeMap<String, Inode> names()
    {
        return names;
    }

    TreeSet<String> folders()
    {
        return folders;
    }

    long freeBytes()
    {
        long used = 0;
        for (final Inode inode : names.values())
        {
            used += inode.written.length;
        }
        return Math.max(0, capacity - used);
    }

    Inode create(final String name, final int length)
    {
        for (String folder = folderOf(name); !folder.isEmpty(); folder = folderOf(folder))
        {
            folders.add(folder);
        }
        final Inode inode = new Inode();
        inode.resize(length);
        names.put(name, inode);
        change(Kind.CREATE, name, "", inode);
        return inode;
    }

    /** Somebody takes a folder away; nothing of it comes back. */
    void remove(final String folder)
    {
        names.keySet().removeIf(name -> name.startsWith(folder + "/"));
        durableNames.keySet().removeIf(name -> name.startsWith(folder + "/"));
        changes.removeIf(change -> change.name.startsWith(folder + "/"));
        folders.remove(folder);
    }

    void rename(final String from, final String to)
    {
        final Inode inode = names.remove(from);
        names.put(to, inode);
        change(Kind.RENAME, to, from, inode);
    }

    void delete(final String name)
    {
        change(Kind.DELETE, name, "", names.remove(name));
    }

    private void change(final Kind kind, final String name, final String from, final Inode inode)
    {
        final TreeSet<String> unsynced = new TreeSet<>();
        unsynced.add(folderOf(name));
        if (kind == Kind.RENAME)
        {
            unsynced.add(folderOf(from));
        }
        changes.add(new Change(kind, name, from, inode, unsynced));
    }

    void syncFolder(final String folder)
    {
        for (final Iterator<Change> all = changes.iterator(); all.hasNext();)
        {
            final Change change = all.next();
            if (change.unsynced.remove(folder) && change.unsynced.isEmpty())
            {
                apply(change);
                all.remove();
            }
        }
    }

    private void apply(final Change change)
    {
        switch (change.kind)
        {
            case CREATE -> durableNames.put(change.name, change.inode);
            case RENAME ->
            {
                durableNames.put(change.name, change.inode);
                durableNames.remove(change.from, change.inode);
            }
            case DELETE -> durableNames.remove(change.name, change.inode);
            default -> throw new IllegalArgumentException();
        }
    }

    void write(final Inode inode, final int offset, final byte[] bytes, final int length)
    {
        if (length == 0)
        {
            return;
        }
        inode.resize(offset + length);
        System.arraycopy(bytes, 0, inode.written, offset, length);
        if (inode.turnedAt >= offset && inode.turnedAt < offset + length)
        {
            inode.cover();
        }
        writeNumber++;
        for (int sector = offset / SECTOR; sector * SECTOR < offset + length; sector++)
        {
            inode.dirty.set(sector);
            inode.lost.clear(sector);
            inode.writes.put(sector, writeNumber);
        }
    }

    /** A write that did not come to its end. */
    void tear(final Inode inode, final int offset, final byte[] bytes, final int length)
    {
        isTorn = true;
        write(inode, offset, bytes, length);
    }

    /** Whether anything has happened that may leave half a record, since this was asked. */
    boolean hasTorn()
    {
        final boolean was = isTorn;
        isTorn = false;
        return was;
    }

    void force(final Inode inode)
    {
        keep(inode, inode.dirty);
        inode.durable = fit(inode.durable, inode.written.length);
        inode.dirty.clear();
        inode.writes.clear();
    }

    /** The force failed: the sectors it should have written count as written, and some are not. */
    void failForce(final Inode inode)
    {
        isTorn = true;
        final BitSet kept = subset(inode.dirty);
        keep(inode, kept);
        inode.dirty.andNot(kept);
        inode.lost.or(inode.dirty);
        inode.dirty.clear();
        inode.writes.clear();
    }

    private BitSet subset(final BitSet of)
    {
        final BitSet subset = new BitSet();
        of.stream().filter(sector -> random.nextBoolean()).forEach(subset::set);
        return subset;
    }

    private static byte[] fit(final byte[] bytes, final int length)
    {
        return bytes.length == length ? bytes : java.util.Arrays.copyOf(bytes, length);
    }

    private static void keep(final Inode inode, final BitSet sectors)
    {
        sectors.stream().forEach(sector ->
        {
            final int from = sector * SECTOR;
            final int to = Math.min(inode.written.length, from + SECTOR);
            inode.durable = fit(inode.durable, Math.max(inode.durable.length, to));
            System.arraycopy(inode.written, from, inode.durable, from, to - from);
            if (inode.beneathAt >= from && inode.beneathAt < to)
            {
                inode.beneathAt = -1;
            }
        });
    }

    /** The process is gone; what it wrote is there, unless a force of it has failed: the cache may forget that. */
    void afterCrash()
    {
        for (final Inode inode : names.values())
        {
            if (random.nextBoolean())
            {
                continue;
            }
            inode.hasForgotten |= !inode.lost.isEmpty();
            inode.lost.stream().forEach(sector ->
            {
                final int from = sector * SECTOR;
                if (inode.beneathAt >= from && inode.beneathAt < from + SECTOR)
                {
                    inode.uncover();
                }
                for (int at = from; at < Math.min(inode.written.length, from + SECTOR); at++)
                {
                    inode.written[at] = at < inode.durable.length ? inode.durable[at] : 0;
                }
            });
            inode.lost.clear();
        }
    }

    /** The machine is gone: what was not made to last may be. */
    void afterPowerLoss()
    {
        isTorn = true;
        final boolean isOrdered = random.nextBoolean();
        final int lasting = random.nextInt(changes.size() + 1);
        for (int i = 0; i < changes.size(); i++)
        {
            if (isOrdered ? i < lasting : random.nextBoolean())
            {
                apply(changes.get(i));
            }
            else
            {
                counts.add(changes.get(i).kind.undone);
            }
        }
        changes.clear();
        for (final Inode inode : durableNames.values())
        {
            lose(inode);
        }
        names = new TreeMap<>(durableNames);
        folders.removeIf(folder -> names.ceilingKey(folder + "/") == null ||
            !names.ceilingKey(folder + "/").startsWith(folder + "/"));
    }

    private void lose(final Inode inode)
    {
        final BitSet kept = switch (random.nextInt(4))
        {
            case 0 -> new BitSet();
            case 1 -> (BitSet)inode.dirty.clone();
            default -> subset(inode.dirty);
        };
        count(inode, kept);
        final int length = kept.isEmpty() ? inode.durable.length : inode.written.length;
        final int turned = inode.turnedByte();
        final boolean isTurnKept = inode.turnedAt < inode.durable.length || kept.get(inode.turnedAt / SECTOR);
        keep(inode, kept);
        inode.durable = fit(inode.durable, Math.max(inode.durable.length, random.nextBoolean() ? length : 0));
        inode.written = inode.durable.clone();
        if (!isTurnKept || inode.turnedByte() != turned)
        {
            // Lost with what it was turned in.
            inode.turnedAt = -1;
        }
        inode.uncover();
        inode.written = inode.durable.clone();
        inode.dirty.clear();
        inode.lost.clear();
        inode.writes.clear();
    }

    private void count(final Inode inode, final BitSet kept)
    {
        if (kept.isEmpty() && !inode.dirty.isEmpty())
        {
            counts.add(Fault.WRITES_DROPPED);
        }
        long earliestLost = Long.MAX_VALUE;
        final TreeSet<Long> lost = new TreeSet<>();
        for (final Map.Entry<Integer, Long> write : inode.writes.entrySet())
        {
            if (!kept.get(write.getKey()))
            {
                lost.add(write.getValue());
                earliestLost = Math.min(earliestLost, write.getValue());
            }
        }
        boolean isTorn = false;
        boolean isReordered = false;
        for (final Map.Entry<Integer, Long> write : inode.writes.entrySet())
        {
            if (kept.get(write.getKey()))
            {
                isTorn |= lost.contains(write.getValue());
                isReordered |= write.getValue() > earliestLost;
            }
        }
        if (isTorn)
        {
            counts.add(Fault.WRITE_TORN);
        }
        if (isReordered)
        {
            counts.add(Fault.WRITES_REORDERED);
        }
    }

    /** A copy of everything, as a backup would hold it. */
    Backup backup()
    {
        final Map<Inode, Inode> copies = new java.util.IdentityHashMap<>();
        final Backup backup = new Backup(new TreeMap<>(), new TreeMap<>(), new TreeSet<>(folders), isTorn);
        names.forEach((name, inode) -> backup.names.put(name, copies.computeIfAbsent(inode, Inode::copy)));
        durableNames.forEach((name, inode) ->
            backup.durableNames.put(name, copies.computeIfAbsent(inode, Inode::copy)));
        return backup;
    }

    /** Puts a backup back, once; nothing is pending then. */
    void restore(final Backup backup)
    {
        isTorn = backup.isTorn;
        names = backup.names;
        durableNames = new TreeMap<>(backup.names);
        backup.names.values().forEach(this::force);
        folders.clear();
        folders.addAll(backup.folders);
        changes.clear();
    }

    /** Whether the segments of the logs that a backup has are there as it has them, damage and all. */
    boolean hasSegmentsOf(final Backup backup)
    {
        return backup.names.entrySet().stream().filter(file -> file.getKey().endsWith(".segment"))
            .allMatch(file -> file.getValue().isLike(names.get(file.getKey())));
    }

    /** See {@link #backup()}. */
    record Backup(
        TreeMap<String, Inode> names, TreeMap<String, Inode> durableNames, TreeSet<String> folders, boolean isTorn)
    {
    }
}
