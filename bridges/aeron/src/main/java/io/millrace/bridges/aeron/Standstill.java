package io.millrace.bridges.aeron;

import io.aeron.Publication;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What becomes of results that are not taken. Where nobody listens they are dropped, or wait if the table says so.
 * Where a subscriber is connected and takes nothing they wait, which is said; after a while it counts as one that does
 * not listen, until it takes something again.
 *
 * <p><b>Threading:</b> the sink agent's.
 */
final class Standstill
{
    private static final long SAY_NS = TimeUnit.SECONDS.toNanos(1);

    private final boolean isPatient;
    private final long timeoutNs;
    private final Consumer<String> notices;
    private boolean isBegun;
    private boolean isSaid;
    private boolean isGivenUp;
    private long beginNs;

    /**
     * @param isPatient whether results wait for whoever will take them, however long.
     */
    Standstill(final boolean isPatient, final long timeoutNs, final Consumer<String> notices)
    {
        this.isPatient = isPatient;
        this.timeoutNs = timeoutNs;
        this.notices = notices;
    }

    /** Whether what was not taken is dropped. */
    boolean mayDrop(final long answer, final long nowNs)
    {
        final boolean isAlone = answer == Publication.NOT_CONNECTED;
        if (isAlone && !isPatient || isGivenUp)
        {
            return true;
        }
        if (!isBegun)
        {
            isBegun = true;
            beginNs = nowNs;
        }
        final long lastsNs = nowNs - beginNs;
        if (!isSaid && lastsNs >= SAY_NS)
        {
            isSaid = true;
            notices.accept(isAlone ? "nobody listens: results wait, and hold up the job once its logs are full" :
                "its subscriber takes nothing: results wait, and hold up the job once its logs are full");
        }
        if (isPatient || lastsNs < timeoutNs)
        {
            return false;
        }
        isGivenUp = true;
        notices.accept("its subscriber has taken nothing for " + TimeUnit.NANOSECONDS.toMillis(lastsNs) +
            " ms: results are dropped and counted until it does ('" + AeronConnector.SUBSCRIBER_TIMEOUT + "')");
        return true;
    }

    /** Something was taken. */
    void end()
    {
        if (isBegun)
        {
            isBegun = false;
            isSaid = false;
            isGivenUp = false;
        }
    }
}
