package io.millrace.node.side;

import io.millrace.engine.Failures;
import io.millrace.engine.sink.FileName;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The late or dead rows of one table in a state folder: what is committed, while a job may go on writing.
 *
 * @param name   such as {@code dlq$events}.
 * @param folder with its part files.
 */
public record SideTable(String name, Path folder)
{
    /** Where a state folder has them. */
    public static final String TABLES = "tables";

    private static final Pattern PART = Pattern.compile("part-([a-z0-9]+)-(\\d{1,18})\\.jsonl");

    /** The tables of a kind, {@code late$} or {@code dlq$}, by name. */
    static List<SideTable> find(final Path state, final String kind)
    {
        final Path tables = state.resolve(TABLES);
        if (!Files.isDirectory(state))
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, "no such folder: " + state);
        }
        if (!Files.isDirectory(tables))
        {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(tables))
        {
            return folders.map(folder -> new SideTable(FileName.tableOf(String.valueOf(folder.getFileName())), folder))
                .filter(table -> table.name.startsWith(kind)).sorted(Comparator.comparing(SideTable::name)).toList();
        }
        catch (final IOException e)
        {
            throw failure("list", tables, e);
        }
    }

    /** Its committed parts in the order of writing; those that a replay left over come first. */
    List<Path> parts()
    {
        try (Stream<Path> files = Files.list(folder))
        {
            return files.filter(file -> matcher(file).matches()).sorted(
                Comparator.comparing((Path file) -> field(file, 1)).reversed()
                    .thenComparing(file -> Long.parseLong(field(file, 2)))).toList();
        }
        catch (final IOException e)
        {
            throw failure("list", folder, e);
        }
    }

    private static Matcher matcher(final Path file)
    {
        return PART.matcher(String.valueOf(file.getFileName()));
    }

    private static String field(final Path file, final int group)
    {
        final Matcher matcher = matcher(file);
        if (!matcher.matches())
        {
            throw new IllegalArgumentException("no part: " + file);
        }
        return String.valueOf(matcher.group(group));
    }

    /**
     * Shows rows until {@code handler} has seen enough.
     *
     * @return where the lines are that are no rows, or damaged.
     */
    List<String> forEach(final Predicate<SideRow> handler)
    {
        final List<String> damaged = new ArrayList<>();
        for (final Path part : parts())
        {
            int number = 0;
            // Not by a reader that refuses what is no text: that is damage of one line.
            try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(part), StandardCharsets.UTF_8)))
            {
                for (String line = lines.readLine(); line != null; line = lines.readLine())
                {
                    number++;
                    final SideRow row = SideRow.parse(line);
                    if (row == null)
                    {
                        damaged.add(part + ", line " + number);
                    }
                    else if (!handler.test(row))
                    {
                        return damaged;
                    }
                }
            }
            catch (final IOException e)
            {
                throw failure("read", part, e);
            }
        }
        return damaged;
    }

    /** Bytes of its committed parts. */
    long bytes()
    {
        long bytes = 0;
        for (final Path part : parts())
        {
            try
            {
                bytes += Files.size(part);
            }
            catch (final IOException e)
            {
                throw failure("read", part, e);
            }
        }
        return bytes;
    }

    /** Committed parts of rows that were replayed. */
    List<Path> replayed()
    {
        final Path folder = this.folder.resolve(SideReplay.DONE);
        if (!Files.isDirectory(folder))
        {
            return List.of();
        }
        final List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.list(folder))
        {
            found.forEach(files::add);
            return files;
        }
        catch (final IOException e)
        {
            throw failure("list", folder, e);
        }
    }

    static CommandFailure failure(final String what, final Path file, final IOException e)
    {
        return new CommandFailure(ExitCode.ENVIRONMENT, "can't " + what + " " + file + ": " + Failures.reason(e));
    }
}
