package io.millrace.engine.setting;

import io.millrace.engine.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of one job, all valid. Immutable. */
public final class Settings
{
    public static final Setting NAME =
        Setting.text("pipeline.name", "", "The job's name; without it, the name of its file.");
    public static final Setting SHARDS = Setting.number("parallelism.default", Setting.Kind.COUNT, "1", 1, 64,
        "Shards that the keys are divided among.");
    public static final Setting IDLE_TIMEOUT = Setting.number("table.exec.source.idle-timeout", Setting.Kind.DURATION,
        "0", 0, 86_400_000_000_000L, "After which a quiet partition no longer holds the watermark back; 0 is never.");
    public static final Setting TIME_ZONE = Setting.choice("table.local-time-zone", "UTC", List.of("UTC"),
        "Zone of times without one.");
    public static final Setting PLACEMENT = Setting.choice("millrace.placement", "auto",
        List.of("auto", "fused", "balanced", "dedicated"), "How agents are mapped to threads.");
    public static final Setting BLOCK_BYTES = Setting.number("millrace.block.bytes", Setting.Kind.BYTES, "64kb",
        4096, 512L << 10, "Bytes of a block, the batch of rows that the ring carries.");
    public static final Setting BLOCK_ROWS = Setting.number("millrace.block.rows", Setting.Kind.COUNT, "4096",
        1, 65_536, "Most rows of a block.");
    public static final Setting RING_SLOTS = Setting.number("millrace.ring.slots", Setting.Kind.POWER_OF_TWO, "16",
        4, 65_536, "Blocks that the ring holds.");
    public static final Setting STATE_BYTES = Setting.number("millrace.memory.state", Setting.Kind.BYTES, "auto",
        16L << 20, 1L << 44, "Memory that all state may take; auto is half of the machine's.");
    public static final Setting MAX_ROW_BYTES = Setting.number("millrace.max-row-bytes", Setting.Kind.BYTES, "1mb",
        1024, 64L << 20, "Most bytes of a row; a longer record goes to the dead-letter table.");
    public static final Setting LOG_BYTES = Setting.number("millrace.log.bytes", Setting.Kind.POWER_OF_TWO, "4194304",
        65_536, 1L << 30, "Bytes of each shard's output log in memory.");
    public static final Setting CHECKPOINT_INTERVAL = Setting.number("execution.checkpointing.interval",
        Setting.Kind.DURATION, "5 s", 1_000_000L, 86_400_000_000_000L,
        "Between two checkpoints, and between two commits of a sink; with --state only.");
    public static final Setting CHECKPOINT_PAUSE = Setting.number("execution.checkpointing.min-pause",
        Setting.Kind.DURATION, "0", 0, 86_400_000_000_000L, "At least between the end of a checkpoint and the " +
        "beginning of the next. One is taken before the interval is over where much input has come since the last.");
    public static final Setting CHECKPOINTS_RETAINED = Setting.number("execution.checkpointing.num-retained",
        Setting.Kind.COUNT, "2", 1, 1000, "Checkpoints that are kept.");
    public static final Setting DURABILITY = Setting.choice("millrace.durability", "async",
        List.of("async", "sync", "none"), "When input counts as committed with --state: async, once the system has " +
        "it, which survives a killed process; sync, once the device has it, which survives a power loss; none, " +
        "at once.");
    public static final Setting SEGMENT_BYTES = Setting.number("millrace.segment.bytes",
        Setting.Kind.POWER_OF_TWO, "16777216", 65_536, 1L << 30, "Bytes of each of the files that a log is made of.");
    public static final Setting JOURNAL_BYTES = Setting.number("millrace.journal.bytes", Setting.Kind.BYTES, "8gb",
        1L << 20, 1L << 50, "Most bytes of the journal on disk; when they are used, sources wait.");
    public static final Setting OUTPUT_BYTES = Setting.number("millrace.output.bytes", Setting.Kind.BYTES, "8gb",
        1L << 20, 1L << 50,
        "Most bytes of results on disk that wait for slow sinks; when they are used, sources wait.");
    public static final Setting KEY_FILE = Setting.text("millrace.key-file", "",
        "Key file, made by millrace key, by which journal, output log, checkpoints and the compiled job are " +
        "encrypted; none without it. Results, sinks' positions, and late and dead rows with the bytes that came in, " +
        "are in clear.");
    public static final Setting SINK_PATIENCE = Setting.number("millrace.sink.end-timeout", Setting.Kind.DURATION,
        "60 s", 0, 86_400_000_000_000L, "For how long a job whose input has ended waits for a sink that fails.");
    public static final Setting ERROR_MODE = Setting.choice("error-handling.mode", "dlq",
        List.of("dlq", "fail", "ignore", "fail-after"), "What becomes of a row that can't be decoded or fails in an " +
            "expression: it is kept in dlq$T, ends the job, is counted only, or is kept until there are too many.");
    public static final Setting ERROR_RATIO = Setting.number("error-handling.max-ratio", Setting.Kind.RATIO, "0.01",
        0, 1_000_000, "Share of a window's rows that may be dead with error-handling.mode fail-after.");
    public static final Setting ERROR_WINDOW = Setting.number("error-handling.window-rows", Setting.Kind.COUNT,
        "10000", 1, 1_000_000_000_000L, "Rows read after which counting of dead rows begins anew.");

    private static final List<Setting> ALL = List.of(NAME, SHARDS, IDLE_TIMEOUT, TIME_ZONE, PLACEMENT, BLOCK_BYTES,
        BLOCK_ROWS, RING_SLOTS, STATE_BYTES, MAX_ROW_BYTES, LOG_BYTES, CHECKPOINT_INTERVAL,
        CHECKPOINT_PAUSE, CHECKPOINTS_RETAINED, DURABILITY, SEGMENT_BYTES, JOURNAL_BYTES, OUTPUT_BYTES, KEY_FILE,
        SINK_PATIENCE, ERROR_MODE, ERROR_RATIO, ERROR_WINDOW);

