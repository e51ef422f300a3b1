package io.millrace.persistence.local;

import io.millrace.codecs.Memory;
import io.millrace.engine.snapshot.Manifest;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The text of a checkpoint's manifest: lines {@code name=value} sorted by name, then {@code crc32c=} of all before it.
 * Beside what the job says it holds {@code format}, {@code id}, and a {@code part.NAME} for each part. With a key what
 * the job says is encrypted, in {@code sealed}, by the data key in {@code key}.
 */
final class ManifestFile
{
    static final String FILE_NAME = "MANIFEST";
    static final String DRAFT_NAME = "MANIFEST.tmp";
    /** How the name begins where nothing was forced: what names the system's start follows. */
    static final String UNFORCED_NAME = "MANIFEST.of-";

    private static final String FORMAT = "format";
    private static final String ID = "id";
    private static final String PART = "part.";
    private static final String KEY = "key";
    private static final String SEALED = "sealed";
    private static final String CRC = "crc32c=";
    private static final int VERSION = 1;

    private ManifestFile()
    {
    }

    /** What a manifest says. */
    record Content(Manifest manifest, SortedMap<String, PartSummary> parts, int length)
    {
    }

    static byte[] text(
        final Manifest manifest, final Map<String, PartSummary> parts, final @Nullable KeyProvider keys)
    {
        final SortedMap<String, String> lines = new TreeMap<>();
        manifest.values().forEach((name, value) ->
        {
            if (name.isEmpty() || name.equals(FORMAT) || name.equals(ID) || name.equals(KEY) || name.equals(SEALED) ||
                name.startsWith(PART) ||
                name.startsWith("crc32c") || name.indexOf('=') >= 0 || (name + value).indexOf('\n') >= 0)
            {
                throw new IllegalArgumentException("no entry of a manifest: " + name + "=" + value);
            }
            lines.put(name, value);
        });
        if (keys != null)
        {
            final KeyProvider.DataKey key = keys.newDataKey();
            final byte[] sealed = key.sealer().seal(join(lines).getBytes(StandardCharsets.UTF_8), manifest.id());
            lines.clear();
            lines.put(KEY, Base64.getEncoder().encodeToString(key.sealedKey()));
            lines.put(SEALED, Base64.getEncoder().encodeToString(sealed));
        }
        lines.put(FORMAT, Integer.toString(VERSION));
        lines.put(ID, Long.toString(manifest.id()));
        parts.forEach((name, summary) -> lines.put(PART + name, summary.text()));
        final String text = join(lines);
        final byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return (text + CRC + crc(body, body.length) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String join(final SortedMap<String, String> lines)
    {
        final StringBuilder text = new StringBuilder();
        lines.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }

    private static SortedMap<String, String> split(final String text)
    {
        final SortedMap<String, String> values = new TreeMap<>();
        text.lines().forEach(line ->
        {
            final int equals = line.indexOf('=');
            values.put(line.substring(0, Math.max(0, equals)), line.substring(equals + 1));
        });
        return values;
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
        }
    }

    static Content read(
        final Storage storage, final String path, final long id, final @Nullable KeyProvider keys)
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
        final SortedMap<String, String> values = split(new String(bytes, 0, last, StandardCharsets.UTF_8));
        final SortedMap<String, PartSummary> parts = parse(values, where, id);
        final String key = values.remove(KEY);
        final String sealed = values.remove(SEALED);
        if (key != null && sealed != null)
        {
            if (keys == null)
            {
                throw SealedKey.missing(where);
            }
            final byte[] plain =
                keys.open(Base64.getDecoder().decode(key), where).open(Base64.getDecoder().decode(sealed), id);
            values.putAll(split(new String(plain, StandardCharsets.UTF_8)));
        }
        return new Content(new Manifest(id, values), parts, bytes.length);
    }

    /** Takes out of the values what a manifest says beside what the job says. */
    private static SortedMap<String, PartSummary> parse(
        final SortedMap<String, String> values, final String where, final long id)
    {
        final SortedMap<String, PartSummary> parts = new TreeMap<>();
        final String version = values.remove(FORMAT);
        if (!Integer.toString(VERSION).equals(version))
        {
            throw StorageException.otherVersion(where, String.valueOf(version), VERSION);
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
        return parts;
    }

    private static StorageException damaged(final String where, final long offset, final String what)
    {
        return new StorageException(StorageException.Kind.DAMAGED, where + ", offset " + offset + ": " + what);
    }
}
