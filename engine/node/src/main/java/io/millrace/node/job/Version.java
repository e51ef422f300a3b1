package io.millrace.node.job;

import io.millrace.codecs.RowLayout;
import io.millrace.engine.plan.JobPlan;
import io.millrace.sql.compile.KernelLoader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import picocli.CommandLine.IVersionProvider;

/** What this build is called, and the Java below it. */
public final class Version implements IVersionProvider
{
    @Override
    public String[] getVersion() throws IOException
    {
        return new String[]{
            "millrace " + number(),
            "Java " + System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"),
            System.getProperty("os.name") + " " + System.getProperty("os.arch")};
    }

    /** What tells this build from every other: the version, and name, length and time of each jar of ours. */
    static String build()
    {
        final StringBuilder build = new StringBuilder();
        try
        {
            build.append(number());
            for (final Class<?> type : List.of(Version.class, KernelLoader.class, JobPlan.class, RowLayout.class))
            {
                final Path place = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
                try (Stream<Path> files = Files.walk(place))
                {
                    files.filter(Files::isRegularFile).sorted().forEach((file) -> build.append('\n')
                        .append(file.getFileName()).append(' ').append(file.toFile().length()).append(' ')
                        .append(file.toFile().lastModified()));
                }
            }
        }
        catch (final IOException | URISyntaxException e)
        {
            throw new IllegalStateException("where this build lies can't be read", e);
        }
        return build.toString();
    }

    private static String number() throws IOException
    {
        final Properties properties = new Properties();
        try (InputStream stream = Version.class.getResourceAsStream("version.properties"))
        {
            if (stream != null)
            {
                properties.load(stream);
            }
        }
        return properties.getProperty("version", "of unknown version");
    }
}
