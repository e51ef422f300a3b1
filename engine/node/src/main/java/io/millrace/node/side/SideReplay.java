package io.millrace.node.side;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the rows of side tables out again as the bytes that were read, each once. A note in the state folder says what
 * is being done; the moment that counts is the renaming of the target. Who finds a note either finishes what it says,
 * where the target has its name, or takes it back. Rows whose bytes were not kept whole stay in the table.
 *
 * <p><b>Layout</b> of the note, {@code tables/.replay}: the temporary file on the first line, the target on the second,
 * then for each part that is taken its path, and behind a tab that of what is left of it, if anything is.
 *
 * <p><b>Limits:</b> to standard output nothing can be taken back: a replay that dies there is repeated whole.
 */
final class SideReplay implements AutoCloseable
{
    /** The folder of a table's parts that were replayed. */
    static final String DONE = ".replayed";

    private static final String NOTE = ".replay";
    private static final String LOCK = ".replay.lock";

    private final Path tables;
    private final FileChannel channel;
    private final FileLock lock;

    /** How a replay went. */
    record Result(long replayed, long left)
    {
    }

    /** One part: what is taken, and where what is left of it will be. */
    private record Taken(Path part, @Nullable Path rest)
    {
    }

    /** Makes this process the only one that replays from a state folder, and ends what another left half done. */
    SideReplay(final Path state)
    {
        tables = state.resolve(SideTable.TABLES);
        final Path file = tables.resolve(LOCK);
        try
        {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            final FileLock taken = tryLock(channel);
            if (taken == null)
            {
                channel.close();
                throw new CommandFailure(ExitCode.ENVIRONMENT, "another replay from " + state + " is under way");
            }
            lock = taken;
            finishOrTakeBack();
        }
        catch (final IOException e)
        {
            throw SideTable.failure("lock", file, e);
        }
    }

    private static @Nullable FileLock tryLock(final FileChannel channel) throws IOException
    {
        try
        {
            return channel.tryLock();
        }
        catch (final OverlappingFileLockException e)
        {
            return null;
        }
    }

    private void finishOrTakeBack() throws IOException
    {
        final Path note = tables.resolve(NOTE);
        if (!Files.exists(note))
        {
            return;
        }
        final List<String> lines = Files.readAllLines(note, UTF_8);
        final Path temporary = Path.of(lines.get(0));
        final List<Taken> taken = new ArrayList<>();
        for (final String line : lines.subList(2, lines.size()))
        {
            final int tab = line.indexOf('\t');
            taken.add(new Taken(Path.of(tab < 0 ? line : line.substring(0, tab)),
                tab < 0 ? null : Path.of(line.substring(tab + 1))));
        }
        if (!Files.exists(temporary))
        {
            finish(taken);
            return;
        }
        for (final Taken part : taken)
        {
            if (part.rest != null)
            {
                Files.deleteIfExists(hidden(part.rest));
            }
        }
        Files.delete(note);
        sync(tables);
        Files.delete(temporary);
    }

