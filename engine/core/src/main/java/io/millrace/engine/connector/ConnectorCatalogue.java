package io.millrace.engine.connector;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The connectors and formats of this process, by name. Immutable. */
public final class ConnectorCatalogue
{
    private final TreeMap<String, Connector> connectors = new TreeMap<>();
    private final TreeMap<String, Format> formats = new TreeMap<>();

    private ConnectorCatalogue(final Iterable<Connector> connectors, final Iterable<Format> formats)
    {
        connectors.forEach((connector) -> this.connectors.put(connector.name(), connector));
        formats.forEach((format) -> this.formats.put(format.name(), format));
    }

    /** Those on the class path. */
    public static ConnectorCatalogue load()
    {
        final ClassLoader loader = ConnectorCatalogue.class.getClassLoader();
        return new ConnectorCatalogue(
            ServiceLoader.load(Connector.class, loader), ServiceLoader.load(Format.class, loader));
    }

    /** Exactly those given. */
    public static ConnectorCatalogue of(final List<Connector> connectors, final List<Format> formats)
    {
        return new ConnectorCatalogue(connectors, formats);
    }

    /** The connector called {@code name}, or null. */
    public @Nullable Connector connector(final String name)
    {
        return connectors.get(name);
    }

    /** The format called {@code name}, or null. */
    public @Nullable Format format(final String name)
    {
        return formats.get(name);
    }

    /** Names of all connectors, in alphabetical order. */
    public List<String> connectorNames()
    {
        return List.copyOf(connectors.keySet());
    }

    /** Names of all formats, in alphabetical order. */
    public List<String> formatNames()
    {
        return List.copyOf(formats.keySet());
    }

    /** All connectors, by name. */
    public List<Connector> connectors()
    {
        return new ArrayList<>(connectors.values());
    }

    /** All formats, by name. */
    public List<Format> formats()
    {
        return new ArrayList<>(formats.values());
    }
}
