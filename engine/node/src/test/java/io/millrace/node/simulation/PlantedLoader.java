package io.millrace.node.simulation;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Loads Millrace's classes anew, a planted bug's before the build's; all else is shared, and stays warm. */
final class PlantedLoader extends URLClassLoader
{
    /**
     * @param planted folder of classes that go first.
     */
    PlantedLoader(final Path planted) throws MalformedURLException
    {
        super(urls(planted), PlantedLoader.class.getClassLoader());
    }

    private static URL[] urls(final Path planted) throws MalformedURLException
    {
        final List<URL> urls = new ArrayList<>();
        urls.add(planted.toUri().toURL());
        for (final String path : System.getProperty("java.class.path").split(System.getProperty("path.separator")))
        {
            urls.add(Path.of(path).toUri().toURL());
        }
        return urls.toArray(new URL[0]);
    }

    @Override
    protected Class<?> loadClass(final String name, final boolean isResolved) throws ClassNotFoundException
    {
        if (!name.startsWith("io.millrace."))
        {
            return super.loadClass(name, isResolved);
        }
        synchronized (getClassLoadingLock(name))
        {
            final Class<?> known = findLoadedClass(name);
            return known == null ? findClass(name) : known;
        }
    }
}
