package io.millrace.node.release;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The jobs whose files are kept, each read from its folder: rows come by standard input, so that a node can be killed
 * at a place that is known. A job that is here once stays as it is.
 */
enum ReleaseJob
{
    /** One key and a distinct count: what most jobs are. */
    KEYS("""
        CREATE TABLE by_key (k STRING, c BIGINT, pages BIGINT, w TIMESTAMP(3))
          WITH ('connector'='filesystem', 'path'='out/by_key', 'format'='json');
        INSERT INTO by_key SELECT k, COUNT(*), COUNT(DISTINCT page), TUMBLE_END(ts, INTERVAL '1' HOUR)
          FROM events GROUP BY k, TUMBLE(ts, INTERVAL '1' HOUR);
        """, 1, true),
    /** Two shards; accumulators of each kind, two distinct sets, a window without a key, and rows as they are. */
    SET("""
        CREATE TABLE by_key (k STRING, flag BOOLEAN, c BIGINT, d DOUBLE, m DECIMAL(38, 4), a DECIMAL(38, 6),
          least STRING, most STRING, latest TIMESTAMP(3), days BIGINT, pages BIGINT, w TIMESTAMP(3))
          WITH ('connector'='filesystem', 'path'='out/by_key', 'format'='json');
        CREATE TABLE totals (c BIGINT, ks BIGINT, m DECIMAL(38, 4), most DOUBLE, w TIMESTAMP(3))
          WITH ('connector'='filesystem', 'path'='out/totals', 'format'='json');
        CREATE TABLE single (n BIGINT, k STRING, share BIGINT)
          WITH ('connector'='filesystem', 'path'='out/single', 'format'='json');
        EXECUTE STATEMENT SET BEGIN
          INSERT INTO by_key SELECT k, flag, COUNT(*), SUM(d), SUM(m), AVG(m), MIN(page), MAX(page), MAX(ts),
            COUNT(DISTINCT day_), COUNT(DISTINCT page), window_end
            FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '30' MINUTE))
            GROUP BY k, flag, window_start, window_end;
          INSERT INTO totals SELECT COUNT(*), COUNT(DISTINCT k), SUM(m), MAX(d), window_end
            FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '10' MINUTE)) GROUP BY window_start, window_end;
          INSERT INTO single SELECT n, UPPER(k), 1000 / ((n - 77) * (n - 333)) FROM events
            WHERE flag OR MOD(n, 256) = 77;
        END;
        """, 2, true),
    /** Journal, output log and checkpoints are encrypted. */
    ENCRYPTED(KEYS.statements, 1, true),
    /** Killed before its first checkpoint: all is in the journal, of a file only the order of its rows. */
    JOURNAL("""
        CREATE TABLE earlier (n BIGINT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
          WITH ('connector'='filesystem', 'path'='earlier.jsonl', 'format'='json');
        CREATE TABLE by_key (k STRING, c BIGINT, s BIGINT, w TIMESTAMP(3))
          WITH ('connector'='filesystem', 'path'='out/by_key', 'format'='json');
        CREATE TABLE before_that (k STRING, c BIGINT, s BIGINT, w TIMESTAMP(3))
          WITH ('connector'='filesystem', 'path'='out/before_that', 'format'='json');
        EXECUTE STATEMENT SET BEGIN
          INSERT INTO by_key SELECT k, COUNT(*), SUM(n), TUMBLE_END(ts, INTERVAL '1' HOUR)
            FROM events GROUP BY k, TUMBLE(ts, INTERVAL '1' HOUR);
          INSERT INTO before_that SELECT k, COUNT(*), SUM(n), TUMBLE_END(ts, INTERVAL '1' HOUR)
            FROM earlier GROUP BY k, TUMBLE(ts, INTERVAL '1' HOUR);
        END;
        """, 1, false);

    private static final String EVENTS = """
        CREATE TABLE events (
          n BIGINT, k STRING, page STRING, flag BOOLEAN, d DOUBLE, m DECIMAL(20, 4), day_ DATE, ts TIMESTAMP(3),
          WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
        ) WITH ('connector'='stdin', 'format'='json');
        """;

    private final String statements;
    private final int shards;
    private final boolean hasCheckpoints;

    ReleaseJob(final String statements, final int shards, final boolean hasCheckpoints)
    {
        this.statements = statements;
        this.shards = shards;
        this.hasCheckpoints = hasCheckpoints;
    }

    String text()
    {
        return EVENTS + statements;
    }

    String fileName()
    {
        return name().toLowerCase(Locale.ROOT) + ".zip";
    }

    boolean hasCheckpoints()
    {
        return hasCheckpoints;
    }

    boolean isEncrypted()
    {
        return this == ENCRYPTED;
    }

    /** The arguments by which it is run in its folder. */
    List<String> arguments()
    {
        final List<String> arguments = new ArrayList<>(List.of("run", "job.sql", "--state", "state"));
        set(arguments, "parallelism.default", Integer.toString(shards));
        set(arguments, "execution.checkpointing.interval", hasCheckpoints ? "1 s" : "1 h");
        set(arguments, "millrace.segment.bytes", "1048576");
        set(arguments, "millrace.memory.state", "64mb");
        if (isEncrypted())
        {
            set(arguments, "millrace.key-file", "key.json");
        }
        return arguments;
    }

    private static void set(final List<String> arguments, final String key, final String value)
    {
        arguments.addAll(List.of("--set", key + "=" + value));
    }
}
