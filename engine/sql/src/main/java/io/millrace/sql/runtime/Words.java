package io.millrace.sql.runtime;

/** Short strings as two words, as {@link io.millrace.codecs.Memory#firstWord} and its twin read them. */
public final class Words
{
    /** Longest string that fits. */
    public static final int MAX_LENGTH = 16;

    private Words()
    {
    }

    /** Whether a string of this length fits and is not empty. */
    public static boolean isShort(final int length)
    {
        return length - 1 >>> 4 == 0;
    }

    /** 1 where any bit is set, else 0, without a branch. */
    public static long differ(final long difference)
    {
        return (difference | -difference) >>> 63;
    }
}
