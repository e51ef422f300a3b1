package io.millrace.node;

import io.millrace.engine.connector.ConnectorCatalogue;
import java.nio.file.Path;

/**
 * What commands get from the process.
 *
 * @param folder where jobs keep their late and dead rows, each in a folder of its own.
 */
record Context(Terminal terminal, ConnectorCatalogue catalogue, Path folder)
{
}
