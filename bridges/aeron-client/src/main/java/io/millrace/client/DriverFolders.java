package io.millrace.client;

import io.aeron.CommonContext;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.agrona.IoUtil;
import org.jspecify.annotations.Nullable;

/**
 * Where the media drivers inside of a user's jobs have their files: each process has a folder of its own beside Aeron's
 * usual one, which names the streams that its job reads and writes, so that publishers and subscribers find it.
 */
public final class DriverFolders
{
    /** In place of a folder: the one whose job has the stream. */
    public static final String FOUND = "";
    private static final String STREAMS = "millrace-streams";
    private static final String INFIX = "-millrace-";
    private static final long ACTIVE_MS = 10_000;

    private DriverFolders()
    {
    }

    /** This process's; what {@code aeron.dir} names, where that is set. */
    public static String own()
    {
        final String given = System.getProperty(CommonContext.AERON_DIR_PROP_NAME);
        return given != null ? given : usual() + INFIX + ProcessHandle.current().pid();
    }

    private static String usual()
    {
        return CommonContext.AERON_DIR_PROP_DEFAULT;
    }

    /** Notes in a driver's folder that a job has a stream. */
    public static void tell(final String folder, final int streamId) throws IOException
    {
        Files.writeString(Path.of(folder, STREAMS), streamId + "\n", StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
    }

    /** The folder in which a job has a stream; Aeron's usual one where there is none. */
    public static String find(final int streamId)
    {
        final String given = System.getProperty(CommonContext.AERON_DIR_PROP_NAME);
        if (given != null)
        {
            return given;
        }
        final String wanted = Integer.toString(streamId);
        for (final Path folder : folders())
        {
            if (streams(folder).contains(wanted) && DriverLink.isActive(folder.toString(), ACTIVE_MS))
            {
                return folder.toString();
            }
        }
        return usual();
    }

    private static List<String> streams(final Path folder)
    {
        try
        {
            return Files.readAllLines(folder.resolve(STREAMS));
        }
        catch (final IOException e)
        {
            // It is being made or removed.
            return List.of();
        }
    }

    private static List<Path> folders()
    {
        final Path usual = Path.of(usual()).toAbsolutePath();
        final Path parent = usual.getParent();
        final List<Path> folders = new ArrayList<>();
        if (parent == null)
        {
            return folders;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, usual.getFileName() + INFIX + "*"))
        {
            found.forEach(folders::add);
        }
        catch (final IOException | DirectoryIteratorException e)
        {
            // A folder that can't be listed holds no driver of ours.
            return List.of();
        }
        folders.sort(null);
        return folders;
    }

    /** Removes what processes that are gone left behind. */
    public static void removeStale()
    {
        for (final Path folder : folders())
        {
            final Long process = processOf(folder);
            if (process != null && ProcessHandle.of(process).isEmpty() &&
                !DriverLink.isActive(folder.toString(), ACTIVE_MS))
            {
                IoUtil.delete(new File(folder.toString()), true);
            }
        }
    }

    private static @Nullable Long processOf(final Path folder)
    {
        final String name = folder.toString();
        try
        {
            return Long.valueOf(name.substring(name.lastIndexOf('-') + 1));
        }
        catch (final NumberFormatException e)
        {
            return null;
        }
    }
}
