package io.millrace.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What an IOException means, for a person: the message of many is but the file's name. */
public final class Failures
{
    private Failures()
    {
    }

    public static String reason(final UncheckedIOException e)
    {
        final IOException cause = e.getCause();
        return cause == null ? String.valueOf(e.getMessage()) : reason(cause);
    }

    public static String reason(final IOException e)
    {
        if (e instanceof NoSuchFileException)
        {
            return "no such file or folder";
        }
        if (e instanceof AccessDeniedException)
        {
            return "permission denied";
        }
        if (e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException)
        {
            return "a part of the path is a file, not a folder";
        }
        if (e instanceof ClosedByInterruptException)
        {
            return "the thread was interrupted";
        }
        if (e instanceof FileSystemException file && file.getReason() != null)
        {
            return file.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
