package io.millrace.sql.runtime;

/** Short strings as two words, compared with constants without a branch. */
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

    /** Negative where any bit is set, else 0. */
    public static long differ(final long difference)
    {
        return difference | -difference;
    }
}
