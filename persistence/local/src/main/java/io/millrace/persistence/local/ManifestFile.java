package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.checkpoint.Manifest;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The text of a checkpoint's manifest: lines {@code name=value} sorted by name, then {@code crc32c=} of all before it.
 * Beside what the job says it holds {@code format}, {@code id}, and a {@code part.NAME} for each part.
 */
final class ManifestFile
{
    static final String FILE_NAME = "MANIFEST";
    static final String DRAFT_NAME = "MANIFEST.tmp";

    private static final String FORMAT = "format";
    private static final String ID = "id";
    private static final String PART = "part.";
    private static final String CRC = "crc32c=";
    private static final int VERSION = 1;

    private ManifestFile()
    {
    }

    /** What a manifest says. */
    record Content(Manifest manifest, SortedMap<String, PartSummary> parts)
    {
    }

    static byte[] text(final Manifest manifest, final Map<String, PartSummary> parts)
    {
        final SortedMap<String, String> lines = new TreeMap<>();
        manifest.values().forEach((name, value) ->
        {
            if (name.isEmpty() || name.equals(FORMAT) || name.equals(ID) || name.startsWith(PART) ||
                name.startsWith("crc32c") || name.indexOf('=') >= 0 || (name + value).indexOf('\n') >= 0)
            {
                throw new IllegalArgumentException("no entry of a manifest: " + name + "=" + value);
            }
            lines.put(name, value);
        });
        lines.put(FORMAT, Integer.toString(VERSION));
        lines.put(ID, Long.toString(manifest.id()));
        parts.forEach((name, summary) -> lines.put(PART + name, summary.text()));
        final StringBuilder text = new StringBuilder();
        lines.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        final byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        text.append(CRC).append(crc(body, body.length)).append('\n');
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String crc(final byte[] bytes, final int length)
    {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return String.format("%08x", (int)crc.getValue());
    }

    static void write(final Storage storage, final String path, final byte[] text)
    {
        try (StorageFile file = storage.create(path, 0);
            Region region = new Region(text.length))
        {
            Memory.copy(text, 0, region.address(), text.length);
            file.write(0, region.address(), text.length);
            file.force();
        }
    }

    static Content read(final Storage storage, final String path, final long id)
    {
        final byte[] bytes;
        try (StorageFile file = storage.open(path))
        {
            bytes = new byte[(int)Math.min(file.length(), Integer.MAX_VALUE - Memory.SLACK)];
            try (Region region = new Region(bytes.length))
            {
                final int read = file.read(0, region.address(), bytes.length);
                Memory.copy(region.address(), bytes, 0, read);
            }
        }
        final String where = storage.describe(path);
        final int last = bytes.length - CRC.length() - 9;
        if (last < 0 || !new String(bytes, last, bytes.length - last, StandardCharsets.UTF_8)
            .equals(CRC + crc(bytes, last) + "\n"))
        {
            throw damaged(where, Math.max(0, last), "its checksum is wrong");
        }
        return parse(new String(bytes, 0, last, StandardCharsets.UTF_8), where, id);
    }

    private static Content parse(final String text, final String where, final long id)
    {
        final SortedMap<String, String> values = new TreeMap<>();
        final SortedMap<String, PartSummary> parts = new TreeMap<>();
        text.lines().forEach(line ->
        {
            final int equals = line.indexOf('=');
            values.put(line.substring(0, Math.max(0, equals)), line.substring(equals + 1));
        });
        final String version = values.remove(FORMAT);
        if (!Integer.toString(VERSION).equals(version))
        {
            throw new StorageException(StorageException.Kind.FAILED, where + " has format version " + version +
                ", this Millrace reads version " + VERSION + "; run the release that wrote it, or a newer one");
        }
        final String said = values.remove(ID);
        if (!Long.toString(id).equals(said))
        {
            throw damaged(where, 0, "it says checkpoint " + said);
        }
        values.entrySet().removeIf(entry ->
        {
            if (!entry.getKey().startsWith(PART))
            {
                return false;
            }
            try
            {
                parts.put(entry.getKey().substring(PART.length()), PartSummary.parse(entry.getValue()));
            }
            catch (final IllegalArgumentException e)
            {
                throw new StorageException(
                    StorageException.Kind.DAMAGED, where + ", " + entry.getKey() + ": " + e.getMessage(), e);
            }
            return true;
        });
        return new Content(new Manifest(id, values), parts);
    }

    private static StorageException damaged(final String where, final long offset, final String what)
    {
        return new StorageException(StorageException.Kind.DAMAGED, where + ", offset " + offset + ": " + what);
    }
}
