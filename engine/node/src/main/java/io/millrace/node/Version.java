package io.millrace.node;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
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
