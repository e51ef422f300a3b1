package io.millrace.engine.sink;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.PartFiles;
import io.millrace.engine.storage.Storage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Side tables in a state folder: part files of {@code tables/NAME/}, each commit's rows visible once and whole. The
 * token is the parts' tokens by table, {@code NAME=TOKEN}, separated by spaces.
 *
 * <p><b>Ownership:</b> the parts in progress and an off-heap buffer.
 */
final class PartSideFiles implements SideFiles
{
    /** Where they are. */
    static final String FOLDER = "tables";

    /** A file that readers pass over, so that a table without rows has a folder. */
    private static final String MARKER = ".table";
    private static final String ID = "0";
    private static final long MAX_PART_BYTES = 128L << 20;
    private static final int BUFFER_LENGTH = 64 * 1024;

    private final Storage storage;
    private final LongSupplier nanoClock;
    private final Map<String, PartFiles> writers = new TreeMap<>();
    /** Lines of {@link #buffered} that its writer lacks. */
    private long buffer;
    private int capacity;
    private int used;
    private String buffered = "";

    /**
     * @param tables that lines may come for; they are there, empty, from now on.
     */
    PartSideFiles(final Storage storage, final List<String> tables, final LongSupplier nanoClock)
    {
        this.storage = storage;
        this.nanoClock = nanoClock;
        for (final String table : tables)
        {
            final String marker = FOLDER + "/" + FileName.of(table) + "/" + MARKER;
            if (!storage.exists(marker))
            {
                storage.create(marker, 0).close();
            }
        }
    }

    private PartFiles newWriter(final String table)
    {
        return new PartFiles(
            storage, FOLDER + "/" + FileName.of(table), ID, MAX_PART_BYTES, PartFiles.EACH_COMMIT, nanoClock);
    }

    @Override
    public void write(final String table, final byte[] plain)
    {
        final byte[] line = LineSum.add(plain);
        if (!table.equals(buffered) || used + line.length > capacity)
        {
            flush();
            buffered = table;
        }
        if (line.length > capacity)
        {
            Memory.free(buffer);
            capacity = Math.max(BUFFER_LENGTH, line.length * 2);
            buffer = Memory.allocate(capacity);
        }
        Memory.copy(line, 0, buffer + used, line.length);
        used += line.length;
    }

    @Override
    public void flush()
    {
        if (used == 0)
        {
            return;
        }
        PartFiles writer = writers.get(buffered);
        if (writer == null)
        {
            writer = newWriter(buffered);
            writer.begin();
            writers.put(buffered, writer);
        }
        writer.append(buffer, used);
        used = 0;
    }

    @Override
    public void end()
    {
        flush();
        writers.values().forEach(PartFiles::end);
    }

    @Override
    public String prepare()
    {
        flush();
        final StringBuilder token = new StringBuilder();
        writers.forEach((table, writer) -> token.append(token.isEmpty() ? "" : " ")
            .append(FileName.of(table)).append('=').append(writer.prepare()));
        return token.toString();
    }

    @Override
    public void complete(final String token)
    {
        tokens(token).forEach((table, part) ->
        {
            final PartFiles writer = writers.get(table);
            if (writer != null)
            {
                writer.complete(part);
            }
        });
    }

    /** Tables without a token have no row that was committed: what is in progress there is deleted. */
    @Override
    public void recover(final @Nullable String token)
    {
        final Map<String, String> tokens = tokens(token == null ? "" : token);
        for (final String folder : storage.list(FOLDER))
        {
            final String table = FileName.tableOf(folder);
            final String part = tokens.get(table);
            final PartFiles writer = newWriter(table);
            if (part == null)
            {
                writer.discard();
            }
            else
            {
                writer.recover(part);
                writers.put(table, writer);
            }
        }
    }

    private static Map<String, String> tokens(final String token)
    {
        final Map<String, String> tokens = new TreeMap<>();
        for (final String part : token.split(" ", -1))
        {
            final int equals = part.indexOf('=');
            if (equals > 0)
            {
                tokens.put(FileName.tableOf(part.substring(0, equals)), part.substring(equals + 1));
            }
        }
        return tokens;
    }

    @Override
    public boolean isTransactional()
    {
        return true;
    }

    @Override
    public void reopen()
    {
        writers.clear();
        used = 0;
    }

    @Override
    public void close()
    {
        writers.values().forEach(PartFiles::close);
        writers.clear();
        Memory.free(buffer);
        buffer = 0;
        capacity = 0;
        used = 0;
    }
}
