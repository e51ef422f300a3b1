package io.millrace.perf.peer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whole lines of a file that another process is writing; a line without its end is not one yet. */
final class LineTail implements AutoCloseable
{
    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LineTail(final Path file) throws IOException
    {
        in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }

    /** The next line, null where none is whole. */
    @Nullable String next() throws IOException
    {
        for (int b = in.read(); b >= 0; b = in.read())
        {
            if (b == '\n')
            {
                final String whole = line.toString(StandardCharsets.UTF_8);
                line.reset();
                return whole;
            }
            line.write(b);
        }
        return null;
    }

    @Override
    public void close() throws IOException
    {
        in.close();
    }
}
