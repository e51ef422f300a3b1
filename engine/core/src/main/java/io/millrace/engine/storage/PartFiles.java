package io.millrace.engine.storage;

import io.millrace.codecs.Memory;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The numbered part files of a folder, into which lines are written in two phases: {@link #prepare} makes what was
 * written durable, {@link #complete} makes it visible. A part's name begins with a dot until it is visible, so that
 * readers of the folder pass it over.
 *
 * <p><b>Layout:</b> {@code part-ID-N.jsonl}, in progress {@code .part-ID-N.jsonl.inprogress}; N ascends and is never
 * used twice by one id. The empty file {@code .part-ID-N.shown} says that the parts below N have been visible. A token
 * is {@code ID;FIRST;END;LENGTH}: the parts from FIRST to before END are whole and may be shown; of the part END the
 * first LENGTH bytes hold, and it stays in progress.
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> the part in progress. <b>Errors:</b> {@link StorageException};
 * this object is of no use after one, a new one recovers.
 */
public final class PartFiles implements AutoCloseable
{
    /** A {@code maxAgeNs} by which every {@link #prepare} ends the part. */
    public static final long EACH_COMMIT = 0;

    private static final String SHOWN = ".shown";
    private static final Pattern TOKEN = Pattern.compile("([A-Za-z0-9]+);(\\d{1,18});(\\d{1,18});(\\d{1,18})");
    private static final int COPY_LENGTH = 256 * 1024;

    private final Storage storage;
    private final String folder;
    private final long maxLength;
    private final long maxAgeNs;
    private final LongSupplier nanoClock;
    private String id;
    /** The first part that is not visible. */
    private long first;
    /** The part in progress, or the next one. */
    private long number;
    private @Nullable StorageFile file;
    private long length;
    private long startNs;
    private boolean isFolderChanged;
    private boolean isEnded;
    /** The part that {@link #recover} began anew, kept until a later token is; −1 for none. */
    private long stale = -1;

    /**
     * @param folder    within the storage; empty for the storage's own.
     * @param id        of these parts, letters and digits; {@link #recover} puts the earlier run's in its place.
     * @param maxLength bytes from which a part is ended.
     * @param maxAgeNs  age from which a {@link #prepare} ends the part, or {@link #EACH_COMMIT}.
     */
    public PartFiles(
        final Storage storage, final String folder, final String id, final long maxLength, final long maxAgeNs,
        final LongSupplier nanoClock)
    {
        this.storage = storage;
        this.folder = folder;
        this.id = id;
        this.maxLength = maxLength;
        this.maxAgeNs = maxAgeNs;
        this.nanoClock = nanoClock;
    }

    /** Begins behind the parts of this id that are there, whoever wrote them. For one that does not recover. */
    public void begin()
    {
        first = Math.max(first, endOf(true));
        number = first;
    }

    /** Appends whole lines. */
    public void append(final long address, final int count)
    {
        write(address, count);
        if (length >= maxLength)
        {
            roll();
        }
    }

    private void write(final long address, final int count)
    {
        StorageFile part = file;
        if (part == null)
        {
            part = storage.create(path(inProgress(number)), 0);
            file = part;
            isFolderChanged = true;
            length = 0;
            startNs = nanoClock.getAsLong();
        }
        part.write(length, address, count);
        length += count;
    }

    /** Ends the part in progress, whatever its length and age. */
    public void roll()
    {
        final StorageFile part = file;
        if (part != null)
        {
            part.force();
            close();
            number++;
        }
    }

    /** Ends the part in progress; nothing more is appended, so that no mark is left behind what is shown. */
    public void end()
    {
        roll();
        isEnded = true;
    }

    /** Makes what was written durable: the token that {@link #complete} and {@link #recover} need. */
    public String prepare()
    {
        final StorageFile part = file;
        if (part != null)
        {
            if (maxAgeNs == EACH_COMMIT || nanoClock.getAsLong() - startNs >= maxAgeNs)
            {
                roll();
            }
            else
            {
                part.force();
            }
        }
        if (isFolderChanged)
        {
            storage.syncFolder(folder);
            isFolderChanged = false;
        }
        return id + ";" + first + ";" + number + ";" + (file == null ? 0 : length);
    }

    /** Makes the parts that a token covers visible; those that are already stay as they are. */
    public void complete(final String token)
    {
        final Token covered = Token.of(token);
        show(covered);
        first = Math.max(first, covered.end);
        if (stale >= 0 && covered.end > stale)
        {
            storage.delete(path(inProgress(stale)));
            storage.syncFolder(folder);
            stale = -1;
        }
    }

    private void show(final Token covered)
    {
        for (long part = covered.first; part < covered.end; part++)
        {
            final String name = "part-" + covered.id + "-" + part + ".jsonl";
            final String hidden = "." + name + ".inprogress";
            if (storage.exists(path(hidden)))
            {
                storage.rename(path(hidden), path(name));
            }
            else if (!storage.exists(path(name)) && shownBefore(covered.id) <= part)
            {
                throw new StorageException(StorageException.Kind.DAMAGED, storage.describe(path(hidden)) +
                    " was committed and is not there, nor was it shown; is this the same folder?");
            }
        }
        // Also where all of them are visible already: who renamed them may have failed before it was made to last.
        if (covered.first < covered.end)
        {
            mark(covered);
            storage.syncFolder(folder);
        }
    }

    /** Parts below this number have been visible here: whoever took one away did so knowingly. */
    private long shownBefore(final String part)
    {
        long shown = 0;
        for (final String name : storage.list(folder))
        {
            shown = Math.max(shown, number(name, ".part-" + part + "-", SHOWN));
        }
        return shown;
    }

    private void mark(final Token covered)
    {
        final String before = ".part-" + covered.id + "-";
        final String marker = before + covered.end + SHOWN;
        if (!isEnded && !storage.exists(path(marker)))
        {
            storage.create(path(marker), 0).close();
        }
        for (final String name : storage.list(folder))
        {
            if (number(name, before, SHOWN) >= 0 && (isEnded || !name.equals(marker)))
            {
                storage.delete(path(name));
            }
        }
    }

    /** Deletes what is in progress under this id, and begins behind the parts that are visible. */
    public void discard()
    {
        deleteInProgress("");
        begin();
    }

    private void deleteInProgress(final String kept)
    {
        boolean isAny = false;
        for (final String name : storage.list(folder))
        {
            if (numberOf(name, true) >= 0 && !name.equals(kept))
            {
                storage.delete(path(name));
                isAny = true;
            }
        }
        if (isAny)
        {
            // Now, since nothing may be written here any more.
            storage.syncFolder(folder);
        }
    }

    /**
     * Goes on behind what a token covers: shows its whole parts, deletes what was written behind it, and begins the
     * part that was in progress anew with the bytes of it that hold.
     *
     * @throws StorageException DAMAGED where bytes that the token covers are gone.
     */
    public void recover(final String token)
    {
        final Token covered = Token.of(token);
        id = covered.id;
        show(covered);
        final String open = inProgress(covered.end);
        deleteInProgress(covered.length > 0 ? open : "");
        // Numbers go on behind parts that are visible although no token covers them: they are another's, and stay.
        first = Math.max(covered.end, endOf(false));
        number = first;
        if (covered.length > 0)
        {
            first = Math.max(first, covered.end + 1);
            number = first;
            copy(open, covered.length);
            stale = covered.end;
        }
    }

    private void copy(final String name, final long count)
    {
        if (!storage.exists(path(name)))
        {
            throw missing(name, count, 0);
        }
        try (StorageFile from = storage.open(path(name)))
        {
            if (from.length() < count)
            {
                throw missing(name, count, from.length());
            }
            final long buffer = Memory.allocate(COPY_LENGTH);
            try
            {
                for (long at = 0; at < count;)
                {
                    final int read = from.read(at, buffer, (int)Math.min(COPY_LENGTH, count - at));
                    if (read <= 0)
                    {
                        throw missing(name, count, at);
                    }
                    write(buffer, read);
                    at += read;
                }
            }
            finally
            {
                Memory.free(buffer);
            }
        }
    }

    private StorageException missing(final String name, final long wanted, final long there)
    {
        return new StorageException(StorageException.Kind.DAMAGED, storage.describe(path(name)) + " has " + there +
            " of the " + wanted + " bytes that were committed; put it back, or begin with another state folder");
    }

    /** The least number above those of this id's parts. */
    private long endOf(final boolean isAlsoInProgress)
    {
        long end = 0;
        for (final String name : storage.list(folder))
        {
            end = Math.max(end, Math.max(numberOf(name, false), isAlsoInProgress ? numberOf(name, true) : -1) + 1);
        }
        return end;
    }

    /** The number of a part of this id, or −1. */
    private long numberOf(final String name, final boolean isInProgress)
    {
        return isInProgress ? number(name, ".part-" + id + "-", ".jsonl.inprogress") :
            number(name, "part-" + id + "-", ".jsonl");
    }

    /** The number between two texts, or −1. */
    private static long number(final String name, final String before, final String behind)
    {
        if (!name.startsWith(before) || !name.endsWith(behind) || name.length() <= before.length() + behind.length())
        {
            return -1;
        }
        final String digits = name.substring(before.length(), name.length() - behind.length());
        return digits.length() <= 18 && digits.chars().allMatch(c -> c >= '0' && c <= '9') ?
            Long.parseLong(digits) : -1;
    }

    private String inProgress(final long part)
    {
        return ".part-" + id + "-" + part + ".jsonl.inprogress";
    }

    private String path(final String name)
    {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    /** Leaves the part in progress as it is. */
    @Override
    public void close()
    {
        final StorageFile part = file;
        file = null;
        if (part != null)
        {
            part.close();
        }
    }

    private record Token(String id, long first, long end, long length)
    {
        private static Token of(final String text)
        {
            final Matcher token = TOKEN.matcher(text);
            if (!token.matches())
            {
                throw new StorageException(StorageException.Kind.DAMAGED, "no token of part files: " + text);
            }
            return new Token(token.group(1), Long.parseLong(token.group(2)), Long.parseLong(token.group(3)),
                Long.parseLong(token.group(4)));
        }
    }
}
