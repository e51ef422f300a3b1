package io.millrace.bridges.aeron;

import org.jspecify.annotations.Nullable;

/** One stream of messages that arrives, and whose it is. Owned by its source. */
final class Session
{
    /** Who polls a session next. */
    enum Route
    {
        /** Its publisher is not known yet. */
        UNKNOWN,
        /** Its publisher's partition. */
        PUBLISHER,
        /** It holds a message that is none: the partition of those. */
        FOREIGN,
        /** Nobody: refused, or another session took its place. */
        NOBODY
    }

    final MessageStream stream;
    Route route = Route.UNKNOWN;
    @Nullable PublisherPartition publisher;
    /** What it was refused with; TAKEN while it is not. */
    int refusal;
    String reason = "";
    /** Id in its last message; UNKNOWN before. */
    long publisherId = -1;
    /** Of the last HELLO that was read. */
    int greeting;
    /** Whether what it sends wakes an engine that rests, as its last HELLO says. */
    boolean rings;
    long answerDueNs;
    /** How often a place was looked for. */
    int looks;
    /** Polls in a row that found nothing. */
    int quietPolls;

    Session(final MessageStream stream)
    {
        this.stream = stream;
    }
}
