package io.millrace.persistence.local;

/** What must have happened to a record before it may be acted upon. */
public enum Durability
{
    /** It was appended. */
    NONE,
    /** The system has it: it outlives the process, not the machine's power. */
    ASYNC,
    /** The disk has it. */
    SYNC
}
