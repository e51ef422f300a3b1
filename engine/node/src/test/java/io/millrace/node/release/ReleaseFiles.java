package io.millrace.node.release;

import io.millrace.node.kill.NodeProcess;
import io.millrace.node.kill.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * One job's files in a folder: text, input, what a node left that was killed, and under {@code expected} what one shows
 * that nobody killed. Made by {@link #make}, kept as a zip, read for ever.
 */
final class ReleaseFiles
{
    static final String EXPECTED = "expected";

    private static final int MOST_TRIES = 10;
    private static final long SEED = 20260101;

    private final ReleaseJob job;
    private final Path folder;

    ReleaseFiles(final ReleaseJob job, final Path folder)
    {
        this.job = job;
        this.folder = folder;
    }

    /** What readers of the tables see. */
    Rows visible()
    {
        return visible(folder);
    }

    Rows expected()
    {
        return visible(folder.resolve(EXPECTED));
    }

    private static Rows visible(final Path at)
    {
        return Rows.of(at.resolve("out"), at.resolve("state/tables"));
    }

    Path state()
    {
        return folder.resolve("state");
    }

    NodeProcess start()
    {
        return NodeProcess.start(folder, job.arguments());
    }

    /** Hands the parts of the input to a node, in order. */
    void feed(final NodeProcess node, final int first, final int last) throws IOException
    {
        final OutputStream input = node.input();
        for (int part = first; part <= last; part++)
        {
            Files.copy(folder.resolve(ReleaseInput.name(part)), input);
        }
        input.flush();
    }

    /**
     * Makes everything anew: a node is killed that has taken the second part of the input behind its checkpoint.
     *
     * @param key of the encrypted job.
     */
    void make(final Path key) throws IOException
    {
        prepare(folder.resolve(EXPECTED), key);
        final ReleaseFiles whole = new ReleaseFiles(job, folder.resolve(EXPECTED));
        try (NodeProcess node = whole.start())
        {
            whole.feed(node, 1, 3);
            node.input().close();
            require(node.exitCode() == 0, node.errors());
        }
        for (int tries = 0; tries < MOST_TRIES; tries++)
        {
            final Path attempt = folder.resolve("try-" + tries);
            prepare(attempt, key);
            if (new ReleaseFiles(job, attempt).liveAndDie())
            {
                for (final String made : entries(attempt))
                {
                    Files.move(attempt.resolve(made), folder.resolve(made));
                }
                keepTablesOnly();
                return;
            }
        }
        throw new IOException(job + ": a checkpoint came in between " + MOST_TRIES + " times");
    }

    private void prepare(final Path at, final Path key) throws IOException
    {
        Files.createDirectories(at);
        Files.writeString(at.resolve("job.sql"), job.text());
        ReleaseInput.write(at, SEED + job.ordinal(), job == ReleaseJob.JOURNAL);
        if (job.isEncrypted())
        {
            Files.copy(key, at.resolve("key.json"));
        }
    }

    /** Whether nothing but rows came behind the newest checkpoint. */
    private boolean liveAndDie() throws IOException
    {
        try (NodeProcess node = start())
        {
            require(feedAndWait(node, 1), node.errors());
            // The first comes an interval after the start; the next as long after, and not while there is no input.
            require(node.await(() -> !job.hasCheckpoints() || newestCheckpoint() > 0), node.errors());
            final long cut = newestCheckpoint();
            require(feedAndWait(node, 2), node.errors());
            node.kill();
            return newestCheckpoint() == cut;
        }
    }

    /** Whether the node lives and the journal has a part of the input. */
    private boolean feedAndWait(final NodeProcess node, final int part) throws IOException
    {
        final Calm calm = new Calm();
        feed(node, part, part);
        return node.await(calm);
    }

    /** Whether the journal has begun to grow, and then stopped: what was fed is in it. */
    private final class Calm implements BooleanSupplier
    {
        private static final long NS = 300_000_000L;

        private final long beginning = journaled();
        private long last = beginning;
        private long sinceNs = System.nanoTime();

        @Override
        public boolean getAsBoolean()
        {
            final long now = journaled();
            if (now != last)
            {
                last = now;
                sinceNs = System.nanoTime();
            }
            return now > beginning && System.nanoTime() - sinceNs > NS;
        }
    }

    /** Where the bytes of the journal's segments end, added up; what lies behind them is zero. */
    private long journaled()
    {
        long sum = 0;
        for (final String segment : entries(state().resolve("journal")))
        {
            try
            {
                final byte[] bytes = Files.readAllBytes(state().resolve("journal").resolve(segment));
                int end = bytes.length;
                while (end > 0 && bytes[end - 1] == 0)
                {
                    end--;
                }
                sum += segment.endsWith(".segment") ? end : 0;
            }
            catch (final IOException e)
            {
                // A segment that was let go just now.
                return sum;
            }
        }
        return sum;
    }

    /** The greatest id of a complete checkpoint, 0 for none. */
    long newestCheckpoint()
    {
        final Path checkpoints = state().resolve("checkpoints");
        long newest = 0;
        for (final String id : entries(checkpoints))
        {
            if (id.matches("\\d+") && Files.exists(checkpoints.resolve(id).resolve("MANIFEST")))
            {
                newest = Math.max(newest, Long.parseLong(id));
            }
        }
        return newest;
    }

    /** Of the run that nobody killed only what it showed. */
    private void keepTablesOnly() throws IOException
    {
        final Path expected = folder.resolve(EXPECTED);
        for (final String name : entries(expected))
        {
            if (!name.equals("out") && !name.equals("state"))
            {
                Files.delete(expected.resolve(name));
            }
        }
        for (final String name : entries(expected.resolve("state")))
        {
            if (!name.equals("tables"))
            {
                delete(expected.resolve("state").resolve(name));
            }
        }
    }

    private static List<String> entries(final Path folder)
    {
        final List<String> names = new ArrayList<>();
        if (Files.isDirectory(folder))
        {
            try (Stream<Path> files = Files.list(folder))
            {
                files.forEach(file -> names.add(String.valueOf(file.getFileName())));
            }
            catch (final IOException | UncheckedIOException e)
            {
                return List.of();
            }
        }
        return names;
    }

    private static void require(final boolean holds, final String said) throws IOException
    {
        if (!holds)
        {
            throw new IOException("a node ended too early: " + said);
        }
    }

    private static void delete(final Path path) throws IOException
    {
        try (Stream<Path> all = Files.walk(path))
        {
            for (final Path one : all.sorted(Collections.reverseOrder()).toList())
            {
                Files.delete(one);
            }
        }
    }

    /** Packs the folder, the same bytes for the same files. */
    void pack(final Path zip) throws IOException
    {
        final List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>()
        {
            @Override
            public FileVisitResult preVisitDirectory(final Path visited, final BasicFileAttributes of)
            {
                final boolean isTry = String.valueOf(visited.getFileName()).startsWith("try-");
                return isTry ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes of)
            {
                // A running node's counters lie elsewhere.
                if (!of.isSymbolicLink() && !String.valueOf(file.getFileName()).startsWith("std"))
                {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        Collections.sort(files);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip)))
        {
            for (final Path file : files)
            {
                final ZipEntry entry = new ZipEntry(folder.relativize(file).toString());
                entry.setLastModifiedTime(FileTime.fromMillis(0));
                out.putNextEntry(entry);
                Files.copy(file, out);
            }
        }
    }

    /** Puts back into an empty folder what {@link #pack} has packed. */
    void unpack(final InputStream zip) throws IOException
    {
        try (ZipInputStream in = new ZipInputStream(zip))
        {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry())
            {
                final Path file = folder.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(in, file);
                if (entry.getName().equals("key.json"))
                {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                }
            }
        }
    }
}
