package io.millrace.node.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A planted bug: a unified diff behind one line that says what it breaks. It is applied to a copy of the files that it
 * names; hunks are found by their lines, since others move them.
 */
final class BugPatch
{
    private static final int OLD_NAME = "--- a/".length();

    private record Hunk(String file, int line, List<String> before, List<String> after)
    {
    }

    private final String name;
    private final String description;
    private final List<Hunk> hunks = new ArrayList<>();

    private BugPatch(final Path patch) throws IOException
    {
        name = patch.getFileName().toString().replace(".patch", "");
        final List<String> lines = Files.readAllLines(patch);
        description = lines.get(0);
        String file = "";
        Hunk hunk = null;
        for (final String line : lines.subList(1, lines.size()))
        {
            if (line.startsWith("--- a/"))
            {
                file = line.substring(OLD_NAME);
                hunk = null;
            }
            else if (line.startsWith("@@ -"))
            {
                hunk = new Hunk(file, Integer.parseInt(line.substring(4).split("[, ]", 2)[0]), new ArrayList<>(),
                    new ArrayList<>());
                hunks.add(hunk);
            }
            else if (hunk != null && !line.startsWith("+++ ") && !line.startsWith("\\"))
            {
                final char kind = line.isEmpty() ? ' ' : line.charAt(0);
                final String text = line.isEmpty() ? "" : line.substring(1);
                if (kind != '+')
                {
                    hunk.before.add(text);
                }
                if (kind != '-')
                {
                    hunk.after.add(text);
                }
            }
        }
        if (hunks.isEmpty())
        {
            throw new IllegalArgumentException(patch + " changes nothing");
        }
    }

    static BugPatch read(final Path patch)
    {
        try
        {
            return new BugPatch(patch);
        }
        catch (final IOException e)
        {
            throw new IllegalArgumentException(patch + " can't be read", e);
        }
    }

    String name()
    {
        return name;
    }

    /** That its name begins with. */
    int number()
    {
        return Integer.parseInt(name.substring(0, name.indexOf('-')));
    }

    String description()
    {
        return description;
    }

    /** Writes the changed files below {@code target}: where they are. */
    List<Path> apply(final Path home, final Path target) throws IOException
    {
        final List<Path> changed = new ArrayList<>();
        for (final String file : hunks.stream().map(Hunk::file).distinct().toList())
        {
            final List<String> lines = new ArrayList<>(Files.readAllLines(home.resolve(file)));
            for (final Hunk hunk : hunks)
            {
                if (hunk.file.equals(file))
                {
                    final int at = find(lines, hunk);
                    lines.subList(at, at + hunk.before.size()).clear();
                    lines.addAll(at, hunk.after);
                }
            }
            final Path path = target.resolve(file);
            Files.createDirectories(path.getParent());
            Files.write(path, lines);
            changed.add(path);
        }
        return changed;
    }

    /** The place nearest to where the hunk says. */
    private int find(final List<String> lines, final Hunk hunk)
    {
        int best = -1;
        for (int at = 0; at + hunk.before.size() <= lines.size(); at++)
        {
            if (lines.subList(at, at + hunk.before.size()).equals(hunk.before) &&
                (best < 0 || Math.abs(at - hunk.line) < Math.abs(best - hunk.line)))
            {
                best = at;
            }
        }
        if (best < 0)
        {
            throw new IllegalArgumentException(name + " does not apply to " + hunk.file + " any more, near line " +
                hunk.line + ":\n" + String.join("\n", hunk.before));
        }
        return best;
    }
}
