package io.millrace.engine.storage;

import java.util.List;

/**
 * The files of one state folder. Everything durable goes through it, so that a simulator can stand in for the disk.
 * Names are relative, their parts separated by {@code /}; folders are made when a file in them is created.
 *
 * <p><b>Threading:</b> any thread; one {@link StorageFile} has one writer at a time. <b>Errors:</b> every method throws
 * {@link StorageException}, which says what failed, where and whether waiting may help.
 */
public interface Storage extends AutoCloseable
{
    /**
     * Makes a file of {@code length} zero bytes that are really allocated, so that writing them later can't fail for
     * want of space. Where there is no room nothing is left behind. An existing file of that name is replaced.
     */
    StorageFile create(String name, long length);

    /** Opens a file that is there. */
    StorageFile open(String name);

    boolean exists(String name);

    /** Names of the files and folders directly below {@code folder} ({@code ""} for all), sorted; empty without it. */
    List<String> list(String folder);

    /** Renames in one step, replacing; it lasts once {@link #syncFolder} has returned for both folders. */
    void rename(String from, String to);

    /** Deletes a file, or an empty folder; nothing happens where it isn't there. */
    void delete(String name);

    /** Makes creations, renames and deletions in a folder last. */
    void syncFolder(String folder);

    /** Bytes that can still be allocated. */
    long freeBytes();

    /** Where a name lies, for a person. */
    String describe(String name);

    @Override
    void close();
}
