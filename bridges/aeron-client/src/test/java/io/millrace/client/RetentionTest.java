package io.millrace.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Against a queue on the heap. */
class RetentionTest
{
    private record Entry(long sequence, int length)
    {
    }

    @Test
    void shouldHoldWhatAQueueHoldsWhenFramesComeAndGo()
    {
        final long seed = Long.getLong("millrace.seed", 20_261_123L);
        final SplittableRandom random = new SplittableRandom(seed);
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[200]);
        final Retention retention = new Retention(1 << 12);
        final Deque<Entry> queue = new ArrayDeque<>();
        long sequence = 0;
        int refusals = 0;
        for (int i = 0; i < 50_000; i++)
        {
            final int length = 1 + random.nextInt(200);
            if (random.nextInt(3) > 0 && retention.hasRoom(length))
            {
                frame.setMemory(0, length, (byte)sequence);
                retention.add(sequence, frame, 0, length);
                queue.add(new Entry(sequence++, length));
            }
            else if (random.nextInt(4) == 0)
            {
                final long safe = sequence - random.nextInt(queue.size() + 1);
                retention.releaseBefore(safe);
                queue.removeIf(entry -> entry.sequence() < safe);
            }
            else if (!retention.hasRoom(length))
            {
                refusals++;
            }
            require(retention, queue, "seed " + seed);
        }
        assertTrue(refusals > 0, "it was never full");
        retention.releaseBefore(sequence);
        assertTrue(retention.isEmpty());
    }

    private static void require(final Retention retention, final Deque<Entry> queue, final String seed)
    {
        long place = retention.find(0);
        for (final Entry entry : queue)
        {
            assertFalse(place >= retention.endPlace(), seed);
            assertEquals(entry.sequence(), retention.sequence(place), seed);
            assertEquals(entry.length(), retention.length(place), seed);
            final int at = retention.frame(place);
            assertEquals((byte)entry.sequence(), retention.memory().getByte(at + entry.length() - 1), seed);
            place = retention.next(place);
        }
        assertEquals(retention.endPlace(), place, seed);
    }
}
