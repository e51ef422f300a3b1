package io.millrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The reference pages say what the code declares; with {@code -Dmillrace.reference=write} they are written. */
class ReferenceTest
{
    @Test
    void shouldSayWhatTheCodeDeclares() throws IOException
    {
        final Path root = root();
        final Path folder = root.resolve("docs/reference");
        for (final Map.Entry<String, String> page : ReferencePages.all(root).entrySet())
        {
            final Path file = folder.resolve(page.getKey());
            if ("write".equals(System.getProperty("millrace.reference")))
            {
                Files.createDirectories(folder);
                Files.writeString(file, page.getValue());
            }
            assertTrue(Files.exists(file), () -> file + " is missing; see this test's comment");
            assertEquals(page.getValue(), Files.readString(file), () -> file + " is stale; see this test's comment");
        }
    }

    private static Path root()
    {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve(".mvn")))
        {
            folder = Objects.requireNonNull(folder.getParent(), "not in the repository");
        }
        return folder;
    }
}
