package io.millrace.persistence.local;

import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.log.Log;
import io.millrace.engine.snapshot.Manifest;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints as folders of files: {@code FOLDER/ID/PART.part} and {@code FOLDER/ID/MANIFEST}. Until all is forced the
 * manifest's name ends with what names the system's start, behind whose end it is no manifest any more. A folder
 * without one is what is left of a draft.
 *
 * <p><b>Threading:</b> one thread. <b>Errors:</b> as {@link CheckpointStore}.
 */
public final class FileCheckpointStore implements CheckpointStore
{
    private final Storage storage;
    private final String folder;
    private final @Nullable KeyProvider keys;
    private final @Nullable ThreadFactory threads;
    private final String systemStart;

    /**
     * @param folder its name in the storage.
     */
    public FileCheckpointStore(final Storage storage, final String folder)
    {
        this(storage, folder, null);
    }

    /**
     * @param keys what encrypts new checkpoints and decrypts those that are encrypted; null: nothing.
     */
    public FileCheckpointStore(final Storage storage, final String folder, final @Nullable KeyProvider keys)
    {
        this(storage, folder, keys, null);
    }

    /**
     * @param threads makes the threads that read checkpoints ahead, one for a part that is being read; null for none.
     */
    public FileCheckpointStore(final Storage storage, final String folder, final @Nullable KeyProvider keys,
        final @Nullable ThreadFactory threads)
    {
        this(storage, folder, keys, threads, SystemStart.here());
    }

    /**
     * @param systemStart what differs from one start of the operating system to the next; "" where that can't be known.
     */
    public FileCheckpointStore(final Storage storage, final String folder, final @Nullable KeyProvider keys,
        final @Nullable ThreadFactory threads, final String systemStart)
    {
        this.systemStart = systemStart;
        this.keys = keys;
        this.threads = threads;
        this.storage = storage;
        this.folder = folder;
    }

    @Override
    public List<Long> ids()
    {
        final List<Long> ids = new ArrayList<>();
        for (final long id : folders())
        {
            // Whether it has a manifest may be what an earlier process could not make last.
            storage.syncFolder(path(id));
            if (storage.exists(manifest(id)))
            {
                ids.add(id);
            }
            else if (!isUnforced(id))
            {
                clear(id);
            }
        }
        if (!ids.isEmpty())
        {
            storage.syncFolder(folder);
        }
        return ids;
    }

    @Override
    public List<Long> unforcedIds()
    {
        return folders().stream().filter(this::isUnforced).toList();
    }

    private List<Long> folders()
    {
        return storage.list(folder).stream().filter(name -> name.matches("[0-9]{1,18}")).map(Long::valueOf).sorted()
            .toList();
    }

    @Override
    public Draft begin(final long id)
    {
        if (id < 0 || storage.exists(manifest(id)) || isUnforced(id))
        {
            throw new IllegalArgumentException("checkpoint " + id + " can't be begun: it is there, or negative");
        }
        clear(id);
        return new FileDraft(id);
    }

    @Override
    public Checkpoint open(final long id)
    {
        final String name = isUnforced(id) ? unforced(id) : manifest(id);
        if (!storage.exists(name))
        {
            throw new StorageException(
                StorageException.Kind.DAMAGED, storage.describe(name) + " is missing: no such checkpoint");
        }
        return new FileCheckpoint(ManifestFile.read(storage, name, id, keys));
    }

    @Override
    public void delete(final long id)
    {
        storage.delete(unforced(id));
        storage.delete(manifest(id));
        if (storage.exists(path(id)))
        {
            storage.syncFolder(path(id));
        }
        clear(id);
    }

    @Override
    public void deleteUnforced(final long id)
    {
        storage.delete(unforced(id));
        clear(id);
    }

    /** Deletes a folder that has no manifest, or one that a loss of power would take. */
    private void clear(final long id)
    {
        for (final String name : storage.list(path(id)))
        {
            storage.delete(path(id) + "/" + name);
        }
        storage.delete(path(id));
    }

    private String path(final long id)
    {
        return folder + "/" + id;
    }

    private String manifest(final long id)
    {
        return path(id) + "/" + ManifestFile.FILE_NAME;
    }

    private String unforced(final long id)
    {
        return path(id) + "/" + ManifestFile.UNFORCED_NAME + systemStart;
    }

    private boolean isUnforced(final long id)
    {
        return !systemStart.isEmpty() && storage.exists(unforced(id)) && !storage.exists(manifest(id));
    }

    @Override
    public void close()
    {
    }

    private final class FileDraft implements Draft
    {
        private final long id;
        private final SortedMap<String, PartWriter> parts = new TreeMap<>();

        private FileDraft(final long id)
        {
            this.id = id;
        }

        @Override
        public void append(final String part, final long address, final int length)
        {
            PartWriter writer = parts.get(part);
            if (writer == null)
            {
                PartDescriptor.checkName(part);
                writer = new PartWriter(storage, path(id) + "/" + PartDescriptor.fileName(part), id, part, keys);
                parts.put(part, writer);
            }
            writer.append(address, length);
        }

        @Override
        public void complete(final Manifest manifest)
        {
            if (manifest.id() != id)
            {
                throw new IllegalArgumentException("a manifest of checkpoint " + manifest.id() + " for " + id);
            }
            final Map<String, PartSummary> summaries = new TreeMap<>();
            parts.forEach((name, writer) -> summaries.put(name, writer.finish()));
            final String draft = path(id) + "/" + ManifestFile.DRAFT_NAME;
            ManifestFile.write(storage, draft, ManifestFile.text(manifest, summaries, keys));
            storage.rename(draft, unforced(id));
        }

        @Override
        public void force()
        {
            parts.values().forEach(PartWriter::force);
            try (StorageFile manifest = storage.open(unforced(id)))
            {
                manifest.force();
            }
            // Before the rename: a manifest must not outlast a crash without the files that it names.
            storage.syncFolder(path(id));
            storage.rename(unforced(id), manifest(id));
            storage.syncFolder(path(id));
            storage.syncFolder(folder);
        }

        @Override
        public void abandon()
        {
            close();
            // The manifest may be there already, and what failed came behind its rename.
            FileCheckpointStore.this.delete(id);
        }

        @Override
        public void close()
        {
            parts.values().forEach(PartWriter::close);
            parts.clear();
        }
    }

    private final class FileCheckpoint implements Checkpoint
    {
        private final ManifestFile.Content content;

        private FileCheckpoint(final ManifestFile.Content content)
        {
            this.content = content;
        }

        @Override
        public Manifest manifest()
        {
            return content.manifest();
        }

        @Override
        public List<String> parts()
        {
            return List.copyOf(content.parts().keySet());
        }

        @Override
        public long bytes()
        {
            return content.parts().values().stream().mapToLong(PartSummary::length).sum() +
                content.length();
        }

        @Override
        public void read(final String part, final Log.RecordConsumer consumer)
        {
            final PartSummary summary = content.parts().get(part);
            if (summary != null)
            {
                final long id = content.manifest().id();
                new PartReader(storage, path(id) + "/" + PartDescriptor.fileName(part), id, summary, keys, threads)
                    .read(part, consumer);
            }
        }
    }
}
