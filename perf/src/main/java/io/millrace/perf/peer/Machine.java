package io.millrace.perf.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where and on what a number was measured.
 *
 * @param commit with {@code -dirty} where files had changed.
 */
public record Machine(String processor, int cores, long memoryGib, String kernel, String java, String commit)
{
    /** This one. */
    public static Machine here() throws IOException, InterruptedException
    {
        return new Machine(field("/proc/cpuinfo", "model name"), Runtime.getRuntime().availableProcessors(),
            Math.round(Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", "")) / 1048576.0),
            System.getProperty("os.name") + " " + System.getProperty("os.version"),
            System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
            said("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"));
    }

    /** Processes that ran or wanted to, over the last minute. */
    public static String load() throws IOException
    {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }

    private static String field(final String file, final String key) throws IOException
    {
        for (final String line : Files.readAllLines(Path.of(file)))
        {
            if (line.startsWith(key))
            {
                return line.substring(line.indexOf(':') + 1).trim();
            }
        }
        return "0";
    }

    private static String said(final String... command) throws InterruptedException
    {
        final String unknown = System.getProperty("millrace.commit", "unknown");
        try
        {
            final Process process = new ProcessBuilder(command).start();
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return process.waitFor() == 0 ? said : unknown;
        }
        catch (final IOException e)
        {
            // There is no such program: classes were carried to a machine without the sources.
            return unknown;
        }
    }
}
