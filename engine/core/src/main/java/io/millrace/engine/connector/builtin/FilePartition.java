package io.millrace.engine.connector.builtin;

import io.millrace.engine.connector.RecordHandler;
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
 * Lines of files, one file after the other. A position is the number of the file among all of the table's (high) and
 * the byte at which the line begins (low), counted after decompression. The file changes only in a poll that hands
 * over nothing, so {@link #positionHigh} holds for whatever a poll handed over. Compressed files and pipes can't be
 * read again.
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

    private final List<Path> files;
    private final int firstFile;
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
        final List<Path> files, final int firstFile, final int maxRecordBytes, final int firstCapacity)
    {
        this.files = files;
        this.firstFile = firstFile;
        this.maxRecordBytes = maxRecordBytes;
        this.firstCapacity = firstCapacity;
        isRereadable = files.stream().allMatch((path) -> !FileInput.isCompressed(path) && Files.isRegularFile(path));
        isEnded = files.isEmpty();
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
            bytes = new FileInput(files.get(file));
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
        final FileInput bytes = new FileInput(files.get(file));
        final LineReader lines = new LineReader(bytes, maxRecordBytes, firstCapacity);
        input = bytes;
        reader = lines;
        lines.begin(positionLow);
        if (!Files.isRegularFile(files.get(file)))
        {
            return;
        }
        long left = positionLow;
        while (left > 0)
        {
            final long skipped = bytes.skip(left);
            if (skipped <= 0)
            {
                throw TableOptions.environment("the input has changed: " + files.get(file) +
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
        final Path path = files.get(wanted);
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
        return files.get((int)positionHigh - firstFile) + ":" + positionLow;
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
                throw FileInput.failure(files.get(againFile), e);
            }
            again = null;
        }
    }
}
