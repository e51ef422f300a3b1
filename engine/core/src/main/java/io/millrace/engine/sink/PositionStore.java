package io.millrace.engine.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the position of each sink in a small file of text. {@link #store} is the commit point of a sink: what came
 * before it is delivered, what comes behind it is delivered again.
 *
 * <p><b>Layout</b> of {@code sinks/NAME.position}: lines {@code key=value}; first {@code format=1}, last
 * {@code crc32c=} and eight hexadecimal digits over all bytes before that line. A new one is written
 * beside it as {@code .tmp}, the one it replaces is kept as {@code .previous}, for a person to read.
 *
 * <p><b>Threading:</b> any; one sink is stored by one thread at a time. <b>Errors:</b> {@link StorageException}; after
 * one, {@link #load} says what holds. A damaged position is never replaced by the previous one: what was committed in
 * between would be delivered twice.
 */
public final class PositionStore
{
    /** Where positions are. */
    public static final String FOLDER = "sinks";

    private static final int MAX_LENGTH = 1 << 20;
    private static final int VERSION = 1;
    private static final String FORMAT = "format";
    private static final String SUM = "crc32c=";
    private static final String COUNT = "count.";

    private final Storage storage;
    private final Runnable force;

    public PositionStore(final Storage storage)
    {
        this(storage, () ->
        {
        });
    }

    /**
     * @param force makes the input last that results up to now come from: what a sink has shown must not outlive it.
     */
    public PositionStore(final Storage storage, final Runnable force)
    {
        this.storage = storage;
        this.force = force;
    }

    /**
     * What was stored last for a sink; null where nothing was. What it returns lasts.
     *
     * @throws StorageException DAMAGED where it can't be told what was stored last.
     */
    public @Nullable SinkPosition load(final String sink)
    {
        final String name = name(sink);
        final String previous = name + ".previous";
        if (!storage.exists(name) && storage.exists(previous))
        {
            // The process died between the two renames of a store: the new one is whole.
            final SinkPosition before = parse(previous);
            final SinkPosition next = storage.exists(name + ".tmp") ? parse(name + ".tmp") : null;
            // One whose folder could not be synced is stored again.
            if (next == null || next.commit() != before.commit() + 1 && !next.equals(before))
            {
                throw damaged(name, "is gone, although " + storage.describe(previous) + " is there");
            }
            storage.rename(name + ".tmp", name);
        }
        if (!storage.exists(name))
        {
            return null;
        }
        final SinkPosition position = parse(name);
        storage.syncFolder(FOLDER);
        return position;
    }

    /** Stores a position; once this returns, it lasts. */
    public void store(final String sink, final SinkPosition position)
    {
        force.run();
        final String name = name(sink);
        final byte[] bytes = format(sink, position);
        final long memory = Memory.allocate(bytes.length);
        try (StorageFile file = storage.create(name + ".tmp", 0))
        {
            Memory.copy(bytes, 0, memory, bytes.length);
            file.write(0, memory, bytes.length);
            file.force();
        }
        finally
        {
            Memory.free(memory);
        }
        if (storage.exists(name))
        {
            // Before the old one loses its name: a loss of power must not leave neither.
            storage.syncFolder(FOLDER);
            storage.rename(name, name + ".previous");
        }
        storage.rename(name + ".tmp", name);
        storage.syncFolder(FOLDER);
    }

    /** Lets a sink's counts begin anew, where it has a position: those of a changed job are of other statements. */
    public void resetCounts(final String sink)
    {
        final SinkPosition position = load(sink);
        if (position != null)
        {
            store(sink, new SinkPosition(position.commit() + 1, position.position(), position.token(), Map.of()));
        }
    }

    /** Removes what is stored for a sink that the job no longer has. */
    public void forget(final String sink)
    {
        final String name = name(sink);
        storage.delete(name + ".tmp");
        storage.delete(name + ".previous");
        storage.delete(name);
        storage.syncFolder(FOLDER);
    }

    private static String name(final String sink)
    {
        return FOLDER + "/" + FileName.of(sink) + ".position";
    }

    private static byte[] format(final String sink, final SinkPosition position)
    {
        final StringBuilder text = new StringBuilder(FORMAT + '=' + VERSION + '\n');
        text.append("sink=").append(FileName.of(sink)).append('\n');
        text.append("commit=").append(position.commit()).append('\n');
        text.append("position=").append(position.position()).append('\n');
        text.append("token=").append(position.token()).append('\n');
        position.counts().forEach((name, count) ->
            text.append(COUNT).append(name).append('=').append(count).append('\n'));
        final String sum = sum(text.toString().getBytes(UTF_8));
        return text.append(SUM).append(sum).append('\n').toString().getBytes(UTF_8);
    }

    private static String sum(final byte[] bytes)
    {
        final CRC32C sum = new CRC32C();
        sum.update(bytes);
        return String.format(Locale.ROOT, "%08x", sum.getValue());
    }

    private SinkPosition parse(final String name)
    {
        final String text = read(name);
        final int last = text.lastIndexOf(SUM);
        if (last < 0 || !text.substring(last).equals(SUM + sum(text.substring(0, last).getBytes(UTF_8)) + "\n"))
        {
            throw damaged(name, "its checksum is wrong");
        }
        final Map<String, String> values = new TreeMap<>();
        for (final String line : text.substring(0, last).split("\n", -1))
        {
            final int equals = line.indexOf('=');
            if (equals > 0)
            {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        if (!Integer.toString(VERSION).equals(values.get(FORMAT)))
        {
            throw StorageException.otherVersion(
                storage.describe(name), String.valueOf(values.get(FORMAT)), VERSION);
        }
        final Map<String, Long> counts = new TreeMap<>();
        for (final String key : values.keySet())
        {
            if (key.startsWith(COUNT))
            {
                counts.put(key.substring(COUNT.length()), number(name, values, key));
            }
        }
        return new SinkPosition(number(name, values, "commit"), number(name, values, "position"),
            values.getOrDefault("token", ""), counts);
    }

    private String read(final String name)
    {
        try (StorageFile file = storage.open(name))
        {
            if (file.length() > MAX_LENGTH)
            {
                throw damaged(name, "it is longer than a position can be");
            }
            final int length = (int)file.length();
            final long memory = Memory.allocate(length + 1L);
            try
            {
                final byte[] bytes = new byte[file.read(0, memory, length)];
                Memory.copy(memory, bytes, 0, bytes.length);
                return new String(bytes, UTF_8);
            }
            finally
            {
                Memory.free(memory);
            }
        }
    }

    private long number(final String name, final Map<String, String> values, final String key)
    {
        try
        {
            return Long.parseLong(String.valueOf(values.get(key)));
        }
        catch (final NumberFormatException e)
        {
            throw damaged(name, key + " is " + values.get(key));
        }
    }

    private StorageException damaged(final String name, final String what)
    {
        return new StorageException(StorageException.Kind.DAMAGED, storage.describe(name) + ": " + what +
            "; how far this sink had come is not known, beginning earlier would deliver rows twice: see recovery.md");
    }
}
