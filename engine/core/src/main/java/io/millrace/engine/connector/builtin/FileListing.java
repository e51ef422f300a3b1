package io.millrace.engine.connector.builtin;

import io.millrace.engine.Failures;
import io.millrace.engine.connector.TableOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Which files a {@code path} option names: a file, a folder with all below it, or a glob. */
final class FileListing
{
    private static final String GLOB_CHARACTERS = "*?[{";

    /**
     * One of the files.
     *
     * @param name its path below what the option names, or the file's name, in one line: the same wherever they lie.
     */
    record ListedFile(Path path, String name)
    {
        ListedFile
        {
            name = name.replace("\n", "\\n");
        }

        private static ListedFile below(final Path root, final Path path)
        {
            return new ListedFile(
                path, root.toString().isEmpty() ? path.toString() : root.relativize(path).toString());
        }
    }

    private FileListing()
    {
    }

    /**
     * The files, in path order. Below a folder, names that begin with {@code .} or {@code _} are passed over, as they
     * are in progress or metadata.
     */
    static List<ListedFile> list(final String table, final String option)
    {
        final Path literal = path(table, option);
        try
        {
            if (!Files.exists(literal))
            {
                if (globStart(option) < 0)
                {
                    throw TableOptions.environment("table " + table + ": no such file or folder: " + option +
                        " (relative to " + Path.of("").toAbsolutePath() + ")");
                }
                return glob(table, option);
            }
            return Files.isDirectory(literal) ? listed(literal, below(literal)) :
                List.of(new ListedFile(literal, String.valueOf(literal.getFileName())));
        }
        catch (final UncheckedIOException e)
        {
            throw TableOptions.environment("table " + table + ": can't list " + option + ": " +
                Failures.reason(e));
        }
        catch (final IOException e)
        {
            throw TableOptions.environment("table " + table + ": can't list " + option + ": " + Failures.reason(e));
        }
    }

    /** The path that an option names, {@code file:} URIs included. */
    static Path path(final String table, final String option)
    {
        try
        {
            return option.startsWith("file:/") && globStart(option) < 0 ?
                Path.of(URI.create(option.replaceFirst("^file:/+", "file:///"))) : Path.of(option);
        }
        catch (final IllegalArgumentException e)
        {
            throw TableOptions.refusal("table " + table + ": option 'path' is not a path: " + option +
                (e instanceof InvalidPathException invalid ? " (" + invalid.getReason() + ")" : ""));
        }
    }

    private static List<ListedFile> listed(final Path root, final List<Path> paths)
    {
        return paths.stream().map(path -> ListedFile.below(root, path)).toList();
    }

    private static int globStart(final String option)
    {
        for (int i = 0; i < option.length(); i++)
        {
            if (GLOB_CHARACTERS.indexOf(option.charAt(i)) >= 0)
            {
                return i;
            }
        }
        return -1;
    }

    private static List<ListedFile> glob(final String table, final String option) throws IOException
    {
        final int slash = option.lastIndexOf('/', globStart(option));
        final Path root = Path.of(slash < 0 ? "" : slash == 0 ? "/" : option.substring(0, slash));
        final PathMatcher matcher = matcher(table, option);
        final List<Path> files = new ArrayList<>();
        if (Files.isDirectory(root))
        {
            try (Stream<Path> walk = Files.walk(root))
            {
                for (final Path path : (Iterable<Path>)walk.sorted(ORDER)::iterator)
                {
                    if (matcher.matches(path) && !isHidden(root, path))
                    {
                        files.addAll(Files.isDirectory(path) ? below(path) : List.of(path));
                    }
                }
            }
        }
        if (files.isEmpty())
        {
            throw TableOptions.environment("table " + table + ": no file matches " + option);
        }
        return listed(root, files.stream().distinct().sorted(ORDER).toList());
    }

    private static PathMatcher matcher(final String table, final String option)
    {
        try
        {
            // As in a shell: folders between, or none. Groups can't be nested.
            final String glob = option.indexOf('{') >= 0 ? option :
                option.replaceAll("(?<=/)\\*\\*/", "{,**/}").replaceFirst("^\\*\\*/", "{,**/}");
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        }
        catch (final PatternSyntaxException e)
        {
            throw TableOptions.refusal("table " + table + ": option 'path' is not a glob: " + option + " (" +
                e.getDescription() + ")");
        }
    }

    private static List<Path> below(final Path folder) throws IOException
    {
        try (Stream<Path> walk = Files.walk(folder))
        {
            return walk.filter((path) -> Files.isRegularFile(path) && !isHidden(folder, path)).sorted(ORDER).toList();
        }
    }

    private static boolean isHidden(final Path root, final Path path)
    {
        for (int i = root.toString().isEmpty() ? 0 : root.getNameCount(); i < path.getNameCount(); i++)
        {
            final char first = path.getName(i).toString().isEmpty() ? 'a' : path.getName(i).toString().charAt(0);
            if (first == '.' || first == '_')
            {
                return true;
            }
        }
        return false;
    }

    /** Name by name, so that {@code a/z} comes before {@code a.b}. */
    private static final Comparator<Path> ORDER = (a, b) ->
    {
        final int shared = Math.min(a.getNameCount(), b.getNameCount());
        for (int i = 0; i < shared; i++)
        {
            final int order = a.getName(i).toString().compareTo(b.getName(i).toString());
            if (order != 0)
            {
                return order;
            }
        }
        return Integer.compare(a.getNameCount(), b.getNameCount());
    };
}
