package io.millrace.engine.setting;

import java.util.List;

/**
 * A setting, declared once: validation, {@code millrace config} and the reference page derive from it.
 *
 * @param defaultText the default as a user would write it.
 * @param least       lower bound of a number, in the kind's base unit.
 * @param most        upper bound, likewise.
 * @param choices     the values of a CHOICE.
 * @param description one sentence.
 */
public record Setting(
    String key, Kind kind, String defaultText, long least, long most, List<String> choices, String description)
{
    /** What the value's text means. */
    public enum Kind
    {
        /** A whole number. */
        COUNT("number"),
        /** A whole number that is a power of two. */
        POWER_OF_TWO("power of two"),
        /** Bytes, with a unit such as {@code 64kb}; powers of 1,024. */
        BYTES("bytes"),
        /** A time span with a unit such as {@code 5 s}, held in nanoseconds. */
        DURATION("duration"),
        /** A share from 0 to 1, held in millionths. */
        RATIO("ratio"),
        /** One of a list. */
        CHOICE("choice"),
        /** Any text. */
        TEXT("text");

        private final String label;

        Kind(final String label)
        {
            this.label = label;
        }

        /** As a person reads it. */
        public String label()
        {
            return label;
        }
    }

    static Setting number(
        final String key, final Kind kind, final String defaultText, final long least, final long most,
        final String description)
    {
        return new Setting(key, kind, defaultText, least, most, List.of(), description);
    }

    static Setting choice(
        final String key, final String defaultText, final List<String> choices, final String description)
    {
        return new Setting(key, Kind.CHOICE, defaultText, 0, 0, choices, description);
    }

    static Setting text(final String key, final String defaultText, final String description)
    {
        return new Setting(key, Kind.TEXT, defaultText, 0, 0, List.of(), description);
    }

    /** What values are allowed, for a person. */
    public String bounds()
    {
        return switch (kind)
        {
            case COUNT, POWER_OF_TWO -> least + " to " + most;
            case BYTES -> Units.bytes(least) + " to " + Units.bytes(most);
            case DURATION -> Units.duration(least) + " to " + Units.duration(most);
            case RATIO -> "0 to 1";
            case CHOICE -> String.join(", ", choices);
            case TEXT -> "any text";
        };
    }

    /**
     * The value that {@code text} stands for: a number in the base unit, or the index of a choice.
     *
     * @throws IllegalArgumentException saying what was expected.
     */
    long parse(final String text)
    {
        final String trimmed = text.trim();
        final long value = switch (kind)
        {
            case COUNT, POWER_OF_TWO -> Units.parseCount(trimmed);
            case BYTES -> Units.parseBytes(trimmed);
            case DURATION -> Units.parseDuration(trimmed);
            case RATIO -> Units.parseRatio(trimmed);
            case CHOICE -> choices.indexOf(trimmed);
            case TEXT -> 0;
        };
        if (kind == Kind.TEXT)
        {
            return 0;
        }
        final boolean isWithin = kind == Kind.CHOICE ? value >= 0 : value >= least && value <= most;
        if (!isWithin || kind == Kind.POWER_OF_TWO && Long.bitCount(value) != 1)
        {
            throw new IllegalArgumentException("expected " + expected());
        }
        return value;
    }

    private String expected()
    {
        return switch (kind)
        {
            case CHOICE -> choices.size() == 1 ? choices.get(0) : "one of " + bounds();
            case POWER_OF_TWO -> "a power of two from " + bounds();
            default -> bounds();
        };
    }
}
