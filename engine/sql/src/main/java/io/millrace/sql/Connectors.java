package io.millrace.sql;

import io.millrace.engine.connector.Connector;
import io.millrace.engine.connector.Format;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The connectors and formats of this build, by name. */
public final class Connectors
{
    private final Map<String, Connector> connectors = new TreeMap<>();
    private final Map<String, Format> formats = new TreeMap<>();

    /** What {@link java.util.ServiceLoader} found, or what a test hands in. */
    public Connectors(final Iterable<? extends Connector> connectors, final Iterable<? extends Format> formats)
    {
        connectors.forEach(connector -> this.connectors.put(connector.name(), connector));
        formats.forEach(format -> this.formats.put(format.name(), format));
    }

    public @Nullable Connector connector(final String name)
    {
        return connectors.get(name);
    }

    public @Nullable Format format(final String name)
    {
        return formats.get(name);
    }

    public Collection<String> connectorNames()
    {
        return List.copyOf(connectors.keySet());
    }

    public Collection<String> formatNames()
    {
        return new ArrayList<>(formats.keySet());
    }
}
