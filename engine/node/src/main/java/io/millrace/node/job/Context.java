package io.millrace.node.job;

import io.millrace.engine.connector.ConnectorCatalogue;
import io.millrace.node.terminal.Terminal;
import java.nio.file.Path;

/**
 * What commands get from the process.
 *
 * @param folder  where jobs keep their late and dead rows, each in a folder of its own.
 * @param startNs when the process began, as the platform's clock tells.
 */
public record Context(Terminal terminal, ConnectorCatalogue catalogue, Path folder, long startNs)
{
    /** Of a process that begins now. */
    public Context(final Terminal terminal, final ConnectorCatalogue catalogue, final Path folder)
    {
        this(terminal, catalogue, folder, System.nanoTime());
    }
}
