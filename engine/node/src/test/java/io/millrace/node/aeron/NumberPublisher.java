package io.millrace.node.aeron;

import io.millrace.client.RowPublisher;
import io.millrace.client.RowSchema;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that publishes numbers to two tables: rows that are retained until they are journaled, and rows that are
 * not. What it knows lies in a file that the test reads, also while it is stopped and once it is dead.
 */
final class NumberPublisher
{
    static final int TABLES = 2;
    static final int NEXT = 0;
    static final int ACKNOWLEDGED = 8;
    static final int EXPECTED = 16;
    static final int LOST = 24;
    static final int DISCONNECTS = 32;
    static final int MISSED = 40;
    /** Bytes of a table's numbers. */
    static final int TABLE_LENGTH = 64;
    static final int STOP_OFFSET = TABLES * TABLE_LENGTH;
    static final int LENGTH = STOP_OFFSET + 8;
    private static final int FIRST_STREAM = 10;
    private static final int FIRST_ID = 7;
    private static final long BATCH_NS = 400_000;

    private final RowPublisher[] publishers = new RowPublisher[TABLES];
    private final MappedByteBuffer known;

    private NumberPublisher(final String driver, final MappedByteBuffer known)
    {
        this.known = known;
        for (int i = 0; i < TABLES; i++)
        {
            final RowSchema schema = RowSchema.of("numbers", FIRST_ID + i, AeronJob.COLUMNS);
            publishers[i] = new RowPublisher(new RowPublisher.Context(schema).aeronDirectory(driver)
                .streamId(FIRST_STREAM + 10 * i).publisherId(7)
                .retainedBytes(i == 0 ? 1 << 20 : 0));
        }
    }

    /** Memory of the file that both processes see. */
    static MappedByteBuffer map(final Path file) throws IOException
    {
        try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE))
        {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
        }
    }

    /** Publishes until it is told to stop and every row is taken: the driver's folder, the file. */
    public static void main(final String[] arguments) throws IOException
    {
        new NumberPublisher(arguments[0], map(Path.of(arguments[1]))).run();
    }

    private void run()
    {
        while (known.getLong(STOP_OFFSET) == 0 || !isTaken())
        {
            for (int i = 0; i < TABLES; i++)
            {
                publishers[i].poll();
                if (known.getLong(STOP_OFFSET) == 0)
                {
                    publish(publishers[i]);
                }
                tell(publishers[i], i * TABLE_LENGTH);
            }
            LockSupport.parkNanos(BATCH_NS);
        }
        for (final RowPublisher publisher : publishers)
        {
            publisher.close();
        }
    }

    private boolean isTaken()
    {
        return publishers[0].isReady() && publishers[0].acknowledged() == publishers[0].nextSequence() &&
            publishers[1].isReady() && publishers[1].expected() == publishers[1].nextSequence();
    }

    /** Row n has sequence n. */
    private static void publish(final RowPublisher publisher)
    {
        for (int row = 0; row < 4 && publisher.claim() == RowPublisher.READY; row++)
        {
            publisher.row().setText(0, "k").setLong(1, publisher.nextSequence()).setLong(2, 1_700_000_000_000L);
            publisher.commit();
        }
    }

    private void tell(final RowPublisher publisher, final int at)
    {
        known.putLong(at + NEXT, publisher.nextSequence());
        known.putLong(at + ACKNOWLEDGED, publisher.acknowledged());
        known.putLong(at + EXPECTED, publisher.expected());
        known.putLong(at + LOST, publisher.lost());
        known.putLong(at + DISCONNECTS, publisher.disconnects());
        known.putLong(at + MISSED, publisher.missedByEngine());
    }
}
