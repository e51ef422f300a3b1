package io.millrace.engine.upgrade;

import java.util.Locale;

/**
 * What becomes of one part of a job when it is changed.
 *
 * @param part    what kind of part it is: table, operator or sink.
 * @param name    of the part: of the new job, or of the old one where it is gone.
 * @param reasons what has changed and what follows, for a person; empty where nothing has changed.
 */
public record Verdict(Part part, String name, Kind kind, String reasons)
{
    /** Parts of a job. */
    public enum Part
    {
        TABLE, OPERATOR, SINK
    }

    /** The verdicts. */
    public enum Kind
    {
        /** It goes on where it was. */
        COMPATIBLE,
        /** What was kept means something else: the input must be read again from its beginning. */
        NEEDS_REPLAY,
        /** What was kept can't be used, and the input can't be read again. */
        INCOMPATIBLE,
        /** It was not there: it begins with what is read from now on. */
        NEW,
        /** It is no longer there: what was kept of it is thrown away. */
        DROPPED;

        /** As shown: {@code needs replay}. */
        public String text()
        {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
