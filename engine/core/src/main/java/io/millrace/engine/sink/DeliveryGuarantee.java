package io.millrace.engine.sink;

import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Sink;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a sink promises when something dies: the table option {@code sink.delivery-guarantee}, named as in Flink. */
public enum DeliveryGuarantee
{
    /** Each row is seen once. */
    EXACTLY_ONCE("exactly-once"),
    /** No row is lost; those since the last commit may be seen twice. */
    AT_LEAST_ONCE("at-least-once"),
    /** Nothing: rows of the last commit may be lost or seen twice. */
    NONE("none");

    private final String text;

    DeliveryGuarantee(final String text)
    {
        this.text = text;
    }

    /**
     * What holds for a sink.
     *
     * @throws ConnectorException OPTION where the table asks for what can't be had.
     */
    static DeliveryGuarantee of(
        final String table, final Map<String, String> options, final boolean isTransactional, final boolean isDurable)
    {
        final String asked = options.get(Sink.DELIVERY_GUARANTEE);
        if (asked == null)
        {
            return isTransactional && isDurable ? EXACTLY_ONCE : AT_LEAST_ONCE;
        }
        final DeliveryGuarantee guarantee = find(asked);
        if (guarantee == null)
        {
            throw refusal(table, "expected exactly-once, at-least-once or none", asked);
        }
        if (guarantee == EXACTLY_ONCE && !isTransactional)
        {
            throw refusal(table, "and the connector '" + options.get("connector") +
                "' can't take rows back: at-least-once is the most it gives", asked);
        }
        if (guarantee == EXACTLY_ONCE && !isDurable)
        {
            throw refusal(table, "which needs a state folder: run with --state DIR", asked);
        }
        return guarantee;
    }

    private static @Nullable DeliveryGuarantee find(final String text)
    {
        for (final DeliveryGuarantee guarantee : values())
        {
            if (guarantee.text.equals(text.trim()))
            {
                return guarantee;
            }
        }
        return null;
    }

    private static ConnectorException refusal(final String table, final String why, final String asked)
    {
        return new ConnectorException(ConnectorException.Kind.OPTION,
            "table " + table + ": option '" + Sink.DELIVERY_GUARANTEE + "' is '" + asked + "', " + why);
    }
}
