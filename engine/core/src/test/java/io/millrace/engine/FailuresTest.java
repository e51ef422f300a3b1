package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailuresTest
{
    @TempDir
    private Path folder;

    @Test
    void shouldSayWhatAPersonCanActOn() throws IOException
    {
        assertEquals("no such file or folder", reason(() -> Files.newInputStream(folder.resolve("none"))));
        final Path file = Files.createFile(folder.resolve("file"));
        assertEquals("a part of the path is a file, not a folder", reason(() -> Files.createDirectory(file)));
        assertEquals("permission denied", Failures.reason(new AccessDeniedException("file")));
        assertEquals("the thread was interrupted", Failures.reason(new ClosedByInterruptException()));
        assertEquals("IOException", Failures.reason(new IOException()));
    }

    private interface Attempt
    {
        void run() throws IOException;
    }

    private static String reason(final Attempt attempt)
    {
        return Failures.reason(assertThrows(IOException.class, attempt::run));
    }
}
