package io.millrace.engine.live;

import java.io.IOException;

/** A file is not one of counters, or is damaged; the message says which and why. */
public final class LiveFileException extends IOException
{
    private static final long serialVersionUID = 1L;

    LiveFileException(final String message)
    {
        super(message);
    }
}
