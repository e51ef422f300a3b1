package io.millrace.engine.live;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is counted, of what, in which unit. An id is never given to anything else: files of other versions are read by
 * it. Several counters of one measure and instance, such as those of several shards, are added up.
 */
public enum Measure
{
    SOURCE_ROWS(101, Group.SOURCE, "rows", Unit.COUNT, "rows read, dead ones among them"),
    SOURCE_BLANKS(102, Group.SOURCE, "blanks", Unit.COUNT, "records that hold no row, such as empty lines"),
    SOURCE_BYTES(103, Group.SOURCE, "bytes", Unit.BYTES, "bytes of the blocks that rows were put into"),
    SOURCE_BLOCKS(104, Group.SOURCE, "blocks", Unit.COUNT, "blocks of rows put into the ring"),
    SOURCE_TICKS(105, Group.SOURCE, "ticks", Unit.COUNT, "entries that only keep closed windows draining"),
    SOURCE_JUMBOS(106, Group.SOURCE, "jumbos", Unit.COUNT, "blocks enlarged for one row"),
    SOURCE_DEAD(107, Group.SOURCE, "dead", Unit.COUNT, "rows dead in every statement: they could not be read"),
    SOURCE_POSITION(108, Group.SOURCE, "position", Unit.POSITION,
        "the last row that was put into the ring, in the source's own terms: a byte of a file, a line"),
    SOURCE_WATERMARK(109, Group.SOURCE, "watermark", Unit.EVENT_TIME,
        "event time up to which no more rows are waited for; the least of active partitions"),
    SOURCE_REFUSED(110, Group.SOURCE, "refused", Unit.COUNT, "duty cycles in which the ring was full"),
    SOURCE_NULLED(111, Group.SOURCE, "nulled", Unit.COUNT,
        "values that did not fit their column and were read as NULL, in this run"),

    STATEMENT_IN(201, Group.STATEMENT, "in", Unit.COUNT,
        "rows read for it: each is filtered, applied, late or dead in the end"),
    STATEMENT_FILTERED(202, Group.STATEMENT, "filtered", Unit.COUNT, "rows that WHERE did not pass"),
    STATEMENT_APPLIED(203, Group.STATEMENT, "applied", Unit.COUNT, "rows that changed state or made a result"),
    STATEMENT_LATE(204, Group.STATEMENT, "late", Unit.COUNT, "rows all of whose windows had closed"),
    STATEMENT_DEAD(205, Group.STATEMENT, "dead", Unit.COUNT,
        "rows that could not be read or failed in an expression"),
    STATEMENT_MADE(206, Group.STATEMENT, "made", Unit.COUNT, "results made by shards"),
    STATEMENT_RESULTS(207, Group.STATEMENT, "results", Unit.COUNT, "results handed to the sink"),
    STATEMENT_DEAD_RESULTS(208, Group.STATEMENT, "deadResults", Unit.COUNT, "results that failed after aggregation"),

    RING_CAPACITY(301, Group.RING, "capacity", Unit.GAUGE, "blocks that the ring holds"),
    RING_USED(302, Group.RING, "used", Unit.GAUGE, "blocks in it that some reader has yet to pass"),

    SHARD_ROWS(401, Group.SHARD, "rows", Unit.COUNT, "rows of the blocks that it has seen: all rows, not its own"),
    SHARD_STATE(402, Group.SHARD, "state", Unit.BYTE_GAUGE, "bytes of state in use"),
    SHARD_CLOSING(403, Group.SHARD, "closing", Unit.GAUGE, "windows that have closed and are not drained"),
    SHARD_DRAINED(404, Group.SHARD, "drained", Unit.COUNT, "slots of closed windows drained"),
    SHARD_KEYS(407, Group.SHARD, "keys", Unit.GAUGE, "keys in its windows, each as often as it is in one"),
    SHARD_SLOTS(408, Group.SHARD, "slots", Unit.GAUGE, "slots of the tables that hold them: those that are free too"),
    SHARD_REFUSED(405, Group.SHARD, "refused", Unit.COUNT, "duty cycles in which the output took no more"),
    FIRST_TOUCHES(406, Group.MEMORY, "firstTouches", Unit.COUNT,
        "regions of memory that a shard had to touch first itself, since none was ready"),

    JOURNAL_APPENDED_ENTRY(501, Group.JOURNAL, "appendedEntry", Unit.POSITION, "the last entry that was appended"),
    JOURNAL_COMMITTED_ENTRY(502, Group.JOURNAL, "committedEntry", Unit.POSITION,
        "the last entry that will be there again whatever happens"),
    JOURNAL_BYTES(503, Group.JOURNAL, "bytes", Unit.BYTES, "where it ends: bytes ever appended"),
    JOURNAL_COMMITTED(504, Group.JOURNAL, "committedBytes", Unit.BYTES, "up to where it is committed"),
    JOURNAL_BEGIN(505, Group.JOURNAL, "begin", Unit.POSITION, "the lowest byte that is kept"),
    JOURNAL_REFUSED(506, Group.JOURNAL, "refused", Unit.COUNT, "duty cycles in which the journal took no more"),
    JOURNAL_FORCED(507, Group.JOURNAL, "forcedBytes", Unit.BYTES, "up to where a loss of power takes nothing"),

