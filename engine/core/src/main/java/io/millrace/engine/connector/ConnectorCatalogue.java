package io.millrace.engine.connector;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The connectors and formats of this process, by name. Those of vendors are loaded when a name is asked for that the
 * class path does not have, each with its libraries apart from the others'.
 *
 * <p><b>Threading:</b> any.
 */
public final class ConnectorCatalogue
{
    private final TreeMap<String, Connector> connectors = new TreeMap<>();
    private final TreeMap<String, Format> formats = new TreeMap<>();
    /** Null once it has been looked through. */
    private @Nullable Path libraries;

    private ConnectorCatalogue(
        final Iterable<Connector> connectors, final Iterable<Format> formats, final @Nullable Path libraries)
    {
        add(connectors, formats);
        this.libraries = libraries;
    }

    private void add(final Iterable<Connector> moreConnectors, final Iterable<Format> moreFormats)
    {
        moreConnectors.forEach(connector -> connectors.putIfAbsent(connector.name(), connector));
        moreFormats.forEach(format -> formats.putIfAbsent(format.name(), format));
    }

    /** Those on the class path. */
    public static ConnectorCatalogue load()
    {
        return load(null);
    }

    /**
     * Those on the class path, and those of vendors.
     *
     * @param libraries holds a folder of jars for each vendor; null where there are none.
     */
    public static ConnectorCatalogue load(final @Nullable Path libraries)
    {
        final ClassLoader loader = ConnectorCatalogue.class.getClassLoader();
        return new ConnectorCatalogue(
            ServiceLoader.load(Connector.class, loader), ServiceLoader.load(Format.class, loader), libraries);
    }

    /** Exactly those given. */
    public static ConnectorCatalogue of(final List<Connector> connectors, final List<Format> formats)
    {
        return new ConnectorCatalogue(connectors, formats, null);
    }

    private synchronized void loadVendors()
    {
        final Path folder = libraries;
        if (folder != null)
        {
            libraries = null;
            for (final VendorLoader loader : VendorLoader.below(folder, ConnectorCatalogue.class.getClassLoader()))
            {
                add(ServiceLoader.load(Connector.class, loader), ServiceLoader.load(Format.class, loader));
            }
        }
    }

    /** The connector called {@code name}, or null. */
    public synchronized @Nullable Connector connector(final String name)
    {
        if (!connectors.containsKey(name))
        {
            loadVendors();
        }
        return connectors.get(name);
    }

    /** The format called {@code name}, or null. */
    public synchronized @Nullable Format format(final String name)
    {
        if (!formats.containsKey(name))
        {
            loadVendors();
        }
        return formats.get(name);
    }

    /** Names of all connectors, in alphabetical order. */
    public synchronized List<String> connectorNames()
    {
        loadVendors();
        return List.copyOf(connectors.keySet());
    }

    /** Names of all formats, in alphabetical order. */
    public synchronized List<String> formatNames()
    {
        loadVendors();
        return List.copyOf(formats.keySet());
    }

    /** All connectors, by name. */
    public synchronized List<Connector> connectors()
    {
        loadVendors();
        return new ArrayList<>(connectors.values());
    }

    /** All formats, by name. */
    public synchronized List<Format> formats()
    {
        loadVendors();
        return new ArrayList<>(formats.values());
    }
}
