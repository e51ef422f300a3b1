package io.millrace.engine.connector;

import org.jspecify.annotations.Nullable;

/**
 * One option of a WITH clause, under Flink's name where Flink has it.
 *
 * @param key         the name; {@code #} stands for a column, as in {@code fields.#.kind}.
 * @param isRequired  whether the table can't be opened without it.
 * @param description one sentence.
 * @param reading     reads the value, so that one that can't be is found before the table is opened.
 */
public record Option(String key, boolean isRequired, String description, Reading reading)
{
    /** Reads the value of a key, and throws {@link ConnectorException} where it can't be. */
    @FunctionalInterface
    public interface Reading
    {
        void read(TableOptions options, String key);
    }

    /** An option of any text, or one that is read when the table is opened. */
    public Option(final String key, final boolean isRequired, final String description)
    {
        this(key, isRequired, description, (options, name) ->
        {
        });
    }

    /** The column that stands for {@code #} in {@code name}, a key of this option; null without one. */
    public @Nullable String column(final String name)
    {
        final int hole = key.indexOf('#');
        return hole < 0 ? null : name.substring(hole, name.length() - (key.length() - hole - 1));
    }

    /** Whether {@code name} is this option's key, {@code #} matching any column. */
    public boolean matches(final String name)
    {
        final int hole = key.indexOf('#');
        return hole < 0 ? key.equals(name) : name.startsWith(key.substring(0, hole)) &&
            name.endsWith(key.substring(hole + 1)) && name.length() >= key.length();
    }
}
