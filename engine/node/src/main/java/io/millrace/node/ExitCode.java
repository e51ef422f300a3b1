package io.millrace.node;

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
    /** The state folder's content does not fit the job, or is damaged. */
    static final int STATE = 5;
    /** Stopped by Ctrl-C. */
    static final int INTERRUPTED = 130;

    private ExitCode()
    {
    }
}
