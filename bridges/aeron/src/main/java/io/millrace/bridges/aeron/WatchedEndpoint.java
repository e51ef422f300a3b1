package io.millrace.bridges.aeron;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import java.nio.channels.DatagramChannel;
import java.util.function.Supplier;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/** A socket of the media driver on which packets arrive: a doorkeeper waits for them while the job rests. */
final class WatchedEndpoint extends ReceiveChannelEndpoint
{
    private final Supplier<@Nullable Doorkeeper> doorkeeper;

    /**
     * @param doorkeeper null before there is one.
     */
    WatchedEndpoint(
        final UdpChannel channel, final DataPacketDispatcher dispatcher, final AtomicCounter statusIndicator,
        final MediaDriver.Context context, final Supplier<@Nullable Doorkeeper> doorkeeper)
    {
        super(channel, dispatcher, statusIndicator, context);
        this.doorkeeper = doorkeeper;
    }

    @Override
    public void openChannel()
    {
        super.openChannel();
        final DatagramChannel socket = receiveDatagramChannel;
        final Doorkeeper watching = doorkeeper.get();
        if (socket != null && watching != null)
        {
            watching.watch(socket);
        }
    }

    @Override
    public void close()
    {
        super.close();
        final Doorkeeper watching = doorkeeper.get();
        if (watching != null)
        {
            watching.forget();
        }
    }
}
