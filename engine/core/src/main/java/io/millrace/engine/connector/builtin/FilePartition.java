package io.millrace.engine.connector.builtin;

import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.RecordIdentity;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines of files, one file after the other. A position is the number of the file among all that the table has had
 * (high) and the byte at which the line begins (low), counted after decompression. The file changes only in a poll that
 * hands over nothing, so {@link #positionHigh} holds for whatever a poll handed over. Compressed files and pipes can't
 * be read again.
 *
 * <p><b>Ownership:</b> the open file, and another channel for reading again. <b>Threading:</b> {@link #readAgain} may
 * be called by a second thread; it shares only the list of files with the first.
 */
final class FilePartition implements Source.Partition, AutoCloseable
{
    private static final RecordHandler PASS_OVER = new RecordHandler()
    {
        @Override
        public boolean onRecord(final long address, final int length, final long position)
        {
            return true;
        }

        @Override
        public boolean onOversized(
            final long address, final int length, final long fullLength, final long position)
        {
            return true;
        }

        @Override
        public boolean onRow(final long row, final int length, final long position)
        {
            return true;
        }
    };

    private final List<FileListing.ListedFile> files;
    /** Number of the first: those before it are other partitions', or were read by an earlier run and are gone. */
    private int firstFile;
    private final int maxRecordBytes;
    private final int firstCapacity;
    private final boolean isRereadable;
    private @Nullable LineReader reader;
    private @Nullable FileInput input;
    private int file;
    private long earlierBytes;
    private boolean isEnded;

    private @Nullable FileChannel again;
    private int againFile = -1;

    /** Partition of {@code files}, the first of which has number {@code firstFile}. */
    FilePartition(
        final List<FileListing.ListedFile> files, final int firstFile, final int maxRecordBytes,
        final int firstCapacity)
    {
        this.files = files;
        this.firstFile = firstFile;
        this.maxRecordBytes = maxRecordBytes;
        this.firstCapacity = firstCapacity;
        isRereadable = files.stream().map(FileListing.ListedFile::path).allMatch(FilePartition::isRereadable);
        isEnded = files.isEmpty();
    }

    private static boolean isRereadable(final Path path)
    {
        return !FileInput.isCompressed(path) && Files.isRegularFile(path);
    }

    @Override
    public int poll(final RecordHandler handler, final int limit)
    {
        if (isEnded)
        {
            return 0;
        }
        FileInput bytes = input;
        LineReader lines = reader;
        if (bytes == null || lines == null)
        {
            bytes = new FileInput(path(file));
            input = bytes;
            if (lines == null)
            {
                lines = new LineReader(bytes, maxRecordBytes, firstCapacity);
                reader = lines;
            }
            else
            {
                lines.open(bytes);
            }
        }
        final int taken = lines.poll(handler, limit);
        final boolean isLast = file + 1 == files.size();
        if (lines.isEnded() && (taken == 0 || isLast))
        {
            closeInput(bytes);
            isEnded = isLast;
            file += isLast ? 0 : 1;
            reader = isLast ? null : lines;
        }
        return taken;
    }

    private void closeInput(final FileInput bytes)
    {
        input = null;
        bytes.close();
        earlierBytes += bytes.bytesRead();
    }

    @Override
    public boolean isEnded()
    {
        return isEnded;
    }

    @Override
    public long positionHigh()
    {
        return firstFile + file;
    }

    @Override
    public boolean isRereadable()
    {
        return isRereadable;
    }

    /** The record's or, where it can't be read again, the file's checksum, and the file's name. */
    @Override
    public String identify(final long positionHigh, final long positionLow)
    {
        final int wanted = (int)positionHigh - firstFile;
        final String checksum = wanted < 0 || wanted >= files.size() ? "" : checksum(path(wanted), positionLow);
        return checksum.isEmpty() ? "" : checksum + " " + files.get(wanted).name();
    }

    /** Empty where there is none: of a pipe, and of a file that is gone. */
    private static String checksum(final Path path, final long position)
    {
        if (!Files.isRegularFile(path))
        {
            return "";
        }
        final boolean isOfRecord = isRereadable(path);
        final ByteBuffer bytes = ByteBuffer.allocate(RecordIdentity.LENGTH);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ))
        {
            final long from = isOfRecord ? position : 0;
            int read = 0;
            while (read >= 0 && bytes.hasRemaining())
            {
                read = channel.read(bytes, from + bytes.position());
            }
        }
        catch (final IOException e)
        {
            return "";
        }
        bytes.flip();
        for (int i = 0; isOfRecord && i < bytes.limit(); i++)
        {
            if (bytes.get(i) == '\n')
            {
                bytes.limit(i);
            }
        }
        return RecordIdentity.of(bytes);
    }

    /** Files that an earlier run had read may be gone, and new ones may have come behind that which it had come to. */
    @Override
    public void expect(final long positionHigh, final long positionLow, final String identity)
    {
        final int space = identity.indexOf(' ');
        final String name = identity.substring(space + 1);
        final int wanted = (int)positionHigh - firstFile;
        // By another name it may be there as well: then what it holds tells.
        final int found = files.stream().map(FileListing.ListedFile::name).toList().indexOf(name);
        final int now = found < 0 ? wanted : found;
        if (now > wanted)
        {
            throw TableOptions.environment("the input has changed: before " + name + ", to which an earlier run had " +
                "come, now lie " + now + " files and not " + wanted + ", and what came there would not be read; give " +
                "it names that sort behind, or begin again with an empty state folder");
        }
        if (now < 0 || now >= files.size() || !identity.startsWith(checksum(path(now), positionLow) + " "))
        {
            throw TableOptions.environment("the input has changed: an earlier run had read the record at " + name +
                ":" + positionLow + ", and it is not there any more; bring the old input back, or begin again with " +
                "an empty state folder");
        }
        firstFile += wanted - now;
    }

    private Path path(final int index)
    {
        return files.get(index).path();
    }

    /** A pipe has no earlier place: it goes on with what comes. */
    @Override
    public void resumeAfter(final long positionHigh, final long positionLow)
    {
        final int wanted = (int)positionHigh - firstFile;
        if (wanted < 0 || wanted >= files.size())
        {
            throw TableOptions.environment("the input has changed: an earlier run had read up to file " +
                (positionHigh + 1) + " of the table, now there are " + (firstFile + files.size()));
        }
        file = wanted;
        final FileInput bytes = new FileInput(path(file));
        final LineReader lines = new LineReader(bytes, maxRecordBytes, firstCapacity);
        input = bytes;
        reader = lines;
        lines.begin(positionLow);
        if (!Files.isRegularFile(path(file)))
        {
            return;
        }
        long left = positionLow;
        while (left > 0)
        {
            final long skipped = bytes.skip(left);
            if (skipped <= 0)
            {
                throw TableOptions.environment("the input has changed: " + path(file) +
                    " is shorter than when an earlier run read it");
            }
            left -= skipped;
        }
        while (!lines.isEnded() && lines.poll(PASS_OVER, 1) == 0)
        {
            Thread.onSpinWait();
        }
    }

    @Override
    public void readAgain(final long positionHigh, final long positionLow, final byte[] bytes, final int length)
    {
        final int wanted = (int)positionHigh - firstFile;
        final Path path = path(wanted);
        try
        {
            FileChannel channel = again;
            if (channel == null || againFile != wanted)
            {
                if (channel != null)
                {
                    channel.close();
                }
                channel = FileChannel.open(path, StandardOpenOption.READ);
                again = channel;
                againFile = wanted;
            }
            final ByteBuffer into = ByteBuffer.wrap(bytes, 0, length);
            while (into.hasRemaining())
            {
                if (channel.read(into, positionLow + into.position()) < 0)
                {
                    throw TableOptions.environment(
                        "can't read " + path + " again: it is shorter than when it was read first");
                }
            }
        }
        catch (final IOException e)
        {
            throw FileInput.failure(path, e);
        }
    }

    @Override
    public String describe(final long positionHigh, final long positionLow)
    {
        final int wanted = (int)positionHigh - firstFile;
        return (wanted < 0 ? "a file that is gone" : path(wanted)) + ":" + positionLow;
    }

    @Override
    public long bytesRead()
    {
        final FileInput bytes = input;
        return earlierBytes + (bytes == null ? 0 : bytes.bytesRead());
    }

    @Override
    public void close()
    {
        if (input != null)
        {
            closeInput(input);
        }
        isEnded = true;
        if (again != null)
        {
            try
            {
                again.close();
            }
            catch (final IOException e)
            {
                throw FileInput.failure(path(againFile), e);
            }
            again = null;
        }
    }
}
