package io.millrace.bridges.aeron;

import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.millrace.client.DriverFolders;
import io.millrace.client.FrameDescriptor;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.TableOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a table's options say, checked. */
final class AeronOptions
{
    private static final int USUAL_PUBLISHERS = 8;
    private static final int MOST_PUBLISHERS = 1024;
    /** As long as Aeron waits for the other side of a channel. */
    private static final long USUAL_SUBSCRIBER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int FEW_PROCESSORS = 4;
    /** Parameters of a channel that say who hears it. */
    private static final List<String> ADDRESS = List.of(CommonContext.ENDPOINT_PARAM_NAME,
        CommonContext.MDC_CONTROL_PARAM_NAME, CommonContext.INTERFACE_PARAM_NAME);
    private static final Pattern HOST = Pattern.compile("(\\[[^]]*]|[^:/\\[]*)(.*)");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+|\\[.*]");

    private final String table;
    private final Map<String, String> options;
    private final boolean isFused;

    /**
     * @param isFused whether one thread does all of the job's work.
     */
    AeronOptions(final String table, final Map<String, String> options, final boolean isFused)
    {
        this.isFused = isFused;
        this.table = table;
        this.options = options;
    }

    String table()
    {
        return table;
    }

    String channel()
    {
        final String channel = new TableOptions(table, options).text(AeronConnector.CHANNEL);
        requireChannel(AeronConnector.CHANNEL, channel);
        return channel;
    }

    /**
     * Where the channel leads: the same for channels that differ in what does not decide that, such as the order, a
     * session or another way to write an address. Names of hosts are not looked up.
     */
    String place()
    {
        final ChannelUri channel = ChannelUri.parse(channel());
        final StringBuilder place = new StringBuilder("aeron:" + channel.media());
        for (final String key : ADDRESS)
        {
            final String value = channel.get(key);
            place.append(value == null ? "" : (place.indexOf("?") < 0 ? "?" : "|") + key + "=" + address(value));
        }
        final Path folder = folder(text(AeronConnector.AERON_DIR, embeddedFolder()));
        return channel.isIpc() && !folder.equals(folder(DriverFolders.own())) ? place + " in " + folder :
            place.toString();
    }

    private static Path folder(final String name)
    {
        return Path.of(name).toAbsolutePath().normalize();
    }

    /** One way to write an address for all. */
    private static String address(final String given)
    {
        final Matcher parts = HOST.matcher(given.toLowerCase(Locale.ROOT));
        if (!parts.matches())
        {
            return given;
        }
        final String host = parts.group(1).equals("localhost") ? "127.0.0.1" : parts.group(1);
        try
        {
            return (NUMBERS.matcher(host).matches() ? InetAddress.getByName(host).getHostAddress() : host) +
                parts.group(2);
        }
        catch (final UnknownHostException e)
        {
            return given;
        }
    }

    /** The channel of a table that is read, and that publishers can be answered. */
    void requireChannels()
    {
        channel();
        if (!options.containsKey(AeronConnector.CONTROL_CHANNEL))
        {
            controlChannel();
        }
    }

    private void requireChannel(final String key, final String channel)
    {
        try
        {
            ChannelUri.parse(channel);
        }
        catch (final IllegalArgumentException e)
        {
            throw refusal(key, channel, "a channel such as aeron:ipc or aeron:udp?endpoint=localhost:40123");
        }
    }

    int streamId()
    {
        new TableOptions(table, options).text(AeronConnector.STREAM_ID);
        return number(AeronConnector.STREAM_ID, 0, 0, Integer.MAX_VALUE - 1);
    }

    String controlChannel()
    {
        final String given = options.get(AeronConnector.CONTROL_CHANNEL);
        if (given != null)
        {
            requireChannel(AeronConnector.CONTROL_CHANNEL, given);
            return given;
        }
        try
        {
            return FrameDescriptor.controlChannel(channel());
        }
        catch (final IllegalArgumentException e)
        {
            throw refusal(AeronConnector.CHANNEL, channel(), "an endpoint, or the option '" +
                AeronConnector.CONTROL_CHANNEL + "' that says where publishers are answered");
        }
    }

    int controlStreamId()
    {
        return options.containsKey(AeronConnector.CONTROL_STREAM_ID) ?
            number(AeronConnector.CONTROL_STREAM_ID, 0, 0, Integer.MAX_VALUE) : streamId() + 1;
    }

    boolean isJournaled()
    {
        return choice(AeronConnector.ACK, "none", "journaled");
    }

    int publishers()
    {
        return number(AeronConnector.PUBLISHERS, USUAL_PUBLISHERS, 1, MOST_PUBLISHERS);
    }

    boolean waitsForSubscriber()
    {
        return choice(AeronConnector.WITHOUT_SUBSCRIBER, "drop", "wait");
    }

    long subscriberTimeoutNs()
    {
        return new TableOptions(table, options)
            .duration(AeronConnector.SUBSCRIBER_TIMEOUT, USUAL_SUBSCRIBER_TIMEOUT_NS);
    }

    boolean isProvisional()
    {
        return choice(AeronConnector.RESULTS, "committed", "provisional");
    }

    boolean hasDriverThread()
    {
        return new TableOptions(table, options).flag(AeronConnector.DRIVER_THREAD,
            !isFused && Runtime.getRuntime().availableProcessors() >= FEW_PROCESSORS);
    }

    boolean isSbe()
    {
        return text("format", "").equals("sbe");
    }

    /** Folder of a driver that runs by itself, or null. */
    @Nullable String externalFolder()
    {
        return options.get(AeronConnector.AERON_DIR);
    }

    String embeddedFolder()
    {
        return text(AeronConnector.EMBEDDED_DIR, DriverFolders.own());
    }

    String text(final String key, final String otherwise)
    {
        return options.getOrDefault(key, otherwise);
    }

    /** Whether an option is {@code second}, and not {@code first}, which it is unless said otherwise. */
    private boolean choice(final String key, final String first, final String second)
    {
        final String value = options.getOrDefault(key, first);
        if (!value.equals(first) && !value.equals(second))
        {
            throw refusal(key, value, first + " or " + second);
        }
        return value.equals(second);
    }

    private int number(final String key, final long otherwise, final int least, final int most)
    {
        return (int)new TableOptions(table, options).number(key, otherwise, least, most);
    }

    private ConnectorException refusal(final String key, final String value, final String expected)
    {
        return new ConnectorException(ConnectorException.Kind.OPTION,
            "table " + table + ": option '" + key + "' is '" + value + "', expected " + expected);
    }

    ConnectorException environment(final String message)
    {
        return new ConnectorException(ConnectorException.Kind.ENVIRONMENT, "table " + table + ": " + message);
    }
}
