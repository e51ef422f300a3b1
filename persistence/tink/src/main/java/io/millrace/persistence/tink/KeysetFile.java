package io.millrace.persistence.tink;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.millrace.engine.Failures;
import io.millrace.engine.storage.StorageException;
import io.millrace.persistence.local.KeyProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Set;

/**
 * The key-encryption key in a file of the local machine: a Tink keyset in JSON that only its owner may read. A keyset
 * may hold several keys; new data keys are encrypted by its primary one, and those that older ones have encrypted stay
 * readable, which is how keys are changed.
 *
 * <p><b>Threading:</b> any thread.
 */
public final class KeysetFile implements KeyProvider
{
    /** Binds encrypted data keys to what they are for. */
    private static final byte[] PURPOSE = "millrace data key 1".getBytes(StandardCharsets.US_ASCII);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final Aead keyEncryption;

    /**
     * @throws StorageException FAILED where there is no such file, others may read it, or it is no keyset.
     */
    public KeysetFile(final Path path)
    {
        this.path = path;
        try
        {
            AeadConfig.register();
            checkPermissions(path);
            keyEncryption = TinkJsonProtoKeysetFormat.parseKeyset(Files.readString(path), InsecureSecretKeyAccess.get())
                .getPrimitive(RegistryConfiguration.get(), Aead.class);
        }
        catch (final NoSuchFileException e)
        {
            throw failed("there is no key file " + path, e);
        }
        catch (final IOException e)
        {
            throw failed("can't read the key file " + path + ": " + Failures.reason(e), e);
        }
        catch (final GeneralSecurityException e)
        {
            throw failed("the key file " + path + " holds no keyset for encryption: " + e.getMessage(), e);
        }
    }

    private static void checkPermissions(final Path path) throws IOException
    {
        if (!Files.getFileStore(path).supportsFileAttributeView("posix"))
        {
            return;
        }
        for (final PosixFilePermission permission : Files.getPosixFilePermissions(path))
        {
            if (permission.name().startsWith("GROUP") || permission.name().startsWith("OTHERS"))
            {
                throw new StorageException(StorageException.Kind.FAILED,
                    "the key file " + path + " may be used by others than its owner: chmod 600 " + path);
            }
        }
    }

    /**
     * Writes a new keyset with one key.
     *
     * @throws StorageException FAILED where the file is there, or can't be written.
     */
    public static KeysetFile create(final Path path)
    {
        try
        {
            AeadConfig.register();
            final String json = TinkJsonProtoKeysetFormat.serializeKeyset(
                KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM), InsecureSecretKeyAccess.get());
            if (path.toAbsolutePath().getParent() != null)
            {
                Files.createDirectories(path.toAbsolutePath().getParent());
            }
            Files.createFile(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            Files.writeString(path, json, StandardOpenOption.WRITE);
        }
        catch (final FileAlreadyExistsException e)
        {
            throw failed("the key file " + path + " is there already", e);
        }
        catch (final IOException | GeneralSecurityException e)
        {
            throw failed("can't make the key file " + path + ": " + e.getMessage(), e);
        }
        return new KeysetFile(path);
    }

    @Override
    public DataKey newDataKey()
    {
        try
        {
            final KeysetHandle key = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
            return new DataKey(TinkProtoKeysetFormat.serializeEncryptedKeyset(key, keyEncryption, PURPOSE),
                new KeysetSealer(key));
        }
        catch (final GeneralSecurityException e)
        {
            throw failed("can't make a data key: " + e.getMessage(), e);
        }
    }

    @Override
    public Sealer open(final byte[] sealedKey, final String where)
    {
        try
        {
            return new KeysetSealer(
                TinkProtoKeysetFormat.parseEncryptedKeyset(sealedKey, keyEncryption, PURPOSE));
        }
        catch (final GeneralSecurityException e)
        {
            throw failed(where + " was encrypted with a key that is not in " + path +
                ": configure the key file that it was written with", e);
        }
    }

    private static StorageException failed(final String message, final Exception cause)
    {
        return new StorageException(StorageException.Kind.FAILED, message, cause);
    }

    private static final class KeysetSealer implements Sealer
    {
        private final Aead aead;

        private KeysetSealer(final KeysetHandle key) throws GeneralSecurityException
        {
            aead = key.getPrimitive(RegistryConfiguration.get(), Aead.class);
        }

        private static byte[] bytes(final long place)
        {
            return ByteBuffer.allocate(Long.BYTES).putLong(place).array();
        }

        @Override
        public byte[] seal(final byte[] plain, final long place)
        {
            try
            {
                return aead.encrypt(plain, bytes(place));
            }
            catch (final GeneralSecurityException e)
            {
                throw failed("can't encrypt: " + e.getMessage(), e);
            }
        }

        @Override
        public byte[] open(final byte[] sealed, final long place)
        {
            try
            {
                return aead.decrypt(sealed, bytes(place));
            }
            catch (final GeneralSecurityException e)
            {
                throw new StorageException(
                    StorageException.Kind.DAMAGED, "these are not the bytes that were encrypted", e);
            }
        }
    }
}