    OUTPUT_BYTES(601, Group.OUTPUT, "bytes", Unit.BYTES, "where the output log ends: bytes ever appended"),
    OUTPUT_COMMITTED(602, Group.OUTPUT, "committedBytes", Unit.BYTES, "up to where sinks may read it"),
    OUTPUT_BEGIN(603, Group.OUTPUT, "begin", Unit.POSITION, "the lowest byte that is kept"),
    OUTPUT_REFUSED(604, Group.OUTPUT, "refused", Unit.COUNT, "duty cycles in which the output log took no more"),

    CHECKPOINT_ID(701, Group.CHECKPOINT, "id", Unit.POSITION, "the last that was completed, by this run"),
    CHECKPOINT_TIME(702, Group.CHECKPOINT, "time", Unit.CLOCK, "when it was"),
    CHECKPOINT_DURATION(703, Group.CHECKPOINT, "duration", Unit.NANOSECONDS, "how long it took"),
    CHECKPOINT_BYTES(704, Group.CHECKPOINT, "bytes", Unit.BYTE_GAUGE, "how large its parts are"),
    CHECKPOINT_COMPLETED(705, Group.CHECKPOINT, "completed", Unit.COUNT, "completed by this run"),
    CHECKPOINT_FAILED(706, Group.CHECKPOINT, "failed", Unit.COUNT, "given up by this run"),

    SINK_POSITION(801, Group.SINK, "position", Unit.POSITION, "of the output log, up to which it has committed"),
    SINK_BACKLOG(802, Group.SINK, "backlog", Unit.BYTE_GAUGE, "bytes of the output log that it has not committed"),
    SINK_COMMITS(803, Group.SINK, "commits", Unit.COUNT, "commits, those of earlier runs among them"),
    SINK_FAILURES(804, Group.SINK, "failures", Unit.COUNT, "how often it failed in this run"),
    SINK_RETRIES(805, Group.SINK, "retries", Unit.COUNT, "how often it was opened again in this run"),

    STREAM_CONNECTED(901, Group.STREAM, "connected", Unit.GAUGE,
        "publishers that are connected; of a table that is written 1 while somebody listens"),
    STREAM_MISSED(902, Group.STREAM, "missed", Unit.COUNT, "rows that publishers numbered and that never came"),
    STREAM_REPEATED(903, Group.STREAM, "repeated", Unit.COUNT, "rows that came again and were dropped"),
    STREAM_PASSED_OVER(904, Group.STREAM, "passedOver", Unit.COUNT,
        "rows that came behind a missing one and were asked for again"),
    STREAM_FOREIGN(905, Group.STREAM, "foreign", Unit.COUNT, "messages that are no rows"),
    STREAM_REFUSED(906, Group.STREAM, "refused", Unit.COUNT, "publishers that were refused"),
    STREAM_RECONNECTS(907, Group.STREAM, "reconnects", Unit.COUNT, "connections to the media driver that were lost"),
    STREAM_SENT(908, Group.STREAM, "sent", Unit.COUNT, "results sent"),
    STREAM_DROPPED(909, Group.STREAM, "dropped", Unit.COUNT,
        "results that nobody listened to or took for too long, or that are longer than a message of their stream"),
    STREAM_BACK_PRESSURED(910, Group.STREAM, "backPressured", Unit.COUNT,
        "times that the other side's flow control took no more results");

    private static final Map<Integer, Measure> BY_ID = new HashMap<>();

    static
    {
        for (final Measure measure : values())
        {
            BY_ID.put(measure.id, measure);
        }
    }

    private final int id;
    private final Group group;
    private final String key;
    private final Unit unit;
    private final String meaning;

    /** What is counted of. */
    public enum Group
    {
        SOURCE("source"), STATEMENT("statement"), RING("ring"), SHARD("shard"), MEMORY("memory"), JOURNAL("journal"),
        OUTPUT("output"), CHECKPOINT("checkpoint"), SINK("sink"), STREAM("stream");

        private final String key;

        Group(final String key)
        {
            this.key = key;
        }

        public String key()
        {
            return key;
        }
    }

    /** How a value is to be read. */
    public enum Unit
    {
        /** A number that only grows: its growth in a second is of interest. */
        COUNT,
        /** Bytes that only grow. */
        BYTES,
        /** A number that comes and goes. */
        GAUGE,
        /** Bytes that come and go. */
        BYTE_GAUGE,
        /** A place. */
        POSITION,
        /** Milliseconds since 1970 in the time of rows, Long.MIN_VALUE for none yet. */
        EVENT_TIME,
        /** Milliseconds since 1970, 0 for never. */
        CLOCK,
        NANOSECONDS
    }

    Measure(final int id, final Group group, final String key, final Unit unit, final String meaning)
    {
        this.id = id;
        this.group = group;
        this.key = key;
        this.unit = unit;
        this.meaning = meaning;
    }

    /** The measure of that id; null for one of a newer version. */
    public static @Nullable Measure of(final int id)
    {
        return BY_ID.get(id);
    }

    public int id()
    {
        return id;
    }

    public Group group()
    {
        return group;
    }

    public String key()
    {
        return key;
    }

    public Unit unit()
    {
        return unit;
    }

    public String meaning()
    {
        return meaning;
    }
}
