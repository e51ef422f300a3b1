package io.millrace.client;

import io.aeron.Publication;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
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

    private static final long POLL_INTERVAL = 64;

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

    private final PublisherWire wire;
    private final EngineSession session;
    private final @Nullable Retention retention;
    private final RowFrames frames;
    private final @Nullable RowWriter row;
    private long polls;

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
        row = schema == null ? null : new RowWriter(schema, context.maxTextBytes);
        retention = context.retainedBytes > 0 ? new Retention(context.retainedBytes) : null;
        frames = new RowFrames(wire, context.publisherId, retention);
        session = new EngineSession(wire, context.publisherId, schema == null ? "" : schema.describe(), retention,
            context.isRewinding);
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
        if (!session.isLive() || (++polls & POLL_INTERVAL - 1) == 0)
        {
            poll();
        }
        final long refusal = session.refusal();
        if (refusal != READY)
        {
            return refusal;
        }
        final RowWriter begun = row();
        begun.begin();
        frames.turnTo(begun);
        return READY;
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
        frames.turnTo(buffer, index, length);
        final long result = commit();
        frames.turnAway();
        return result;
    }

    /**
     * Publishes the row begun by {@link #claim()}. A row that is back pressured stays: commit it again, or claim anew.
     *
     * @return its sequence, or a negative reason.
     */
    public long commit()
    {
        final long refusal = session.admit();
        if (refusal != READY)
        {
            return refusal;
        }
        if (!frames.isReady())
        {
            throw new IllegalStateException("claim a row first");
        }
        final int length = frames.length();
        final Retention kept = retention;
        if (kept != null && !kept.hasRoom(length))
        {
            poll();
            if (length > kept.maxLength())
            {
                return TOO_LONG;
            }
            if (!kept.hasRoom(length) || !session.mayPublish())
            {
                return BACK_PRESSURED;
            }
        }
        final long sequence = session.next();
        final long position = frames.send(sequence, length);
        if (position > 0)
        {
            frames.turnAway();
            session.sent(sequence);
            return sequence;
        }
        return refused(position);
    }

    private long refused(final long position)
    {
        if (position == RowFrames.LONGER_THAN_ALL)
        {
            return TOO_LONG;
        }
        if (position == Publication.BACK_PRESSURED || position == Publication.ADMIN_ACTION)
        {
            return BACK_PRESSURED;
        }
        session.away(position);
        return NOT_CONNECTED;
    }

    /** Keeps the connection: reads answers, comes back where it was lost. Call it when there is nothing to publish. */
    public int poll()
    {
        return session.poll();
    }

    /** Polls until rows can be published; false where that is not so within {@code timeoutMs}. */
    public boolean awaitReady(final long timeoutMs)
    {
        return await(session::isLive, timeoutMs);
    }

    /** Polls until every row before {@code sequence} is safe; false where that is not so within {@code timeoutMs}. */
    public boolean awaitAcknowledged(final long sequence, final long timeoutMs)
    {
        return await(() -> acknowledged() >= sequence, timeoutMs);
    }

    private boolean await(final BooleanSupplier isReached, final long timeoutMs)
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (!isReached.getAsBoolean() && !session.isRefused() && System.nanoTime() - deadlineNs < 0)
        {
            if (poll() == 0)
            {
                LockSupport.parkNanos(100_000);
            }
        }
        return isReached.getAsBoolean();
    }

    /** Whether rows can be published now. */
    public boolean isReady()
    {
        return session.isLive();
    }

    /** Sequence of the next row; −1 before the engine has said where to go on. */
    public long nextSequence()
    {
        return session.next();
    }

    /** Goes on with another sequence: a lower one publishes again, a higher one leaves rows out. */
    public void nextSequence(final long sequence)
    {
        session.next(sequence);
    }

    /**
     * Rows before this sequence are safe: journaled, where the table has {@code 'ack'='journaled'}. It goes back where
     * the engine has lost what was safe: in a loss of power, where the job's durability is not {@code sync}.
     */
    public long acknowledged()
    {
        return session.answer().acknowledged();
    }

    /** The row that the engine lacks first, by its last answer. */
    public long expected()
    {
        return session.answer().expected();
    }

    /** Rows of this publisher that the engine never saw, by its last answer. */
    public long missedByEngine()
    {
        return session.answer().missed();
    }

    /** Rows of this publisher that the engine saw again and dropped, by its last answer. */
    public long repeatedToEngine()
    {
        return session.answer().repeated();
    }

    /** Messages of this publisher's table that were no rows, by its last answer. */
    public long deadInEngine()
    {
        return session.answer().dead();
    }

    /** Rows that the engine lacks and that were not retained. */
    public long lost()
    {
        return session.lost();
    }

    /** Rows sent again. */
    public long resent()
    {
        return session.resent();
    }

    /** Connections to a media driver lost so far. */
    public long disconnects()
    {
        return wire.losses();
    }

    /** Why rows are refused, or what Aeron said last; null if nothing. */
    public @Nullable String reason()
    {
        return session.reason();
    }

    /** Says goodbye and closes; rows that were published stay so. */
    @Override
    public void close()
    {
        session.close();
    }
}
