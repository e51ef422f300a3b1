package io.millrace.bridges.chronicle;

import io.millrace.engine.connector.TableOptions;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import net.openhft.chronicle.queue.ChronicleQueue;

/** Opens queues. */
final class Queues
{
    private Queues()
    {
    }

    /** Opens a queue, in the roll cycle that it has. */
    static ChronicleQueue open(final Path folder, final boolean isReadOnly)
    {
        try
        {
            return ChronicleQueue.singleBuilder(folder).readOnly(isReadOnly).build();
        }
        catch (final IllegalStateException | IllegalArgumentException | UncheckedIOException e)
        {
            throw TableOptions.environment("can't open the queue in " + folder + ": " + e.getMessage());
        }
    }
}
