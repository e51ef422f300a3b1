package io.millrace.node.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Bits that turn at rest in a {@link SimulatedDisk}, and what may be expected of a node that finds them. */
final class BitRot
{
    private static final String CHECKPOINTS = "checkpoints/";
    private static final String MANIFEST = "/MANIFEST";
    private static final String[] PLACES = {"journal/", "output/", "sinks/", CHECKPOINTS, CHECKPOINTS};

    private final SimulatedDisk disk;
    private final SplittableRandom random;

    BitRot(final SimulatedDisk disk, final SplittableRandom random)
    {
        this.disk = disk;
        this.random = random;
    }

    /** Turns one bit of one file of logs, checkpoints or positions: says which, or null where there is none. */
    String turn()
    {
        String below = PLACES[random.nextInt(PLACES.length)];
        final List<Long> checkpoints = checkpoints();
        if (below.equals(CHECKPOINTS) && !checkpoints.isEmpty())
        {
            below = folder(checkpoints.get(checkpoints.size() - 1)) + "/";
        }
        return turnBelow(below);
    }

    /** Turns one bit of one file whose name begins so: says which, or null where there is none. */
    String turnBelow(final String below)
    {
        final List<String> files = new ArrayList<>();
        disk.names().forEach((name, inode) ->
        {
            if (name.startsWith(below) && inode.written.length > 0)
            {
                files.add(name);
            }
        });
        if (files.isEmpty())
        {
            return null;
        }
        final String name = files.get(random.nextInt(files.size()));
        final byte[] bytes = disk.names().get(name).written;
        int at = random.nextInt(bytes.length);
        // Most of a segment is empty: more often than not look for a byte that is not.
        for (int tries = 0; tries < 64 && bytes[at] == 0 && random.nextInt(8) > 0; tries++)
        {
            at = random.nextInt(bytes.length);
        }
        final int bit = 1 << random.nextInt(8);
        disk.names().get(name).turn(at, bit);
        return name + " at " + at + ", bit " + bit;
    }

    /** Whether a bit of a file whose name begins so is turned. */
    boolean isTurned(final String below)
    {
        return disk.names().entrySet().stream()
            .anyMatch(file -> file.getKey().startsWith(below) && file.getValue().isTurned());
    }

    /** Ids of the checkpoints, forced or not, in whose files a bit is turned. */
    Set<Long> turnedCheckpoints()
    {
        return disk.names().entrySet().stream()
            .filter(file -> file.getKey().startsWith(CHECKPOINTS) && file.getValue().isTurned())
            .map(file -> Long.valueOf(file.getKey().split("/")[1])).collect(Collectors.toSet());
    }

    /**
     * Ids of checkpoints without a manifest that lasts, of which a failed force has lost something: the process died
     * before it could delete them.
     */
    Set<Long> forgottenCheckpoints()
    {
        return disk.names().entrySet().stream()
            .filter(file -> file.getKey().startsWith(CHECKPOINTS) && file.getValue().hasForgotten() &&
                !disk.names().containsKey(SimulatedDisk.folderOf(file.getKey()) + "/MANIFEST"))
            .map(file -> Long.valueOf(file.getKey().split("/")[1])).collect(Collectors.toSet());
    }

    /** In how many files of logs a bit is turned. */
    long turnedLogs()
    {
        return disk.names().entrySet().stream().filter(file -> file.getValue().isTurned() &&
            (file.getKey().startsWith("journal/") || file.getKey().startsWith("output/"))).count();
    }

    /** Turns back what was turned and has not been written over. */
    void turnBack()
    {
        disk.names().values().forEach(SimulatedDisk.Inode::turnBack);
    }

    /** Ids of the checkpoints that are there, ascending. */
    List<Long> checkpoints()
    {
        return disk.names().keySet().stream().filter(name -> name.startsWith(CHECKPOINTS) && name.endsWith(MANIFEST))
            .map(name -> Long.valueOf(name.substring(CHECKPOINTS.length(), name.length() - MANIFEST.length())))
            .sorted().toList();
    }

    static String folder(final long checkpoint)
    {
        return CHECKPOINTS + checkpoint;
    }

    /** Whether there is another forced checkpoint than those, or the logs hold everything from their beginning. */
    boolean canDoWithout(final Set<Long> checkpoints)
    {
        return !checkpoints.containsAll(checkpoints()) ||
            Stream.of("journal", "output").allMatch(log -> disk.names().containsKey(log + "/000000000000.segment"));
    }

    /** Whether nothing is damaged but checkpoints, and another one is whole: no reason to refuse the folder. */
    boolean isServable()
    {
        return disk.names().entrySet().stream()
            .allMatch(file -> !file.getValue().isTurned() || file.getKey().startsWith(CHECKPOINTS)) &&
            checkpoints().stream().anyMatch(id -> !isTurned(folder(id) + "/"));
    }
}
