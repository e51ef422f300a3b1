package io.millrace.sql.runtime;

import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Scratch;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Patterns that are not constants, compiled when first met, and the default pattern.
 *
 * <p><b>Threading:</b> one thread. <b>Limits:</b> remembers {@link #MAX_PATTERNS}, then forgets all.
 * <b>Allocation:</b> the pattern's text for each call.
 */
public final class TimePatterns
{
    /** Patterns remembered. */
    public static final int MAX_PATTERNS = 256;

    private final Scratch scratch;
    private final Map<String, TimePattern> known = new HashMap<>();
    private final TimePattern none = TimePattern.of("");

    public TimePatterns(final Scratch scratch)
    {
        this.scratch = scratch;
    }

    /** The pattern, with {@code scratch.failure} set where it is not one. */
    public TimePattern get(final long address, final int length)
    {
        final String text = Utf8.toString(address, length);
        @Nullable TimePattern pattern = known.get(text);
        if (pattern == null)
        {
            try
            {
                pattern = TimePattern.of(text);
            }
            catch (final IllegalArgumentException e)
            {
                scratch.failure = Failure.ARGUMENT.ordinal();
                return none;
            }
            if (known.size() == MAX_PATTERNS)
            {
                known.clear();
            }
            known.put(text, pattern);
        }
        return pattern;
    }

    /** TO_TIMESTAMP without a pattern: milliseconds; {@code scratch.isNull} where the text can't be read. */
    public static long parse(final Scratch scratch, final long address, final int length)
    {
        final long ms = Parse.timestamp(scratch, address, length);
        scratch.isNull = scratch.failure != 0;
        scratch.failure = 0;
        return ms;
    }
}