    /**
     * Writes the rows of tables to a file that is not there yet.
     *
     * @throws CommandFailure where it is, or can't be written; nothing is taken then.
     */
    Result toFile(final List<SideTable> sources, final Path target)
    {
        final Path file = target.toAbsolutePath();
        if (Files.exists(file))
        {
            throw new CommandFailure(ExitCode.USAGE, "--to " + target + " is there already");
        }
        final Path temporary = file.resolveSibling("." + file.getFileName() + ".replay");
        try
        {
            final List<Taken> taken = plan(sources);
            Files.deleteIfExists(temporary);
            Files.createFile(temporary);
            sync(parent(temporary));
            note(temporary, file, taken);
            final Result result;
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE))
            {
                result = write(taken, Channels.newOutputStream(out));
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            sync(parent(file));
            finish(taken);
            return result;
        }
        catch (final IOException e)
        {
            throw SideTable.failure("write", file, e);
        }
    }

    /** Writes the rows of tables to a stream, and takes them when it has been flushed. */
    Result toStream(final List<SideTable> sources, final OutputStream stream)
    {
        try
        {
            final List<Taken> taken = plan(sources);
            final Result result = write(taken, stream);
            note(tables.resolve(NOTE + ".none"), tables.resolve(NOTE + ".none"), taken);
            finish(taken);
            return result;
        }
        catch (final IOException e)
        {
            throw new CommandFailure(
                ExitCode.ENVIRONMENT, "can't write to standard output: " + e.getMessage() + "; the rows stay");
        }
    }

    /** A part with rows that can't be replayed leaves another behind, under a name that no job gives. */
    private static List<Taken> plan(final List<SideTable> sources) throws IOException
    {
        final List<Taken> taken = new ArrayList<>();
        for (final SideTable source : sources)
        {
            long next = 0;
            for (final Path part : source.parts())
            {
                boolean isAnyWhole = false;
                boolean isAnyLeft = false;
                for (final String line : lines(part))
                {
                    final boolean isWhole = raw(line) != null;
                    isAnyWhole |= isWhole;
                    isAnyLeft |= !isWhole;
                }
                Path rest = null;
                while (isAnyLeft && (rest == null || Files.exists(rest)))
                {
                    rest = part.resolveSibling("part-left-" + next++ + ".jsonl");
                }
                if (isAnyWhole)
                {
                    taken.add(new Taken(part, rest));
                }
            }
        }
        return taken;
    }

    /** Its lines, those that are no text too. */
    private static List<String> lines(final Path part) throws IOException
    {
        return new String(Files.readAllBytes(part), UTF_8).lines().toList();
    }

    private static byte @Nullable [] raw(final String line)
    {
        final SideRow row = SideRow.parse(line);
        return row == null ? null : row.raw();
    }

    private void note(final Path temporary, final Path target, final List<Taken> taken) throws IOException
    {
        final StringBuilder text = new StringBuilder().append(temporary).append('\n').append(target).append('\n');
        for (final Taken part : taken)
        {
            text.append(part.part.toAbsolutePath());
            if (part.rest != null)
            {
                text.append('\t').append(part.rest.toAbsolutePath());
            }
            text.append('\n');
        }
        final Path unfinished = tables.resolve(NOTE + ".tmp");
        Files.writeString(unfinished, text);
        sync(unfinished);
        Files.move(unfinished, tables.resolve(NOTE), StandardCopyOption.ATOMIC_MOVE);
        sync(tables);
    }

    private static Result write(final List<Taken> taken, final OutputStream stream) throws IOException
    {
        final OutputStream out = new BufferedOutputStream(stream, 1 << 16);
        long replayed = 0;
        long left = 0;
        for (final Taken part : taken)
        {
            final StringBuilder rest = new StringBuilder();
            for (final String line : lines(part.part))
            {
                final byte[] raw = raw(line);
                if (raw == null)
                {
                    rest.append(line).append('\n');
                    left++;
                }
                else
                {
                    out.write(raw);
                    out.write('\n');
                    replayed++;
                }
            }
            if (part.rest != null)
            {
                Files.writeString(hidden(part.rest), rest);
                sync(hidden(part.rest));
            }
        }
        out.flush();
        return new Result(replayed, left);
    }

    private void finish(final List<Taken> taken) throws IOException
    {
        for (final Taken part : taken)
        {
            if (part.rest != null && Files.exists(hidden(part.rest)))
            {
                Files.move(hidden(part.rest), part.rest, StandardCopyOption.ATOMIC_MOVE);
            }
            if (Files.exists(part.part))
            {
                final Path folder = parent(part.part).resolve(DONE);
                Files.createDirectories(folder);
                Path name = folder.resolve(part.part.getFileName());
                for (int again = 1; Files.exists(name); again++)
                {
                    name = folder.resolve(part.part.getFileName() + "." + again);
                }
                Files.move(part.part, name, StandardCopyOption.ATOMIC_MOVE);
                sync(folder);
            }
            sync(parent(part.part));
        }
        Files.deleteIfExists(tables.resolve(NOTE));
        sync(tables);
    }

    private static Path hidden(final Path rest)
    {
        return rest.resolveSibling("." + rest.getFileName());
    }

    private static Path parent(final Path path)
    {
        final Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path : parent;
    }

    private static void sync(final Path path) throws IOException
    {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ))
        {
            file.force(true);
        }
    }

    @Override
    public void close()
    {
        try
        {
            lock.release();
            channel.close();
        }
        catch (final IOException e)
        {
            throw SideTable.failure("unlock", tables.resolve(LOCK), e);
        }
    }
}
