package io.millrace.node;

import io.millrace.engine.storage.StorageException;

/** What the process says when it ends. */
final class ExitCode
{
    static final int OK = 0;
    /** A check failed. */
    static final int CHECK_FAILED = 1;
    /** The command line is wrong. */
    static final int USAGE = 2;
    /** A file, folder or system that the job needs is not there or refuses. */
    static final int ENVIRONMENT = 3;
    /** The job's SQL or its settings are not valid. */
    static final int INVALID = 4;
    /** The state folder's content does not fit the job or this build, or is damaged. */
    static final int STATE = 5;
    /** Stopped by Ctrl-C. */
    static final int INTERRUPTED = 130;

    private ExitCode()
    {
    }

    /** What a state folder that can't be used means: its content, or where it is. */
    static int of(final StorageException e)
    {
        return switch (e.kind())
        {
            case DAMAGED, OTHER_VERSION -> STATE;
            case FULL, FAILED -> ENVIRONMENT;
        };
    }
}
