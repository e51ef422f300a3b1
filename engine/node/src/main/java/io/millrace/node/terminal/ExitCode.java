package io.millrace.node.terminal;

import io.millrace.engine.storage.StorageException;

/** What the process says when it ends. */
public final class ExitCode
{
    public static final int OK = 0;
    /** A check failed. */
    public static final int CHECK_FAILED = 1;
    /** The command line is wrong. */
    public static final int USAGE = 2;
    /** A file, folder or system that the job needs is not there or refuses. */
    public static final int ENVIRONMENT = 3;
    /** The job's SQL or its settings are not valid. */
    public static final int INVALID = 4;
    /** The state folder's content does not fit the job or this build, or is damaged. */
    public static final int STATE = 5;
    /** Stopped by Ctrl-C. */
    public static final int INTERRUPTED = 130;

    private ExitCode()
    {
    }

    /** What a state folder that can't be used means: its content, or where it is. */
    public static int of(final StorageException e)
    {
        return switch (e.kind())
        {
            case DAMAGED, OTHER_VERSION -> STATE;
            case FULL, FAILED -> ENVIRONMENT;
        };
    }
}
