package io.millrace.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes rows to a table of a running job: claim, set columns, commit. Each row carries this publisher's id and a
 * sequence; the engine says which it expects next, so that rows sent twice are taken once, and with retention rows that
 * did not arrive are sent again by itself, whichever side was away.
 *
 * <pre>{@code
 *   RowSchema schema = RowSchema.of("user_events", "user_id STRING, n INT");
 *   int user = schema.column("user_id"), n = schema.column("n");
 *   try (RowPublisher publisher = new RowPublisher(new RowPublisher.Context(schema).streamId(10).publisherId(7)))
 *   {
 *       publisher.awaitReady(5_000);
 *       if (publisher.claim() == RowPublisher.READY)
 *       {
 *           publisher.row().setText(user, "anna").setInt(n, 1);
 *           while (publisher.commit() == RowPublisher.BACK_PRESSURED)
 *           {
 *               Thread.onSpinWait();
 *           }
 *       }
 *   }
 * }</pre>
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> a connection to a media driver, memory for one row and for what is
 * retained. <b>Allocation:</b> none per row. <b>Errors:</b> the negative values of {@link #claim()} and
 * {@link #commit()}; nothing is thrown once it is built, but for columns of another type.
 */
public final class RowPublisher implements AutoCloseable
{
    /** A row may be written. */
    public static final long READY = 0;
    /** The engine or the driver is behind. Caller must try again, or drop the row and say so. */
    public static final long BACK_PRESSURED = -1;
    /** No engine answers. Caller may try again: the connection comes back by itself. */
    public static final long NOT_CONNECTED = -2;
    /** The row is longer than the channel takes. Caller must drop it; a longer term or MTU would take it. */
    public static final long TOO_LONG = -3;
    /** This publisher was closed. */
    public static final long CLOSED = -4;
    /** The engine takes no rows from this publisher: {@link #reason()} says why. It is not tried again. */
    public static final long REFUSED = -5;
    /**
     * {@link #nextSequence()} is now another one; caller must publish from there. The engine lacks rows that are not
     * retained, or rows that were to come again are safe. Given once, and only where the context asks for it.
     */
    public static final long REWOUND = -6;

    private static final long HELLO_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** After so long without an answer, ten of which come in this time, the engine may be another one. */
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long POLL_INTERVAL = 64;
    private static final int ANSWER_LIMIT = 16;
    private static final int RESEND_LIMIT = 64;
    /** No answer of Aeron's. */
    private static final long LONGER_THAN_ALL = Long.MIN_VALUE;

    /** Where the connection stands. */
    private enum State
    {
        AWAY, GREETING, RESENDING, LIVE, REFUSED, CLOSED
    }

    /** What a publisher is made with. */
    public static final class Context
    {
        private final @Nullable RowSchema schema;
        private String folder = DriverFolders.FOUND;
        private String channel = "aeron:ipc";
        private @Nullable String controlChannel;
        private int streamId = 1;
        private int controlStreamId = -1;
        private long publisherId = -1;
        private int retainedBytes;
        private int maxTextBytes = 64 * 1024;
        private boolean isRewinding;
        private boolean isInvoked;
        private long driverTimeoutMs = DriverLink.USUAL_TIMEOUT_MS;

        /** For rows of a table in the format {@code sbe}. */
        public Context(final RowSchema schema)
        {
            this.schema = schema;
        }

        /** For records that the caller writes, such as JSON: see {@link RowPublisher#publish}. */
        public Context()
        {
            schema = null;
        }

        /** Folder of the media driver; without it, it is that of the job with this stream. */
        public Context aeronDirectory(final String directory)
        {
            folder = directory;
            return this;
        }

        /** As the table's option {@code channel}; {@code aeron:ipc} unless said otherwise. */
        public Context channel(final String uri)
        {
            channel = uri;
            return this;
        }

        /** As the table's option {@code stream-id}. */
        public Context streamId(final int id)
        {
            streamId = id;
            return this;
        }

        /** Where answers come from; without it, it follows from the channel: the port behind it. */
        public Context controlChannel(final String uri)
        {
            controlChannel = uri;
            return this;
        }

        /** Stream of the answers; without it the number behind {@code streamId}. */
        public Context controlStreamId(final int id)
        {
            controlStreamId = id;
            return this;
        }

        /** Who this is, from 0 on: the same number after a restart, another for each publisher at a time. */
        public Context publisherId(final long id)
        {
            publisherId = id;
            return this;
        }

        /** Memory for rows that may have to be sent again; 0, as without it, retains none. */
        public Context retainedBytes(final int bytes)
        {
            retainedBytes = bytes;
            return this;
        }

        /** Most bytes of all texts of a row, 64 KiB unless said otherwise. */
        public Context maxTextBytes(final int bytes)
        {
            maxTextBytes = bytes;
            return this;
        }

        /** Whether {@link RowPublisher#REWOUND} tells the caller to publish again; else lost rows are counted. */
        public Context rewinds(final boolean isWanted)
        {
            isRewinding = isWanted;
            return this;
        }

        /** For how long a media driver may be silent before the connection counts as lost; 10 s, as Aeron has it. */
        public Context driverTimeoutMs(final long timeoutMs)
        {
            driverTimeoutMs = timeoutMs;
            return this;
        }

        /** Whether {@link RowPublisher#poll()} does Aeron's duties, at least every second, and no thread of its own. */
        public Context invoked(final boolean isWanted)
        {
            isInvoked = isWanted;
            return this;
        }
    }

    private final long publisherId;
    private final boolean isRewinding;
    private final PublisherWire wire;
    private final @Nullable RowWriter row;
    private @Nullable DirectBuffer record;
    private int recordIndex;
    private int recordLength;
    private final @Nullable Retention retention;
    private final BufferClaim claim = new BufferClaim();
    private final UnsafeBuffer scratch = new UnsafeBuffer(ByteBuffer.allocateDirect(512));
    private final FragmentHandler answers = this::onAnswer;
    private final byte[] columns;
    private UnsafeBuffer whole = new UnsafeBuffer(ByteBuffer.allocateDirect(4096));
    private State state = State.AWAY;
    private long generation;
    private long helloDueNs;
    private boolean hasSaidHello;
    private int greeting;
    private boolean isSkipping;
    private boolean isRewound;
    private boolean hasRow;
    /** Sequence of the next row; UNKNOWN until the engine or the caller has said it. */
    private long next = FrameDescriptor.UNKNOWN;
    /** Sequence of the first row that was published; UNKNOWN before. */
    private long begun = FrameDescriptor.UNKNOWN;
    private long polledNs;
    private long answeredNs;
    private long resendPlace;
    private long expected = FrameDescriptor.UNKNOWN;
    private long acknowledged;
    private long missedByEngine;
    private long repeatedToEngine;
    private long deadInEngine;
    private long lost;
    private long resent;
    private long polls;
    private @Nullable String reason;

    /** Nothing is connected yet: {@link #poll()} and {@link #claim()} see to it. */
    public RowPublisher(final Context context)
    {
        this(context, wire(context));
    }

    RowPublisher(final Context context, final PublisherWire wire)
    {
        if (context.publisherId < 0)
        {
            wire.close();
            throw new IllegalArgumentException("publisherId " + context.publisherId + ", choose one from 0 on");
        }
        this.wire = wire;
        final RowSchema schema = context.schema;
        publisherId = context.publisherId;
        isRewinding = context.isRewinding;
        columns = schema == null ? new byte[0] : schema.describe().getBytes(UTF_8);
        row = schema == null ? null : new RowWriter(schema, context.maxTextBytes);
        retention = context.retainedBytes > 0 ? new Retention(context.retainedBytes) : null;
    }

    private static PublisherWire wire(final Context context)
    {
        final String control = context.controlChannel != null ? context.controlChannel :
            FrameDescriptor.controlChannel(context.channel);
        return new AeronWire(context.channel, context.streamId, FrameDescriptor.controlSubscription(control),
            context.controlStreamId >= 0 ? context.controlStreamId : context.streamId + 1, context.folder,
            context.isInvoked, context.driverTimeoutMs);
    }

    /**
     * Begins a row, all of whose columns are NULL.
     *
     * @return {@link #READY}, else a negative reason.
     */
    public long claim()
    {
        if (state != State.LIVE || (++polls & POLL_INTERVAL - 1) == 0)
        {
            poll();
        }
        final long refusal = refusal();
        if (refusal != READY)
        {
            return refusal;
        }
        row().begin();
        record = null;
        hasRow = true;
        return READY;
    }

    private long refusal()
    {
        return switch (state)
        {
            case LIVE -> isRewound ? rewound() : READY;
            case RESENDING -> BACK_PRESSURED;
            case REFUSED -> REFUSED;
            case CLOSED -> CLOSED;
            default -> NOT_CONNECTED;
        };
    }

    private long rewound()
    {
        isRewound = false;
        return REWOUND;
    }

    /** The row begun by {@link #claim()}. */
    public RowWriter row()
    {
        if (row == null)
        {
            throw new IllegalStateException("made without a schema: publish records");
        }
        return row;
    }

    /**
     * Publishes one record in the table's format: a JSON object, or an SBE message that another codec wrote.
     *
     * @return as {@link #commit()}; what was refused is to be published again.
     */
    public long publish(final DirectBuffer buffer, final int index, final int length)
    {
        if ((++polls & POLL_INTERVAL - 1) == 0)
        {
            poll();
        }
        record = buffer;
        recordIndex = index;
        recordLength = length;
        hasRow = true;
        final long result = commit();
        record = null;
        hasRow = false;
        return result;
    }

    /**
     * Publishes the row begun by {@link #claim()}. A row that is back pressured stays: commit it again, or claim anew.
     *
     * @return its sequence, or a negative reason.
     */
    public long commit()
    {
        if (state != State.LIVE || isRewound)
        {
            if (!isRewound)
            {
                poll();
            }
            final long refusal = refusal();
            if (refusal != READY)
            {
                return refusal;
            }
            return commit();
        }
        if (!hasRow)
        {
            throw new IllegalStateException("claim a row first");
        }
        final int length = FrameDescriptor.RECORD_OFFSET + (record != null ? recordLength : row().length());
        final Retention kept = retention;
        if (kept != null && !kept.hasRoom(length))
        {
            poll();
            if (length > kept.maxLength())
            {
                return TOO_LONG;
            }
            if (!kept.hasRoom(length) || state != State.LIVE || isRewound)
            {
                return BACK_PRESSURED;
            }
        }
        final long sequence = next;
        final long position = length <= wire.maxPayloadLength() ? claimed(length) : whole(length);
        if (position > 0)
        {
            hasRow = false;
            begun = begun == FrameDescriptor.UNKNOWN ? sequence : Math.min(begun, sequence);
            next = sequence + 1;
            return sequence;
        }
        return refused(position);
    }

    private long claimed(final int length)
    {
        final long position = wire.tryClaim(length, claim);
        if (position > 0)
        {
            final UnsafeBuffer buffer = (UnsafeBuffer)claim.buffer();
            final int offset = claim.offset();
            put(buffer, offset);
            if (retention != null)
            {
                retention.add(next, buffer, offset, length);
            }
            claim.commit();
            wire.ring();
        }
        return position;
    }

    private long whole(final int length)
    {
        if (length > wire.maxMessageLength())
        {
            return LONGER_THAN_ALL;
        }
        if (whole.capacity() < length)
        {
            whole = new UnsafeBuffer(ByteBuffer.allocateDirect(Math.max(length, 2 * whole.capacity())));
        }
        put(whole, 0);
        final long position = wire.offer(whole, 0, length);
        if (position > 0 && retention != null)
        {
            retention.add(next, whole, 0, length);
        }
        return position;
    }

    private void put(final UnsafeBuffer buffer, final int offset)
    {
        FrameDescriptor.putLong(buffer, offset, FrameDescriptor.header(FrameDescriptor.ROW));
        FrameDescriptor.putLong(buffer, offset + FrameDescriptor.PUBLISHER_OFFSET, publisherId);
        FrameDescriptor.putLong(buffer, offset + FrameDescriptor.SEQUENCE_OFFSET, next);
        final DirectBuffer given = record;
        if (given == null)
        {
            row().putInto(buffer, offset + FrameDescriptor.RECORD_OFFSET);
        }
        else
        {
            buffer.putBytes(offset + FrameDescriptor.RECORD_OFFSET, given, recordIndex, recordLength);
        }
    }

    private long refused(final long position)
    {
        if (position == LONGER_THAN_ALL)
        {
            return TOO_LONG;
        }
        if (position == Publication.BACK_PRESSURED || position == Publication.ADMIN_ACTION)
        {
            return BACK_PRESSURED;
        }
        if (position == Publication.MAX_POSITION_EXCEEDED)
        {
            wire.reset();
            leave();
        }
        else
        {
            greet();
        }
        return NOT_CONNECTED;
    }

    /** Keeps the connection: reads answers, comes back where it was lost. Call it when there is nothing to publish. */
    public int poll()
    {
        if (state == State.CLOSED)
        {
            return 0;
        }
        final long nowNs = wire.nowNs();
        int work = wire.work(nowNs);
        if (generation != wire.generation())
        {
            generation = wire.generation();
            leave();
        }
        if (!wire.isOpen())
        {
            return work + lookRefused();
        }
        polledNs = nowNs;
        work += wire.poll(answers, ANSWER_LIMIT);
        work += switch (state)
        {
            case AWAY -> greet();
            case GREETING -> hello(nowNs);
            case RESENDING -> resend();
            case LIVE -> wire.isConnected() && nowNs - answeredNs < SILENCE_NS ? 0 : greet();
            default -> 0;
        };
        return work;
    }

    private void leave()
    {
        if (state != State.REFUSED)
        {
            state = State.AWAY;
        }
    }

    private int lookRefused()
    {
        final String refusal = wire.refusal();
        if (refusal != null && state != State.REFUSED)
        {
            reason = refusal;
            state = State.REFUSED;
        }
        return 0;
    }

    private int greet()
    {
        greeting++;
        state = State.GREETING;
        hasSaidHello = false;
        return 1;
    }

    private int hello(final long nowNs)
    {
        if (hasSaidHello && nowNs - helloDueNs < 0)
        {
            return 0;
        }
        hasSaidHello = true;
        helloDueNs = nowNs + HELLO_INTERVAL_NS;
        final int length = FrameDescriptor.HELLO_TEXT_OFFSET + columns.length;
        final UnsafeBuffer hello = whole.capacity() < length ? growWhole(length) : whole;
        FrameDescriptor.putLong(hello, 0, FrameDescriptor.header(FrameDescriptor.HELLO));
        FrameDescriptor.putLong(hello, FrameDescriptor.PUBLISHER_OFFSET, publisherId);
        FrameDescriptor.putLong(hello, FrameDescriptor.SEQUENCE_OFFSET, isSkipping ? begun : next);
        FrameDescriptor.putInt(hello, FrameDescriptor.HELLO_FLAGS_OFFSET,
            (isSkipping ? FrameDescriptor.FLAG_SKIP : 0) | (wire.rings() ? FrameDescriptor.FLAG_RINGS : 0));
        FrameDescriptor.putInt(hello, FrameDescriptor.HELLO_GREETING_OFFSET, greeting);
        hello.putBytes(FrameDescriptor.HELLO_TEXT_OFFSET, columns);
        final long position = wire.offer(hello, 0, length);
        if (position == Publication.CLOSED)
        {
            wire.reset();
            leave();
        }
        return position > 0 ? 1 : 0;
    }

    private UnsafeBuffer growWhole(final int length)
    {
        whole = new UnsafeBuffer(ByteBuffer.allocateDirect(length));
        return whole;
    }

    private void onAnswer(final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        if (FrameDescriptor.template(buffer, offset, length) != FrameDescriptor.ANSWER ||
            FrameDescriptor.getLong(buffer, offset + FrameDescriptor.PUBLISHER_OFFSET) != publisherId ||
            FrameDescriptor.getInt(buffer, offset + FrameDescriptor.ANSWER_SESSION_OFFSET) != wire.sessionId())
        {
            return;
        }
        answeredNs = polledNs;
        final int status = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.ANSWER_STATUS_OFFSET);
        if (status != FrameDescriptor.TAKEN && status != FrameDescriptor.RESEND)
        {
            reason = buffer.getStringWithoutLengthUtf8(
                offset + FrameDescriptor.ANSWER_TEXT_OFFSET, length - FrameDescriptor.ANSWER_TEXT_OFFSET);
            state = State.REFUSED;
            return;
        }
        expected = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_EXPECTED_OFFSET);
        acknowledged = Math.max(
            acknowledged, FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_ACKNOWLEDGED_OFFSET));
        missedByEngine = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_MISSED_OFFSET);
        repeatedToEngine = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_REPEATED_OFFSET);
        deadInEngine = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_DEAD_OFFSET);
        if (retention != null)
        {
            retention.releaseBefore(acknowledged);
        }
        // An answer from before this greeting was read may lack rows that the engine has yet to read.
        final long answered = FrameDescriptor.getLong(buffer, offset + FrameDescriptor.ANSWER_GREETING_OFFSET);
        if (state == State.GREETING && answered == greeting)
        {
            resume();
        }
        else if (state == State.LIVE && status == FrameDescriptor.RESEND)
        {
            lookBack();
        }
    }

    /** Rows are missing: an engine that has never seen this publisher wants a greeting first. */
    private void lookBack()
    {
        if (expected == FrameDescriptor.UNKNOWN)
        {
            greet();
        }
        else
        {
            resume();
        }
    }

    /** Goes on where the engine is, or says that it can't. */
    private void resume()
    {
        isSkipping = false;
        final Retention kept = retention == null || retention.isEmpty() ? null : retention;
        if (kept == null)
        {
            // Not from where the engine is: rows that it has and that are not safe it may lose, and nobody keeps them.
            isRewound |= isRewinding && next != FrameDescriptor.UNKNOWN && next < acknowledged;
            next = Math.max(next, acknowledged);
        }
        final long lacking = lacking();
        final long first = kept == null ? next : kept.sequence(kept.find(0));
        if (lacking < first)
        {
            goBack(lacking, first);
        }
        else if (kept != null)
        {
            resendPlace = kept.find(lacking);
            state = State.RESENDING;
        }
        else
        {
            state = State.LIVE;
        }
    }

    /** The first row that the engine lacks: one that has never seen this publisher, all that is not yet safe. */
    private long lacking()
    {
        return expected != FrameDescriptor.UNKNOWN ? expected :
            begun == FrameDescriptor.UNKNOWN ? next : Math.max(begun, acknowledged);
    }

    private void goBack(final long lacking, final long first)
    {
        if (isRewinding)
        {
            if (retention != null)
            {
                retention.releaseBefore(Long.MAX_VALUE);
            }
            next = lacking;
            isRewound = true;
            state = State.LIVE;
            return;
        }
        // The next answer to a greeting that says so has the engine expecting what comes.
        lost += first - lacking;
        begun = first;
        isSkipping = true;
        greet();
    }

    private int resend()
    {
        final Retention kept = retention;
        if (kept == null)
        {
            return 0;
        }
        int work = 0;
        while (resendPlace < kept.endPlace() && work < RESEND_LIMIT)
        {
            resendPlace = Math.max(resendPlace, kept.find(0));
            if (resendPlace >= kept.endPlace())
            {
                break;
            }
            final long position = wire.offer(kept.memory(), kept.frame(resendPlace), kept.length(resendPlace));
            if (position < 0)
            {
                if (position == Publication.NOT_CONNECTED || position == Publication.CLOSED)
                {
                    greet();
                }
                return work;
            }
            resent++;
            resendPlace = kept.next(resendPlace);
            work++;
        }
        if (resendPlace >= kept.endPlace())
        {
            state = State.LIVE;
        }
        return work;
    }

    /** Polls until rows can be published; false where that is not so within {@code timeoutMs}. */
    public boolean awaitReady(final long timeoutMs)
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (state != State.LIVE && state != State.REFUSED && System.nanoTime() - deadlineNs < 0)
        {
            if (poll() == 0)
            {
                LockSupport.parkNanos(100_000);
            }
        }
        return state == State.LIVE;
    }

    /** Polls until every row before {@code sequence} is safe; false where that is not so within {@code timeoutMs}. */
    public boolean awaitAcknowledged(final long sequence, final long timeoutMs)
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (acknowledged < sequence && state != State.REFUSED && System.nanoTime() - deadlineNs < 0)
        {
            if (poll() == 0)
            {
                LockSupport.parkNanos(100_000);
            }
        }
        return acknowledged >= sequence;
    }

    /** Whether rows can be published now. */
    public boolean isReady()
    {
        return state == State.LIVE;
    }

    /** Sequence of the next row; −1 before the engine has said where to go on. */
    public long nextSequence()
    {
        return next;
    }

    /** Goes on with another sequence: a lower one publishes again, a higher one leaves rows out. */
    public void nextSequence(final long sequence)
    {
        next = sequence;
    }

    /** Rows before this sequence are safe: journaled, where the table has {@code 'ack'='journaled'}. */
    public long acknowledged()
    {
        return acknowledged;
    }

    /** The row that the engine lacks first, by its last answer. */
    public long expected()
    {
        return expected;
    }

    /** Rows of this publisher that the engine never saw, by its last answer. */
    public long missedByEngine()
    {
        return missedByEngine;
    }

    /** Rows of this publisher that the engine saw again and dropped, by its last answer. */
    public long repeatedToEngine()
    {
        return repeatedToEngine;
    }

    /** Messages of this publisher's table that were no rows, by its last answer. */
    public long deadInEngine()
    {
        return deadInEngine;
    }

    /** Rows that the engine lacks and that were not retained. */
    public long lost()
    {
        return lost;
    }

    /** Rows sent again. */
    public long resent()
    {
        return resent;
    }

    /** Connections to a media driver lost so far. */
    public long disconnects()
    {
        return wire.losses();
    }

    /** Why rows are refused, or what Aeron said last; null if nothing. */
    public @Nullable String reason()
    {
        return reason != null ? reason : wire.message();
    }

    /** Says goodbye and closes; rows that were published stay so. */
    @Override
    public void close()
    {
        if (state == State.CLOSED)
        {
            return;
        }
        if (state == State.LIVE && wire.isOpen())
        {
            FrameDescriptor.putLong(scratch, 0, FrameDescriptor.header(FrameDescriptor.BYE));
            FrameDescriptor.putLong(scratch, FrameDescriptor.PUBLISHER_OFFSET, publisherId);
            FrameDescriptor.putLong(scratch, FrameDescriptor.SEQUENCE_OFFSET, next);
            wire.offer(scratch, 0, FrameDescriptor.RECORD_OFFSET);
        }
        state = State.CLOSED;
        wire.close();
    }
}
