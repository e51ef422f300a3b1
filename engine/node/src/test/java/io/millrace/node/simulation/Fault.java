package io.millrace.node.simulation;

/** What a simulation does to a job. A kind that a large batch of runs never met fails the batch. */
enum Fault
{
    /** The process dies at a storage operation or between duty cycles; what it wrote stays. */
    PROCESS_CRASH,
    /** It dies before it has caught up with what an earlier life had done. */
    CRASH_IN_RECOVERY,
    /** The machine dies: what was not forced may be gone. */
    POWER_LOSS,
    /** A loss of power took the end of what had been acknowledged, as it may with durability async. */
    ROWS_FORGOTTEN,
    /** A file lost everything that was not forced. */
    WRITES_DROPPED,
    /** Of one write some sectors survived and others did not. */
    WRITE_TORN,
    /** A later write survived where an earlier one did not. */
    WRITES_REORDERED,
    CREATE_UNDONE,
    RENAME_UNDONE,
    DELETE_UNDONE,
    /** A write failed after some of its bytes. */
    SHORT_WRITE,
    WRITE_ERROR,
    READ_ERROR,
    /** A force failed, and with it went some of what it should have made last. */
    FORCE_ERROR,
    /** No room for a while. */
    DISK_FULL,
    /** A bit at rest turned. */
    BIT_FLIP,
    /** The newest checkpoint was damaged, and an older one served in its place. */
    OLDER_CHECKPOINT_SERVED,
    /** A checkpoint that was not forced served. */
    UNFORCED_CHECKPOINT_SERVED,
    /** A sink refused before it had taken anything. */
    SINK_FAILED_BEFORE,
    /** A sink failed after it had committed. */
    SINK_FAILED_AFTER,
    /** A commit timed out, and was done later. */
    SINK_TIMED_OUT,
    /** A commit of an earlier life came when another epoch had begun. */
    SINK_STALE_EPOCH,
    /** Results were sent ahead of the commit, and a restart made them void. */
    PROVISIONAL_VOID,
    /** A partition had nothing for a while, long enough to be idle. */
    SOURCE_PAUSED,
    /** A source had to send again what was not acknowledged. */
    SOURCE_SENT_AGAIN,
    /** A publisher's connection was lost, and with it some of what was on its way. */
    CONNECTION_LOST,
    /** The end of an earlier connection was read when a later one had begun. */
    CONNECTION_OVERLAPPED,
    /** A publisher died and began again with what the engine expects. */
    PUBLISHER_DIED,
    /** Rows came that the engine had. */
    ROWS_REPEATED,
    /** Rows came behind one that was missing. */
    ROWS_PASSED_OVER,
    /** Rows were counted as missing, where no acknowledgement by the journal was asked for. */
    ROWS_MISSED,
    /** A publisher sent again what had been acknowledged, and what a loss of power took. */
    ACKNOWLEDGED_SENT_AGAIN,
    /** A loss of power took what had been acknowledged, and a sink without transactions may have shown it. */
    SHOWN_TAKEN_BACK,
    LATE_ROW,
    DEAD_ROW,
    /** An agent got no turn for a while. */
    AGENT_STALLED,
    /** The whole process was stopped, and went on much later. */
    PROCESS_STOPPED,
    /** A restart with another number of shards. */
    SHARDS_CHANGED
}
