package io.millrace.client;

import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a publisher's messages to the engine and brings answers: over Aeron, or by what stands in its place where there
 * is no driver. Results of sending are Aeron's: a position, or one of the negative values of {@code Publication}.
 *
 * <p><b>Threading:</b> the publisher's thread.
 */
interface PublisherWire extends AutoCloseable
{
    long nowNs();

    /** Does its duties, connects or comes back. */
    int work(long nowNs);

    /** Whether there is something to send through. */
    boolean isOpen();

    /** Rises whenever what was sent through is gone. */
    long generation();

    /** Gives up what is sent through: {@link #work} makes another. */
    void reset();

    /** Why there will never be anything to send through; null while there may. */
    @Nullable String refusal();

    /** Whether somebody listens. */
    boolean isConnected();

    int sessionId();

    int maxPayloadLength();

    int maxMessageLength();

    long tryClaim(int length, BufferClaim claim);

    long offer(DirectBuffer buffer, int index, int length);

    /** Says that what was claimed is there, to an engine that rests; {@link #offer} does by itself. */
    default void ring()
    {
        // Mostly the engine looks by itself.
    }

    /** Whether it can. */
    default boolean rings()
    {
        return false;
    }

    /** Hands over answers: how many. */
    int poll(FragmentHandler handler, int limit);

    /** Connections lost so far. */
    long losses();

    /** What went wrong last; null if nothing. */
    @Nullable String message();

    @Override
    void close();
}
