package io.millrace.client;

import io.aeron.Publication;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a publisher stands with the engine: greets it, hears which row it expects, and goes on from there, with rows
 * that are kept, or by saying which are lost. Which row is next is known here.
 *
 * <p><b>Threading:</b> the publisher's thread. <b>Ownership:</b> the wire. <b>Allocation:</b> none, but for a reason.
 */
final class EngineSession implements AutoCloseable
{
    private static final long HELLO_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** After so long without an answer, ten of which come in this time, the engine may be another one. */
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int ANSWER_LIMIT = 16;
    private static final int RESEND_LIMIT = 64;

    /** Where the connection stands. */
    private enum State
    {
        AWAY, GREETING, RESENDING, LIVE, REFUSED, CLOSED
    }

    private final PublisherWire wire;
    private final long publisherId;
    private final Greetings greetings;
    private final EngineAnswer answer = new EngineAnswer();
    private final @Nullable Retention retention;
    private final boolean isRewinding;
    private final FragmentHandler answers = this::onAnswer;
    private State state = State.AWAY;
    private long generation;
    private long helloDueNs;
    private boolean hasSaidHello;
    private int greeting;
    private boolean isSkipping;
    private boolean isRewound;
    /** Sequence of the next row; UNKNOWN until the engine or the caller has said it. */
    private long next = FrameDescriptor.UNKNOWN;
    /** Sequence of the first row that was published; UNKNOWN before. */
    private long begun = FrameDescriptor.UNKNOWN;
    private long polledNs;
    private long answeredNs;
    private long resendPlace;
    private long lost;
    private long resent;
    private @Nullable String reason;

    /**
     * @param columns     as the engine is told them; empty where they are the caller's affair.
     * @param retention   rows that may have to be sent again; null where none are kept.
     * @param isRewinding whether the caller publishes again what the engine lacks; else it is lost.
     */
    EngineSession(
        final PublisherWire wire, final long publisherId, final String columns, final @Nullable Retention retention,
        final boolean isRewinding)
    {
        this.wire = wire;
        this.publisherId = publisherId;
        this.retention = retention;
        this.isRewinding = isRewinding;
        greetings = new Greetings(wire, publisherId, columns);
    }

    /** Whether a row may be published, once there was a poll where it could not: READY, or why not. */
    long admit()
    {
        while (state != State.LIVE || isRewound)
        {
            if (!isRewound)
            {
                poll();
            }
            final long refusal = refusal();
            if (refusal != RowPublisher.READY)
            {
                return refusal;
            }
        }
        return RowPublisher.READY;
    }

    /** Whether a row may be claimed: READY, or why not. */
    long refusal()
    {
        return switch (state)
        {
            case LIVE -> isRewound ? rewound() : RowPublisher.READY;
            case RESENDING -> RowPublisher.BACK_PRESSURED;
            case REFUSED -> RowPublisher.REFUSED;
            case CLOSED -> RowPublisher.CLOSED;
            default -> RowPublisher.NOT_CONNECTED;
        };
    }

    private long rewound()
    {
        isRewound = false;
        return RowPublisher.REWOUND;
    }

    /** A row was sent. */
    void sent(final long sequence)
    {
        begun = begun == FrameDescriptor.UNKNOWN ? sequence : Math.min(begun, sequence);
        next = sequence + 1;
    }

    /** A row was not sent, since nobody was there. */
    void away(final long position)
    {
        if (position == Publication.MAX_POSITION_EXCEEDED)
        {
            wire.reset();
            leave();
        }
        else
        {
            greet();
        }
    }

    /** Reads answers, and goes on where the connection was lost; work count. */
    int poll()
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
        final long position = greetings.hello(isSkipping ? begun : next, isSkipping, greeting);
        if (position == Publication.CLOSED)
        {
            wire.reset();
            leave();
        }
        return position > 0 ? 1 : 0;
    }

    private void onAnswer(final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        if (!EngineAnswer.isFor(publisherId, wire.sessionId(), buffer, offset, length))
        {
            return;
        }
        answeredNs = polledNs;
        answer.read(buffer, offset, length);
        if (answer.isRefusal())
        {
            reason = answer.refusal();
            state = State.REFUSED;
            return;
        }
        if (retention != null)
        {
            retention.releaseBefore(answer.acknowledged());
        }
        // An answer from before this greeting was read may lack rows that the engine has yet to read.
        if (state == State.GREETING && answer.greeting() == greeting)
        {
            resume();
        }
        else if (state == State.LIVE && answer.isResendWanted())
        {
            lookBack();
        }
    }

    /** Rows are missing: an engine that has never seen this publisher wants a greeting first. */
    private void lookBack()
    {
        if (answer.expected() == FrameDescriptor.UNKNOWN)
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
            isRewound |= isRewinding && next != FrameDescriptor.UNKNOWN && next < answer.acknowledged();
            next = Math.max(next, answer.acknowledged());
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
        final long expected = answer.expected();
        return expected != FrameDescriptor.UNKNOWN ? expected :
            begun == FrameDescriptor.UNKNOWN ? next : Math.max(begun, answer.acknowledged());
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

    boolean isLive()
    {
        return state == State.LIVE;
    }

    boolean mayPublish()
    {
        return state == State.LIVE && !isRewound;
    }

    boolean isRefused()
    {
        return state == State.REFUSED;
    }

    long next()
    {
        return next;
    }

    void next(final long sequence)
    {
        next = sequence;
    }

    /** What the engine said last. */
    EngineAnswer answer()
    {
        return answer;
    }

    long lost()
    {
        return lost;
    }

    long resent()
    {
        return resent;
    }

    @Nullable String reason()
    {
        return reason != null ? reason : wire.message();
    }

    /** Says goodbye. */
    @Override
    public void close()
    {
        if (state == State.CLOSED)
        {
            return;
        }
        if (state == State.LIVE && wire.isOpen())
        {
            greetings.bye(next);
        }
        state = State.CLOSED;
        wire.close();
    }
}
