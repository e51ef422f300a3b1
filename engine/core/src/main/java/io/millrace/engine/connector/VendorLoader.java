package io.millrace.engine.connector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Classes of one vendor, from the jars of its folder. What they hold is taken from there and the rest from the engine's
 * class path, so that libraries which vendors share in different versions never meet.
 */
final class VendorLoader extends URLClassLoader
{
    private VendorLoader(final String name, final URL[] jars, final ClassLoader parent)
    {
        super(name, jars, parent);
    }

    /** A loader for each folder below {@code libraries} that holds jars, by name. */
    static List<VendorLoader> below(final Path libraries, final ClassLoader parent)
    {
        try (Stream<Path> folders = Files.list(libraries))
        {
            return folders.filter(Files::isDirectory).sorted().map(folder -> of(folder, parent))
                .filter(loader -> loader.getURLs().length > 0).toList();
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException("can't list " + libraries, e);
        }
    }

    private static VendorLoader of(final Path folder, final ClassLoader parent)
    {
        try (Stream<Path> files = Files.list(folder))
        {
            return new VendorLoader(String.valueOf(folder.getFileName()),
                files.filter(file -> file.toString().endsWith(".jar")).sorted().map(VendorLoader::url)
                .toArray(URL[]::new), parent);
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException("can't list " + folder, e);
        }
    }

    private static URL url(final Path file)
    {
        try
        {
            return file.toUri().toURL();
        }
        catch (final MalformedURLException e)
        {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Class<?> loadClass(final String name, final boolean isResolved) throws ClassNotFoundException
    {
        synchronized (getClassLoadingLock(name))
        {
            Class<?> found = findLoadedClass(name);
            if (found == null)
            {
                found = findOwn(name);
            }
            if (found == null)
            {
                return super.loadClass(name, isResolved);
            }
            if (isResolved)
            {
                resolveClass(found);
            }
            return found;
        }
    }

    private @Nullable Class<?> findOwn(final String name) throws ClassNotFoundException
    {
        final String file = name.replace('.', '/') + ".class";
        return findResource(file) == null ? null : findClass(name);
    }

    @Override
    public @Nullable URL getResource(final String name)
    {
        final URL own = findResource(name);
        return own == null ? super.getResource(name) : own;
    }

    /** Its own alone for services, which the engine looks for on its class path itself. */
    @Override
    public Enumeration<URL> getResources(final String name) throws IOException
    {
        final Enumeration<URL> own = findResources(name);
        if (own.hasMoreElements() || name.startsWith("META-INF/services/" + Connector.class.getPackageName()))
        {
            return own;
        }
        final ClassLoader parent = getParent();
        return parent == null ? Collections.emptyEnumeration() : parent.getResources(name);
    }
}
