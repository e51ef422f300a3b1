package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.millrace.client.FrameDescriptor;
import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import io.millrace.codecs.sbe.SbeRowEncoder;
import io.millrace.engine.job.StatementCounts;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Messages that are no rows, or rows that lie: each is kept as a dead row and nobody else notices.
 *
 * <p>{@code -Dmillrace.frames=10000000} sends so many.
 */
class ForeignFramesTest
{
    private static final int FRAMES = Integer.getInteger("millrace.frames", 100_000);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private static final int MOST = 300;
    private static final int LAST = 1_977_000_000;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[4096]);
    private long sequence;
    private long results;
    private boolean hasSeenLast;

    @Test
    void shouldKeepEachMessageAsADeadRowWhenItIsNone()
    {
        try (AeronJob job = new AeronJob(AeronJob.passing(folder, "aeron:ipc", "sbe", ""), folder);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(AeronJob.driver(folder))
                .errorHandler(error -> System.out.println("client: " + error.getMessage())));
            ExclusivePublication random = aeron.addExclusivePublication("aeron:ipc", AeronJob.EVENTS);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, "aeron:ipc")))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            job.await(random::isConnected);
            long rows = 0;
            for (int i = 0; i < FRAMES; i++)
            {
                final int length = next();
                rows += isSilent(length) ? 0 : 1;
                job.await(() -> random.offer(frame, 0, length) > 0 || poll(subscriber) < 0);
                poll(subscriber);
            }
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            job.await(() -> AeronTest.publish(publisher, LAST));
            job.await(() -> poll(subscriber) >= 0 && hasSeenLast);
            final long sent = rows + 1;
            job.await(() -> poll(subscriber) + results + withoutResult(job) == sent);
            final String dead = job.stop();
            assertTrue(dead.contains("aeron:ipc stream 10 session " + random.sessionId() + ": position "), "session");
            assertTrue(dead.contains("aeron:ipc stream 10 publisher 5: row "), "publisher");
            assertEquals(sent, results + withoutResult(job), "seed " + SEED);
        }
    }

    private int poll(final ResultSubscriber subscriber)
    {
        subscriber.poll((row, writer, number, isProvisional) ->
        {
            results++;
            hasSeenLast |= row.getLong(1) == LAST;
        }, 100);
        return 0;
    }

    /** Dead rows, and those whose number became negative. */
    private static long withoutResult(final AeronJob job)
    {
        final StatementCounts counts = job.runner().job().counts().get(0);
        return counts.dead() + counts.filtered();
    }

    /** Puts bytes into the frame: random ones, a row of which some are wrong, a part of one. */
    private int next()
    {
        if (random.nextInt(3) == 0)
        {
            final int length = random.nextInt(MOST);
            for (int i = 0; i < length; i++)
            {
                frame.putByte(i, (byte)random.nextInt());
            }
            return length;
        }
        frame.putLong(0, FrameDescriptor.header(FrameDescriptor.ROW), ByteOrder.LITTLE_ENDIAN);
        frame.putLong(FrameDescriptor.PUBLISHER_OFFSET, 5, ByteOrder.LITTLE_ENDIAN);
        frame.putLong(FrameDescriptor.SEQUENCE_OFFSET, sequence++, ByteOrder.LITTLE_ENDIAN);
        final int record = FrameDescriptor.RECORD_OFFSET;
        frame.putLong(record, SbeRowEncoder.header(AeronJob.EVENT.wire(), AeronJob.EVENT.id()),
            ByteOrder.LITTLE_ENDIAN);
        final int body = record + 8;
        frame.setMemory(body, 24, (byte)0);
        frame.putLong(body + 8, random.nextInt(1000), ByteOrder.LITTLE_ENDIAN);
        frame.putInt(body + 24, 3, ByteOrder.LITTLE_ENDIAN);
        frame.putStringWithoutLengthAscii(body + 28, "abc");
        final int length = body + 31 - record;
        for (int changes = random.nextInt(4); changes > 0; changes--)
        {
            frame.putByte(record + random.nextInt(length), (byte)random.nextInt());
        }
        return random.nextInt(4) == 0 ? record + random.nextInt(length) : record + length;
    }

    /** Whether a random frame happens to be a greeting or a farewell. */
    private boolean isSilent(final int length)
    {
        final int template = FrameDescriptor.template(frame, 0, length);
        return template == FrameDescriptor.HELLO || template == FrameDescriptor.BYE;
    }
}
