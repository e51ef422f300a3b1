package io.millrace.persistence.local;

import io.millrace.engine.storage.FolderStorage;
import io.millrace.engine.storage.StorageException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder of the local machine that one process at a time uses. The file of its lock is none of the folder's.
 *
 * <p><b>Threading:</b> as {@link FolderStorage}. <b>Ownership:</b> the lock is given back by {@link #close()}.
 */
public final class FileStorage extends FolderStorage
{
    private @Nullable FolderLock lock;

    /** The folder is made when a file is, or its lock is taken. */
    public FileStorage(final Path root)
    {
        super(root);
    }

    /**
     * Makes this process the only one that uses the folder, until {@link #close()} or its end however it comes.
     *
     * @throws StorageException FAILED, naming who holds it.
     */
    public synchronized void lock()
    {
        if (lock == null)
        {
            ensureFolder(root());
            lock = FolderLock.take(root());
        }
    }

    @Override
    public List<String> list(final String folder)
    {
        final List<String> names = super.list(folder);
        return folder.isEmpty() ? names.stream().filter(name -> !name.equals(FolderLock.FILE_NAME)).toList() : names;
    }

    @Override
    public synchronized void close()
    {
        if (lock != null)
        {
            lock.close();
            lock = null;
        }
    }
}
