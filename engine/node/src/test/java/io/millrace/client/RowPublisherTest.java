package io.millrace.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a publisher makes of an engine's answers, without Aeron. */
final class RowPublisherTest
{
    private static final int ID = 7;
    private static final int FRAMES = Integer.getInteger("millrace.frames", 100_000);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private final EngineLine line = new EngineLine();
    private final RowPublisher publisher =
        PublisherOver.publisher(new RowPublisher.Context().publisherId(ID).rewinds(true), line, 256);

    @Test
    void shouldNotHoldRowsForSafeWhenTheEngineHasLostThem()
    {
        greet(FrameDescriptor.UNKNOWN, 0);
        publish(5);
        answer(FrameDescriptor.TAKEN, 5, 4);
        publisher.poll();
        assertEquals(4, publisher.acknowledged());

        line.engineIsAnother();
        publisher.poll();
        greet(2, 2);
        assertEquals(2, publisher.acknowledged());
        assertFalse(publisher.awaitAcknowledged(4, 0), "rows 2 and 3 are gone");
        assertEquals(RowPublisher.REWOUND, publish());
        assertEquals(2, publisher.nextSequence());

        publish(3);
        answer(FrameDescriptor.TAKEN, 5, 5);
        publisher.poll();
        assertTrue(publisher.awaitAcknowledged(5, 0));
    }

    @Test
    void shouldHoldRowsForSafeWhenAnEngineKnowsNothingOfThem()
    {
        greet(FrameDescriptor.UNKNOWN, 0);
        publish(5);
        answer(FrameDescriptor.TAKEN, 5, 4);
        publisher.poll();

        line.engineIsAnother();
        publisher.poll();
        greet(FrameDescriptor.UNKNOWN, 0);
        assertEquals(4, publisher.acknowledged());
        assertEquals(RowPublisher.REWOUND, publish());
        assertEquals(4, publisher.nextSequence(), "one without a memory may have made results of those before");
    }

    /** Answers of which some bytes are wrong, parts of them, and random bytes: {@code -Dmillrace.frames=} so many. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLiveThroughAnswersThatLie(final boolean isKeeping)
    {
        final SplittableRandom random = new SplittableRandom(SEED);
        final byte[] record = "{\"a\":1}".getBytes(UTF_8);
        long published = 0;
        long refused = 0;
        long result = RowPublisher.REFUSED;
        RowPublisher lied = publisher;
        for (int i = 0; i < FRAMES; i++)
        {
            if (result == RowPublisher.REFUSED || i % 100 == 0)
            {
                line.answers.clear();
                lied = PublisherOver.publisher(new RowPublisher.Context().publisherId(ID).rewinds(!isKeeping)
                    .retainedBytes(isKeeping ? 4096 : 0), line, 256);
            }
            line.answers.add(lie(random, lied.nextSequence()));
            lied.poll();
            result = lied.publish(new UnsafeBuffer(record), 0, record.length);
            assertTrue(result >= RowPublisher.REWOUND, "seed " + SEED);
            assertEquals(result == RowPublisher.REFUSED, lied.reason() != null, "seed " + SEED);
            published += result >= 0 ? 1 : 0;
            refused += result == RowPublisher.REFUSED ? 1 : 0;
        }
        assertTrue(published > FRAMES / 100 && refused > 0, published + " published, seed " + SEED);
    }

    private byte[] lie(final SplittableRandom random, final long next)
    {
        if (random.nextInt(8) == 0)
        {
            final byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            return bytes;
        }
        final long expected = random.nextInt(4) == 0 ? random.nextLong() : next;
        answer(random.nextInt(20) == 0 ? random.nextInt(6) : random.nextInt(2), expected,
            random.nextInt(4) == 0 ? random.nextLong() : next);
        final byte[] bytes = line.answers.pollLast();
        for (int changes = Math.max(0, random.nextInt(8) - 4); changes > 0; changes--)
        {
            bytes[random.nextInt(bytes.length)] = (byte)random.nextInt();
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    private void publish(final int rows)
    {
        for (int i = 0; i < rows; i++)
        {
            final long next = publisher.nextSequence();
            assertEquals(Math.max(0, next), publish());
        }
    }

    private long publish()
    {
        final byte[] record = "{}".getBytes(UTF_8);
        return publisher.publish(new UnsafeBuffer(record), 0, record.length);
    }

    /** Polls until it greets, and answers. */
    private void greet(final long expected, final long acknowledged)
    {
        for (int i = 0; i < 3; i++)
        {
            publisher.poll();
        }
        answer(FrameDescriptor.TAKEN, expected, acknowledged);
        publisher.poll();
        assertTrue(publisher.isReady());
    }

    private void answer(final int status, final long expected, final long acknowledged)
    {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[FrameDescriptor.ANSWER_TEXT_OFFSET]);
        FrameDescriptor.putLong(frame, 0, FrameDescriptor.header(FrameDescriptor.ANSWER));
        FrameDescriptor.putLong(frame, FrameDescriptor.PUBLISHER_OFFSET, ID);
        FrameDescriptor.putInt(frame, FrameDescriptor.ANSWER_SESSION_OFFSET, line.sessionId());
        FrameDescriptor.putInt(frame, FrameDescriptor.ANSWER_STATUS_OFFSET, status);
        FrameDescriptor.putLong(frame, FrameDescriptor.ANSWER_EXPECTED_OFFSET, expected);
        FrameDescriptor.putLong(frame, FrameDescriptor.ANSWER_ACKNOWLEDGED_OFFSET, acknowledged);
        FrameDescriptor.putLong(frame, FrameDescriptor.ANSWER_GREETING_OFFSET, line.greeting);
        line.answers.add(frame.byteArray());
    }

    /** Takes everything, and remembers the last greeting. */
    private static final class EngineLine implements PublisherOver.Line
    {
        private final Deque<byte[]> answers = new ArrayDeque<>();
        private long generation;
        private long greeting;
        private long position;

        private void engineIsAnother()
        {
            generation++;
        }

        @Override
        public long nowNs()
        {
            return 1;
        }

        @Override
        public boolean isOpen()
        {
            return true;
        }

        @Override
        public long generation()
        {
            return generation;
        }

        @Override
        public void reset()
        {
            generation++;
        }

        @Override
        public boolean isConnected()
        {
            return true;
        }

        @Override
        public int sessionId()
        {
            return 3;
        }

        @Override
        public long send(final byte[] message)
        {
            final UnsafeBuffer frame = PublisherOver.frame(message);
            if (FrameDescriptor.template(frame, 0, frame.capacity()) == FrameDescriptor.HELLO)
            {
                greeting = FrameDescriptor.getInt(frame, FrameDescriptor.HELLO_GREETING_OFFSET);
            }
            position += message.length;
            return position;
        }

        @Override
        public byte[] receive()
        {
            return answers.pollFirst();
        }
    }
}
