package io.millrace.node.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** What nobody should see: an exception that is our fault. The terminal gets a sentence, a file the trace. */
public final class Defect
{
    private Defect()
    {
    }

    /** Keeps the trace in {@code folder}; what to tell the user. */
    public static String report(final Throwable failure, final Path folder)
    {
        final StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        final Path trace = folder.resolve("failure.txt");
        try
        {
            Files.createDirectories(folder);
            Files.writeString(trace, text.toString());
        }
        catch (final IOException e)
        {
            return "a defect of Millrace, please report it: " + text;
        }
        return "a defect of Millrace (" + failure + "); please report it with " + trace;
    }
}
