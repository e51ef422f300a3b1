package io.millrace.node.job;

import io.millrace.codecs.Memory;
import io.millrace.engine.storage.Storage;
import io.millrace.engine.storage.StorageException;
import io.millrace.engine.storage.StorageFile;
import io.millrace.persistence.local.KeyProvider;
import io.millrace.persistence.local.SealedBytes;
import io.millrace.sql.stored.StoredPlan;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the plan of the job that last ran on a state folder: one file, {@value #FILE}, replaced as a whole, encrypted
 * where the folder is.
 *
 * <p><b>Threading:</b> one thread. <b>Errors:</b> {@link StorageException} where the storage fails; a plan that can't
 * be used is no error, the job is compiled as at its first start.
 */
public final class StoredPlans
{
    /** Where the plan is kept. */
    public static final String FOLDER = "plan";
    /** The plan. */
    public static final String FILE = FOLDER + "/current.plan";

    private static final String DRAFT = FILE + ".tmp";
    private static final int MAX_LENGTH = 256 << 20;

    private final Storage storage;
    private final @Nullable KeyProvider keys;
    private final Consumer<String> messages;

    /**
     * @param keys     what encrypts the plan; null: nothing.
     * @param messages is told what a person should know, a sentence each.
     */
    public StoredPlans(
        final Storage storage, final @Nullable KeyProvider keys, final Consumer<String> messages)
    {
        this.storage = storage;
        this.keys = keys;
        this.messages = messages;
    }

    /** The plan with a key; null where another is kept, or none that can be used. */
    public @Nullable StoredPlan find(final String key)
    {
        return use((bytes) -> key.equals(StoredPlan.valuesOf(bytes).get(StoredPlan.KEY)) ? StoredPlan.of(bytes) : null);
    }

    /** The plan that was kept last, whatever its key; null where there is none that can be used. */
    public @Nullable StoredPlan current()
    {
        return use(StoredPlan::of);
    }

    private @Nullable StoredPlan use(final Function<byte[], @Nullable StoredPlan> reading)
    {
        final byte[] bytes = read();
        try
        {
            return bytes == null ? null : reading.apply(opened(bytes));
        }
        catch (final StorageException e)
        {
            // A key that is missing or another one refuses the whole folder, which says it.
            if (e.kind() != StorageException.Kind.FAILED)
            {
                passedOver(e);
            }
            return null;
        }
    }

    private void passedOver(final StorageException e)
    {
        messages.accept(storage.describe(FILE) + ": " + e.getMessage() + "; the job is compiled again");
    }

    /** Whether the plan with a key is kept, and as a new one would be: encrypted or not. */
    public boolean isKept(final String key)
    {
        final byte[] bytes = read();
        return bytes != null && SealedBytes.isSealed(bytes) == (keys != null) &&
            key.equals(values().get(StoredPlan.KEY));
    }

    /** Of an open folder, what is kept beside the plan that was kept last; empty where none can be used. */
    public SortedMap<String, String> values()
    {
        final byte[] bytes = read();
        try
        {
            return bytes == null ? new TreeMap<>() : StoredPlan.valuesOf(opened(bytes));
        }
        catch (final StorageException e)
        {
            passedOver(e);
            return new TreeMap<>();
        }
    }

    /**
     * Keeps a plan in the place of the one before; once this returns, it lasts.
     *
     * @throws StorageException also where what was to be kept can't be read back: it is not kept then.
     */
    public void keep(final StoredPlan plan)
    {
        final byte[] plain = plan.bytes();
        StoredPlan.of(plain);
        final byte[] bytes = keys == null ? plain : SealedBytes.seal(plain, keys);
        final long memory = Memory.allocate(bytes.length);
        try (StorageFile file = storage.create(DRAFT, bytes.length))
        {
            Memory.copy(bytes, 0, memory, bytes.length);
            file.write(0, memory, bytes.length);
            file.force();
        }
        finally
        {
            Memory.free(memory);
        }
        storage.rename(DRAFT, FILE);
        storage.syncFolder(FOLDER);
    }

    private byte[] opened(final byte[] bytes)
    {
        return SealedBytes.open(bytes, keys, "it");
    }

    private byte @Nullable [] read()
    {
        if (!storage.exists(FILE))
        {
            return null;
        }
        try (StorageFile file = storage.open(FILE))
        {
            final int length = (int)Math.min(file.length(), MAX_LENGTH);
            final long memory = Memory.allocate(length + 1L);
            try
            {
                int read = 0;
                for (int more = 1; read < length && more > 0; read += more)
                {
                    more = file.read(read, memory + read, length - read);
                }
                final byte[] bytes = new byte[read];
                Memory.copy(memory, bytes, 0, read);
                return bytes;
            }
            finally
            {
                Memory.free(memory);
            }
        }
    }
}
