package io.millrace.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Says hello and goodbye to the engine for a publisher.
 *
 * <p><b>Threading:</b> the publisher's thread. <b>Allocation:</b> none once it is built.
 */
final class Greetings
{
    private final PublisherWire wire;
    private final UnsafeBuffer hello;
    private final UnsafeBuffer bye = new UnsafeBuffer(ByteBuffer.allocateDirect(FrameDescriptor.RECORD_OFFSET));

    /** @param columns as the engine is told them; empty where they are the caller's affair. */
    Greetings(final PublisherWire wire, final long publisherId, final String columns)
    {
        this.wire = wire;
        final byte[] text = columns.getBytes(UTF_8);
        hello = new UnsafeBuffer(ByteBuffer.allocateDirect(FrameDescriptor.HELLO_TEXT_OFFSET + text.length));
        hello.putBytes(FrameDescriptor.HELLO_TEXT_OFFSET, text);
        FrameDescriptor.putLong(hello, 0, FrameDescriptor.header(FrameDescriptor.HELLO));
        FrameDescriptor.putLong(hello, FrameDescriptor.PUBLISHER_OFFSET, publisherId);
        FrameDescriptor.putLong(bye, 0, FrameDescriptor.header(FrameDescriptor.BYE));
        FrameDescriptor.putLong(bye, FrameDescriptor.PUBLISHER_OFFSET, publisherId);
    }

    /**
     * Says hello.
     *
     * @param next       the row that comes next.
     * @param isSkipping whether rows before it will never come.
     * @param greeting   number of this greeting, which answers to it repeat.
     * @return Aeron's position, or one of its negative values.
     */
    long hello(final long next, final boolean isSkipping, final int greeting)
    {
        FrameDescriptor.putLong(hello, FrameDescriptor.SEQUENCE_OFFSET, next);
        FrameDescriptor.putInt(hello, FrameDescriptor.HELLO_FLAGS_OFFSET,
            (isSkipping ? FrameDescriptor.FLAG_SKIP : 0) | (wire.rings() ? FrameDescriptor.FLAG_RINGS : 0));
        FrameDescriptor.putInt(hello, FrameDescriptor.HELLO_GREETING_OFFSET, greeting);
        return wire.offer(hello, 0, hello.capacity());
    }

    /** Says goodbye behind the rows before {@code next}. */
    void bye(final long next)
    {
        FrameDescriptor.putLong(bye, FrameDescriptor.SEQUENCE_OFFSET, next);
        wire.offer(bye, 0, FrameDescriptor.RECORD_OFFSET);
    }
}
