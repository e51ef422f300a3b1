package io.millrace.node.kill;

import io.millrace.engine.sink.LineSum;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a job has made visible: by table, its lines and how often each is there. */
public final class Rows
{
    private final Map<String, Map<String, Integer>> tables = new TreeMap<>();

    /**
     * Results, and the late and dead rows, which are in a folder of that name with a state folder, else in a file of
     * it. Files whose names begin with a dot are not yet visible.
     */
    public static Rows of(final Path out, final Path... sides)
    {
        final Rows rows = new Rows();
        rows.addAll(out, "");
        for (final Path side : sides)
        {
            rows.addAll(side, "$");
        }
        return rows;
    }

    private void addAll(final Path root, final String mark)
    {
        try
        {
            Files.walkFileTree(root, new SimpleFileVisitor<>()
            {
                @Override
                public FileVisitResult visitFile(final Path file, final BasicFileAttributes of) throws IOException
                {
                    final String name = String.valueOf(file.getFileName());
                    final String inFolder = String.valueOf(root.relativize(file).getName(0));
                    if (!name.startsWith(".") && name.endsWith(".jsonl") && inFolder.contains(mark))
                    {
                        add(inFolder.replaceFirst("\\.jsonl$", ""), file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(final Path file, final IOException e) throws IOException
                {
                    if (e instanceof NoSuchFileException)
                    {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
        }
        catch (final IOException e)
        {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void add(final String table, final Path file) throws IOException
    {
        final Map<String, Integer> lines = tables.computeIfAbsent(table, (name) -> new HashMap<>());
        for (final String line : Files.readAllLines(file))
        {
            // A line of an earlier release has no checksum, and is the same row.
            final String row = LineSum.check(line);
            lines.merge(row == null ? "damaged: " + line : row, 1, Integer::sum);
        }
    }

    public long count()
    {
        return tables.values().stream().flatMap((lines) -> lines.values().stream()).mapToLong((n) -> n).sum();
    }

    public long count(final String table)
    {
        return tables.getOrDefault(table, Map.of()).values().stream().mapToLong((n) -> n).sum();
    }

    /** By table; not to be changed. */
    public Map<String, Map<String, Integer>> tables()
    {
        return tables;
    }

    /** What is here and not there, or more often, in words; empty where nothing is. */
    public String without(final Rows others)
    {
        final StringBuilder text = new StringBuilder();
        tables.forEach((table, lines) ->
        {
            final Map<String, Integer> others1 = others.tables.getOrDefault(table, Map.of());
            final long[] more = new long[1];
            final StringBuilder some = new StringBuilder();
            lines.forEach((line, n) ->
            {
                final int extra = n - others1.getOrDefault(line, 0);
                if (extra > 0)
                {
                    some.append(more[0] < 5 ? "\n    " + extra + " x " + line : "");
                    more[0] += extra;
                }
            });
            if (more[0] > 0)
            {
                text.append("\n  ").append(table).append(": ").append(more[0]).append(some);
            }
        });
        return text.toString();
    }
}
