package io.millrace.engine.sink;

import io.millrace.engine.setting.Settings;

/**
 * What becomes of dead rows: the settings {@code error-handling.*}.
 *
 * @param maxPerMillion of the window's rows that may be dead, for {@link Mode#FAIL_AFTER}.
 * @param windowRows    rows read, of all tables, after which counting begins anew.
 */
public record ErrorHandling(Mode mode, long maxPerMillion, long windowRows)
{
    /** Every dead row is kept. */
    public static final ErrorHandling KEEP = new ErrorHandling(Mode.DLQ, 0, 1);

    /** What a dead row does. */
    public enum Mode
    {
        /** It is kept in {@code dlq$T}. */
        DLQ,
        /** It ends the job. */
        FAIL,
        /** It is counted, and not kept. */
        IGNORE,
        /** It is kept, and too many of them end the job. */
        FAIL_AFTER
    }

    public static ErrorHandling of(final Settings settings)
    {
        return new ErrorHandling(switch (settings.text(Settings.ERROR_MODE))
        {
            case "fail" -> Mode.FAIL;
            case "ignore" -> Mode.IGNORE;
            case "fail-after" -> Mode.FAIL_AFTER;
            default -> Mode.DLQ;
        }, settings.number(Settings.ERROR_RATIO), settings.number(Settings.ERROR_WINDOW));
    }

    /** Dead rows that a window may have. */
    long allowed()
    {
        return Math.multiplyHigh(maxPerMillion * 1_000, windowRows) > 0 ? Long.MAX_VALUE :
            maxPerMillion * windowRows / 1_000_000;
    }
}
