package io.millrace.engine.snapshot;

import io.millrace.engine.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a checkpoint says of itself, as text by name, so that a person can read it: the entry of the cut, positions of
 * sources and of the output log, counts, the job.
 *
 * @param values sorted by name; neither names nor values hold a line feed.
 */
public record Manifest(long id, SortedMap<String, String> values)
{
    public Manifest
    {
        values = new TreeMap<>(values);
    }

    public Manifest(final long id, final Map<String, String> values)
    {
        this(id, new TreeMap<>(values));
    }

    /**
     * @throws StorageException DAMAGED where it is not there.
     */
    public String text(final String name)
    {
        final String value = values.get(name);
        if (value == null)
        {
            throw new StorageException(
                StorageException.Kind.DAMAGED, "checkpoint " + id + ": its manifest has no " + name);
        }
        return value;
    }

    /** Rows read of all tables. */
    public long rows()
    {
        long rows = 0;
        for (int table = 0; values.containsKey("source." + table + ".rows"); table++)
        {
            rows += number("source." + table + ".rows");
        }
        return rows;
    }

    /** Names of the tables whose input had ended. */
    public List<String> endedTables()
    {
        final List<String> ended = new ArrayList<>();
        for (int table = 0; values.containsKey("source." + table + ".rows"); table++)
        {
            final String prefix = "source." + table + ".";
            final long partitions = number(prefix + "partitions");
            int count = 0;
            for (int partition = 0; partition < partitions; partition++)
            {
                count += Boolean.parseBoolean(text(prefix + "partition." + partition + ".ended")) ? 1 : 0;
            }
            if (count == partitions)
            {
                ended.add(text(prefix + "name"));
            }
        }
        return ended;
    }

    /**
     * @throws StorageException DAMAGED where it is not there or no number.
     */
    public long number(final String name)
    {
        final String value = text(name);
        try
        {
            return Long.parseLong(value);
        }
        catch (final NumberFormatException e)
        {
            throw new StorageException(StorageException.Kind.DAMAGED,
                "checkpoint " + id + ": " + name + " is no number in its manifest: " + value, e);
        }
    }
}
