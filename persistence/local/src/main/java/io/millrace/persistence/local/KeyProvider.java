package io.millrace.persistence.local;

/**
 * Encryption at rest by envelope: everything that is written has a data key of its own, each of which is kept beside
 * it, encrypted by a key that only the provider knows.
 *
 * <p><b>Threading:</b> any thread. <b>Errors:</b> {@link io.millrace.engine.storage.StorageException} FAILED for a key
 * that is missing or another one, saying what to do.
 */
public interface KeyProvider
{
    /** Most bytes of an encrypted data key. */
    int MOST_KEY_LENGTH = 320;
    /** Most bytes that encryption adds to a record. */
    int MOST_OVERHEAD = 64;

    /** A new data key: what to keep of it, and what encrypts by it. */
    record DataKey(byte[] sealedKey, Sealer sealer)
    {
    }

    /** Encrypts and decrypts by one data key. <b>Threading:</b> any thread. <b>Allocation:</b> its results. */
    interface Sealer
    {
        /**
         * @param place where the bytes belong: they can't be decrypted elsewhere.
         */
        byte[] seal(byte[] plain, long place);

        /**
         * @throws io.millrace.engine.storage.StorageException DAMAGED where these are not the bytes that were sealed
         *                                                     for this place.
         */
        byte[] open(byte[] sealed, long place);
    }

    DataKey newDataKey();

    /**
     * Decrypts a data key that was kept.
     *
     * @param where what it was kept in, for the message.
     */
    Sealer open(byte[] sealedKey, String where);
}
