package io.millrace.persistence.local;

import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.checkpoint.Manifest;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints as folders of files: {@code FOLDER/ID/PART.part} and {@code FOLDER/ID/MANIFEST}. A folder without a
 * manifest is what is left of a draft.
 *
 * <p><b>Threading:</b> one thread. <b>Errors:</b> as {@link CheckpointStore}.
 */
public final class FileCheckpointStore implements CheckpointStore
{
    private final Storage storage;
    private final String folder;
    private final @Nullable KeyProvider keys;
    private final @Nullable ThreadFactory threads;

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
        this.keys = keys;
        this.threads = threads;
        this.storage = storage;
        this.folder = folder;
    }

    @Override
    public List<Long> ids()
    {
        final List<Long> ids = new ArrayList<>();
        for (final String name : storage.list(folder))
        {
            if (!name.matches("[0-9]{1,18}"))
            {
                continue;
            }
            final long id = Long.parseLong(name);
            // Whether it has a manifest may be what an earlier process could not make last.
            storage.syncFolder(path(id));
            if (storage.exists(manifest(id)))
            {
                storage.delete(path(id) + "/" + ManifestFile.DRAFT_NAME);
                ids.add(id);
            }
            else
            {
                clear(id);
            }
        }
        if (!ids.isEmpty())
        {
            storage.syncFolder(folder);
        }
        ids.sort(null);
        return ids;
    }

    @Override
    public Draft begin(final long id)
    {
        if (id < 0 || storage.exists(manifest(id)))
        {
            throw new IllegalArgumentException("checkpoint " + id + " can't be begun: it is there, or negative");
        }
        clear(id);
        return new FileDraft(id);
    }

    @Override
    public Checkpoint open(final long id)
    {
        if (!storage.exists(manifest(id)))
        {
            throw new StorageException(
                StorageException.Kind.DAMAGED, storage.describe(manifest(id)) + " is missing: no such checkpoint");
        }
        return new FileCheckpoint(ManifestFile.read(storage, manifest(id), id, keys));
    }

    @Override
    public void delete(final long id)
    {
        storage.delete(manifest(id));
        if (storage.exists(path(id)))
        {
            storage.syncFolder(path(id));
        }
        clear(id);
    }

    /** Deletes a folder that has no manifest. */
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
            final byte[] text = ManifestFile.text(manifest, summaries, keys);
            final String draft = path(id) + "/" + ManifestFile.DRAFT_NAME;
            ManifestFile.write(storage, draft, text);
            // Before the rename: a manifest must not outlast a crash without the files that it names.
            storage.syncFolder(path(id));
            storage.rename(draft, manifest(id));
            storage.syncFolder(path(id));
            storage.syncFolder(folder);
            close();
        }

        @Override
        public void abandon()
        {
            close();
            // The manifest may be there already, and what failed came behind its rename.
            FileCheckpointStore.this.delete(id);
        }

        private void close()
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