    /** Flink's keys that jobs often carry: accepted with these values, and without effect here. */
    private static final Map<String, List<String>> WITHOUT_EFFECT = withoutEffect(List.of(
        "execution.attached", "execution.checkpointing.mode", "execution.checkpointing.timeout",
        "execution.checkpointing.unaligned.enabled", "pipeline.auto-watermark-interval", "pipeline.max-parallelism",
        "pipeline.object-reuse", "restart-strategy.fixed-delay.attempts", "restart-strategy.fixed-delay.delay",
        "restart-strategy.type", "sql-client.execution.result-mode", "state.backend.incremental", "state.backend.type",
        "table.dml-sync", "table.exec.mini-batch.allow-latency", "table.exec.mini-batch.enabled",
        "table.exec.mini-batch.size", "table.exec.state.ttl", "table.optimizer.agg-phase-strategy",
        "table.optimizer.distinct-agg.split.enabled"));

    /** What people leave out. */
    private static final Pattern PREFIX = Pattern.compile("^(millrace|table\\.exec|table|pipeline)\\.");

    private final Map<String, String> given;

    /** Those of any value, and the one that is taken with one value. */
    private static Map<String, List<String>> withoutEffect(final List<String> ofAnyValue)
    {
        final Map<String, List<String>> accepted = new TreeMap<>();
        ofAnyValue.forEach(key -> accepted.put(key, List.of()));
        accepted.put("execution.runtime-mode", List.of("streaming", "STREAMING"));
        return accepted;
    }

    private Settings(final Map<String, String> given)
    {
        this.given = given;
    }

    /**
     * What is wrong with one setting.
     *
     * @param hint what may have been meant; null where nothing comes near.
     */
    public record Violation(String key, String message, @Nullable String hint)
    {
        @Override
        public String toString()
        {
            return hint == null ? message : message + "; " + hint;
        }
    }

    /** Every setting there is. */
    public static List<Setting> all()
    {
        return ALL;
    }

    /** Flink's keys that are accepted and have no effect here. */
    public static List<String> withoutEffect()
    {
        return List.copyOf(WITHOUT_EFFECT.keySet());
    }

    /** All that is wrong with {@code given}; empty where {@link #of} will take it. */
    public static List<Violation> check(final Map<String, String> given)
    {
        final List<Violation> violations = new ArrayList<>();
        new TreeMap<>(given).forEach((key, value) ->
        {
            final Setting setting = find(key);
            final List<String> accepted = WITHOUT_EFFECT.get(key);
            if (setting != null)
            {
                check(setting, value, violations);
            }
            else if (accepted == null)
            {
                violations.add(new Violation(key, "unknown setting '" + key + "'", nearest(key)));
            }
            else if (!accepted.isEmpty() && !accepted.contains(value))
            {
                violations.add(new Violation(key, "setting '" + key + "' is '" + value + "', expected " +
                    accepted.get(0), null));
            }
        });
        return violations;
    }

    private static void check(final Setting setting, final String value, final List<Violation> violations)
    {
        try
        {
            if (!isAuto(setting, value))
            {
                setting.parse(value);
            }
        }
        catch (final IllegalArgumentException e)
        {
            violations.add(new Violation(setting.key(), "setting '" + setting.key() + "' is '" + value + "', " +
                e.getMessage(), null));
        }
    }

    private static boolean isAuto(final Setting setting, final String value)
    {
        return setting == STATE_BYTES && value.trim().equals("auto");
    }

    private static @Nullable Setting find(final String key)
    {
        return ALL.stream().filter((setting) -> setting.key().equals(key)).findFirst().orElse(null);
    }

    /** The hint for a misspelt key, or one without its beginning. */
    private static @Nullable String nearest(final String key)
    {
        final Map<String, String> keys = new LinkedHashMap<>();
        ALL.forEach(setting -> keys.put(setting.key(), setting.key()));
        ALL.forEach(setting -> keys.putIfAbsent(PREFIX.matcher(setting.key()).replaceFirst(""), setting.key()));
        final String nearest = Suggestion.nearest(key, keys.keySet());
        return nearest == null ? null : "did you mean '" + keys.get(nearest) + "'?";
    }

    /** The settings given, which {@link #check} found nothing wrong with, and defaults for the rest. */
    public static Settings of(final Map<String, String> given)
    {
        final List<Violation> violations = check(given);
        if (!violations.isEmpty())
        {
            throw new IllegalArgumentException(violations.get(0).toString());
        }
        return new Settings(Map.copyOf(given));
    }

    /** The same settings but one. */
    public Settings with(final Setting setting, final String value)
    {
        final Map<String, String> all = new TreeMap<>(given);
        all.put(setting.key(), value);
        return of(all);
    }

    /** A setting's value as text. */
    public String text(final Setting setting)
    {
        return given.getOrDefault(setting.key(), setting.defaultText()).trim();
    }

    /** A number in its base unit: a count, bytes or nanoseconds. */
    public long number(final Setting setting)
    {
        return setting.parse(text(setting));
    }

    /** {@link #number} where its upper bound fits an int. */
    public int count(final Setting setting)
    {
        return Math.toIntExact(number(setting));
    }

    /** Memory for state, where {@code machineBytes} is the machine's memory. */
    public long stateBytes(final long machineBytes)
    {
        final String text = text(STATE_BYTES);
        return isAuto(STATE_BYTES, text) ? Math.max(STATE_BYTES.least(), machineBytes / 2) :
            STATE_BYTES.parse(text);
    }
}
