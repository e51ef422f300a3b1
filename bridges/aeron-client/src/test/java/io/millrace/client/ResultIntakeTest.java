package io.millrace.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.sbe.SbeLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a subscriber makes of the messages of a stream, without Aeron.
 *
 * <p>{@code -Dmillrace.frames=10000000} sends so many that lie.
 */
class ResultIntakeTest
{
    private static final int FRAMES = Integer.getInteger("millrace.frames", 200_000);
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private static final RowSchema OLDER = RowSchema.of("t", "a BIGINT, k STRING");
    private static final RowSchema NEWER = RowSchema.of("t", "a BIGINT, k STRING | b BIGINT");
    private static final RowSchema NEWEST = RowSchema.of("t", "a BIGINT, k STRING | b BIGINT | c STRING");

    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[1024]);
    private final List<Long> values = new ArrayList<>();
    private final Set<Integer> ended = new HashSet<>();
    private int session = 1;
    private long number;
    private long missed;

    private final ResultSubscriber.Handler handler = new ResultSubscriber.Handler()
    {
        @Override
        public void onResult(final RowReader row, final int writer, final long of, final boolean isProvisional)
        {
            values.add(row.getLong(0));
            assertEquals("xyz", row.getText(1));
        }

        @Override
        public void onMissed(final long results)
        {
            missed += results;
        }
    };

    @Test
    void shouldReadRowsWhenEitherSideIsOlder()
    {
        for (final RowSchema sender : List.of(OLDER, NEWER, NEWEST))
        {
            for (final RowSchema reader : List.of(OLDER, NEWER, NEWEST))
            {
                values.clear();
                final ResultIntake intake = intake(reader);
                layout(intake, sender, 0);
                result(intake, sender, 77);
                assertEquals(List.of(77L), values, sender.describe() + " read as " + reader.describe());
                assertNull(intake.refusal());
                assertEquals(0, intake.foreign());
            }
        }
    }

    /** Results of a version that is known need no LAYOUT: a subscriber may come between two of them. */
    @Test
    void shouldReadRowsOfItsOwnVersionsAtOnceAndOfLaterOnesFromThenOnThatTheyAreSaid()
    {
        final ResultIntake intake = intake(NEWER);
        result(intake, OLDER, 1);
        result(intake, NEWER, 2);
        result(intake, NEWEST, 3);
        assertEquals(List.of(1L, 2L), values);
        assertEquals(1, intake.foreign());
        assertTrue(String.valueOf(intake.refusal()).contains("has yet to say"), intake::refusal);
        layout(intake, NEWEST, 3);
        result(intake, NEWEST, 4);
        assertEquals(List.of(1L, 2L, 4L), values);
        assertNull(intake.refusal());
    }

    /** Some of them have the block length of {@code a BIGINT, k STRING}: their bytes alone tell nothing. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"a TIMESTAMP(3), k STRING", "other BIGINT, k STRING", "k STRING, a BIGINT",
        "a BIGINT NOT NULL, k STRING", "a BIGINT, k STRING, b STRING", "a BIGINT, k VARCHAR(3)"})
    void shouldReadNoneAndNameBothLayoutsWhenColumnsChanged(final String columns)
    {
        final ResultIntake intake = intake(OLDER);
        final RowSchema other = RowSchema.of("t", columns);
        result(intake, other, 1);
        layout(intake, other, 1);
        result(intake, other, 2);
        commit(intake, other, 2);
        assertEquals(List.of(), values);
        assertEquals(0, intake.numbers().committed(0), "of results that were not handed over");
        assertEquals(3, intake.foreign());
        final String refusal = String.valueOf(intake.refusal());
        assertTrue(refusal.contains("(" + columns + ")") && refusal.contains("(" + OLDER.describe() + ")"), refusal);
        // The job is mended, and its results come.
        layout(intake, OLDER, 0);
        assertNull(intake.refusal());
        result(intake, OLDER, 3);
        assertEquals(List.of(3L), values);
    }

    @Test
    void shouldSayWhatIsWrongWhenTheJobSendsAnotherMessageOrFormat()
    {
        final ResultIntake intake = intake(OLDER);
        final RowSchema other = RowSchema.of("u", "a BIGINT, k STRING");
        layout(intake, other, 0);
        assertTrue(String.valueOf(intake.refusal()).contains("message " + other.id()), intake::refusal);
        final UnsafeBuffer json = FrameDescriptor.layout(0, "", 1);
        intake.take(handler, false, session, json, 0, json.capacity());
        assertTrue(String.valueOf(intake.refusal()).contains("another format than 'sbe'"), intake::refusal);
    }

    @Test
    void shouldReadNoneAndSaySoWhenAnEarlierEngineMarksNothing()
    {
        final ResultIntake intake = intake(OLDER);
        final int length = put(OLDER, 5);
        FrameDescriptor.putInt(frame, FrameDescriptor.RESULT_FLAGS_OFFSET, FrameDescriptor.FLAG_ANEW);
        intake.take(handler, false, session, frame, 0, length);
        assertEquals(List.of(), values);
        assertTrue(String.valueOf(intake.refusal()).contains("earlier version"), intake::refusal);
    }

    @Test
    void shouldHandOverRecordsAsTheyAreWithoutASchema()
    {
        final ResultIntake intake = intake(null);
        final List<String> records = new ArrayList<>();
        final ResultSubscriber.RecordHandler to = (buffer, offset, length, writer, of, isProvisional) ->
            records.add(writer + "." + of + " " + isProvisional + " " +
                buffer.getStringWithoutLengthUtf8(offset, length));
        final int flags = FrameDescriptor.mark(0, "");
        for (final int again : new int[]{4, 4, 5})
        {
            head(FrameDescriptor.RESULT, flags | FrameDescriptor.FLAG_PROVISIONAL, again);
            final int length = frame.putStringWithoutLengthUtf8(FrameDescriptor.RESULT_RECORD_OFFSET, "{\"a\":1}");
            intake.take(to, true, session, frame, 0, FrameDescriptor.RESULT_RECORD_OFFSET + length);
        }
        assertEquals(List.of("0.4 true {\"a\":1}", "0.5 true {\"a\":1}"), records);
        assertEquals(1, intake.numbers().repeated());
    }

    @Test
    void shouldCountWhatWasSentAndDidNotComeWhenASinkSaysHowManyItSent()
    {
        final ResultIntake intake = intake(OLDER);
        layout(intake, OLDER, 10);
        result(intake, OLDER, 1);
        result(intake, OLDER, 2);
        layout(intake, OLDER, 12);
        assertEquals(0, intake.missed());
        result(intake, OLDER, 3);
        layout(intake, OLDER, 18);
        assertEquals(5, intake.missed());
        assertEquals(5, missed);
        // Another run has sent what it has sent.
        final UnsafeBuffer another = FrameDescriptor.layout(OLDER.id(), OLDER.describe(), 2);
        FrameDescriptor.putSent(another, 1000);
        intake.take(handler, false, session, another, 0, another.capacity());
        assertEquals(5, intake.missed());
    }

    /** A job and its media driver died, and the job goes on from its last commit: the 4th of 6 results. */
    @Test
    void shouldCountWhatDiedUnreadWithTheJobWhenItsSinkGoesOnUnderItsName()
    {
        final ResultIntake intake = intake(OLDER);
        layout(intake, OLDER, 0);
        result(intake, OLDER, 1);
        ended.add(session);
        session++;
        layout(intake, OLDER, 4);
        assertEquals(3, intake.missed());
        number = 4;
        result(intake, OLDER, 5);
        layout(intake, OLDER, 5);
        assertEquals(3, intake.missed());
        // It had sent more before it died than its last commit knows of: those come again.
        result(intake, OLDER, 6);
        ended.add(session);
        session++;
        layout(intake, OLDER, 5);
        number = 5;
        result(intake, OLDER, 6);
        result(intake, OLDER, 7);
        layout(intake, OLDER, 7);
        assertEquals(3, intake.missed());
        assertEquals(1, intake.numbers().repeated());
        assertEquals(List.of(1L, 5L, 6L, 7L), values);
    }

    @Test
    void shouldCountWhatASinkDroppedOnceWhetherOrNotThatItSaidSoHasCome()
    {
        final ResultIntake intake = intake(OLDER);
        layout(intake, OLDER, 0);
        intake.take(handler, false, session, frame, 0, head(FrameDescriptor.MISSED, mark(OLDER), 10));
        layout(intake, OLDER, 10);
        assertEquals(10, intake.missed());
        ended.add(session);
        session++;
        layout(intake, OLDER, 17);
        assertEquals(17, intake.missed());
        assertEquals(17, missed);
    }

    @Test
    void shouldCountNothingThatStillComesWhenASinkConnectsAnewBesideAGap()
    {
        final ResultIntake intake = intake(OLDER);
        layout(intake, OLDER, 0);
        result(intake, OLDER, 1);
        session = 2;
        layout(intake, OLDER, 4);
        session = 1;
        result(intake, OLDER, 2);
        result(intake, OLDER, 3);
        intake.settle(handler);
        assertEquals(0, intake.missed());
        ended.add(1);
        intake.settle(handler);
        assertEquals(1, intake.missed());
        assertEquals(1, missed);
        session = 2;
        layout(intake, OLDER, 4);
        assertEquals(1, intake.missed());
    }

    @Test
    void shouldGiveNoReasonWhenAnotherEnginesResultsCanNotBeRead()
    {
        final ResultIntake intake = intake(OLDER);
        final RowSchema other = RowSchema.of("u", "a BIGINT, k STRING");
        layout(intake, OLDER, 0);
        session = 2;
        layout(intake, other, 0);
        result(intake, other, 1);
        assertNull(intake.refusal());
        assertEquals(1, intake.foreign());
        ended.add(1);
        assertTrue(String.valueOf(intake.refusal()).contains("message " + other.id()), intake::refusal);
    }

    @Test
    void shouldSayWhatToDoWhenColumnsAreTooLongForAMessage()
    {
        final ResultIntake intake = intake(OLDER);
        final UnsafeBuffer cut = FrameDescriptor.layout(NEWER.id(), NEWER.describe(), 1);
        FrameDescriptor.putCut(cut, true);
        intake.take(handler, false, session, cut, 0, FrameDescriptor.RESULT_RECORD_OFFSET);
        assertTrue(String.valueOf(intake.refusal()).contains("longer term-length"), intake::refusal);
        // Who has these columns itself reads, and counts.
        final ResultIntake newer = intake(NEWER);
        newer.take(handler, false, session, cut, 0, FrameDescriptor.RESULT_RECORD_OFFSET);
        FrameDescriptor.putSent(cut, 2);
        newer.take(handler, false, session, cut, 0, FrameDescriptor.RESULT_RECORD_OFFSET);
        assertNull(newer.refusal());
        assertEquals(2, newer.missed());
        // Once it is said whole, it is read.
        layout(intake, NEWER, 0);
        assertNull(intake.refusal());
        assertEquals(0, intake.foreign());
    }

    /** A handler of rows and of records at once. */
    private interface Both extends ResultSubscriber.Handler, ResultSubscriber.RecordHandler
    {
    }

    @Test
    void shouldHandOverWhatIsAskedForWhenAHandlerTakesBoth()
    {
        final ResultIntake intake = intake(OLDER);
        final List<String> called = new ArrayList<>();
        final Both both = new Both()
        {
            @Override
            public void onResult(final RowReader row, final int writer, final long of, final boolean isProvisional)
            {
                called.add("row");
            }

            @Override
            public void onRecord(
                final DirectBuffer buffer, final int offset, final int length, final int writer, final long of,
                final boolean isProvisional)
            {
                called.add("record");
            }
        };
        intake.take(both, true, session, frame, 0, put(OLDER, 1));
        intake.take(both, false, session, frame, 0, put(OLDER, 2));
        assertEquals(List.of("record", "row"), called);
    }

    @Test
    void shouldLiveThroughMessagesThatLie()
    {
        final SplittableRandom random = new SplittableRandom(SEED);
        final ResultIntake intake = intake(NEWER);
        final long[] seen = new long[4];
        final ResultSubscriber.Handler to = (row, writer, of, isProvisional) ->
        {
            seen[0]++;
            seen[1] += row.getLong(0) + row.getLong(2) + row.kind();
            seen[2] += row.getText(1).length();
        };
        long certain = 0;
        for (int i = 0; i < FRAMES; i++)
        {
            final int length = random(random);
            certain += FrameDescriptor.template(frame, 0, length) < FrameDescriptor.RESULT ? 1 : 0;
            final DirectBuffer exact = new UnsafeBuffer(frame, 0, length);
            intake.take(to, false, random.nextInt(40), exact, 0, length);
        }
        assertEquals(seen[0], intake.results(), "seed " + SEED);
        assertTrue(seen[0] > FRAMES / 100, () -> "only " + seen[0] + " could be read, seed " + SEED);
        assertTrue(intake.foreign() > certain, "seed " + SEED);
        assertTrue(intake.foreign() + intake.results() + intake.numbers().repeated() <= FRAMES, "seed " + SEED);
    }

    /** Random bytes, or a message of which some are wrong, or a part of one. */
    private int random(final SplittableRandom random)
    {
        if (random.nextInt(8) == 0)
        {
            final int length = random.nextInt(200);
            for (int i = 0; i < length; i++)
            {
                frame.putByte(i, (byte)random.nextInt());
            }
            return length;
        }
        final RowSchema of = List.of(OLDER, NEWER, NEWEST).get(random.nextInt(3));
        final int length = switch (random.nextInt(6))
        {
            case 0 -> head(FrameDescriptor.COMMIT, mark(of), random.nextInt(1000));
            case 1 -> head(FrameDescriptor.MISSED, mark(of), random.nextInt(1000));
            case 2 ->
            {
                final UnsafeBuffer layout = FrameDescriptor.layout(of.id(), of.describe(), random.nextInt(3));
                frame.putBytes(0, layout, 0, layout.capacity());
                yield layout.capacity();
            }
            default -> put(of, random.nextLong());
        };
        for (int changes = random.nextInt(4); changes > 0; changes--)
        {
            frame.putByte(random.nextInt(length), (byte)random.nextInt());
        }
        return random.nextInt(4) == 0 ? random.nextInt(length) : length;
    }

    @Test
    void shouldMarkColumnsApart()
    {
        assertNotEquals(FrameDescriptor.mark(1, "a INT"), FrameDescriptor.mark(2, "a INT"));
        assertNotEquals(FrameDescriptor.mark(1, "a INT"), FrameDescriptor.mark(1, "a BIGINT"));
        assertEquals(FrameDescriptor.mark(1, "a INT"), FrameDescriptor.markOf(FrameDescriptor.mark(1, "a INT") |
            FrameDescriptor.FLAG_ANEW | FrameDescriptor.FLAG_PROVISIONAL));
        assertTrue(LongStream.range(0, 100_000).allMatch(i -> FrameDescriptor.mark((int)i, "") >>> 8 != 0));
    }

    private ResultIntake intake(final RowSchema schema)
    {
        return new ResultIntake(schema, of -> !ended.contains(of));
    }

    private static int mark(final RowSchema of)
    {
        return FrameDescriptor.mark(of.id(), of.describe());
    }

    private void layout(final ResultIntake intake, final RowSchema of, final long sent)
    {
        final UnsafeBuffer layout = FrameDescriptor.layout(of.id(), of.describe(), 1);
        FrameDescriptor.putSent(layout, sent);
        intake.take(handler, false, session, layout, 0, layout.capacity());
    }

    private void commit(final ResultIntake intake, final RowSchema of, final long below)
    {
        intake.take(handler, false, session, frame, 0, head(FrameDescriptor.COMMIT, mark(of), below));
    }

    private void result(final ResultIntake intake, final RowSchema of, final long value)
    {
        intake.take(handler, false, session, frame, 0, put(of, value));
    }

    /** A message's head; its length. */
    private int head(final int template, final int flags, final long of)
    {
        FrameDescriptor.putLong(frame, 0, FrameDescriptor.header(template));
        FrameDescriptor.putInt(frame, FrameDescriptor.RESULT_WRITER_OFFSET, 0);
        FrameDescriptor.putInt(frame, FrameDescriptor.RESULT_FLAGS_OFFSET, flags);
        FrameDescriptor.putLong(frame, FrameDescriptor.RESULT_NUMBER_OFFSET, of);
        FrameDescriptor.putLong(frame, FrameDescriptor.RESULT_EPOCH_OFFSET, 0);
        FrameDescriptor.putLong(frame, FrameDescriptor.RESULT_BASE_OFFSET, 0);
        return FrameDescriptor.RESULT_RECORD_OFFSET;
    }

    /** A RESULT with a row whose first BIGINT is {@code value} and whose strings are {@code xyz}; its length. */
    private int put(final RowSchema of, final long value)
    {
        final SbeLayout wire = of.wire();
        int at = head(FrameDescriptor.RESULT, mark(of), number++);
        frame.putLong(at, wire.blockLength(wire.version()) | (long)of.id() << 16 | (long)of.id() << 32 |
            (long)wire.version() << 48, ByteOrder.LITTLE_ENDIAN);
        at += SbeLayout.HEADER_LENGTH;
        frame.setMemory(at, wire.blockLength(wire.version()), (byte)0);
        for (final SbeLayout.Column column : wire.columns())
        {
            if (column.offset() >= 0)
            {
                frame.putLong(at + column.offset(), value, ByteOrder.LITTLE_ENDIAN);
            }
        }
        at += wire.blockLength(wire.version());
        for (int i = 0; i < wire.varCount(wire.version()); i++)
        {
            frame.putInt(at, 3, ByteOrder.LITTLE_ENDIAN);
            at += 4 + frame.putStringWithoutLengthAscii(at + 4, "xyz");
        }
        return at;
    }
}
