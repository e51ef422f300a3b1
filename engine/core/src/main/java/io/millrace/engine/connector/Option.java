package io.millrace.engine.connector;

/**
 * One option of a WITH clause, under Flink's name where Flink has it.
 *
 * @param key         the name; {@code #} stands for a column, as in {@code fields.#.kind}.
 * @param isRequired  whether the table can't be opened without it.
 * @param description one sentence.
 */
public record Option(String key, boolean isRequired, String description)
{
    /** Whether {@code name} is this option's key, {@code #} matching any column. */
    public boolean matches(final String name)
    {
        final int hole = key.indexOf('#');
        return hole < 0 ? key.equals(name) : name.startsWith(key.substring(0, hole)) &&
            name.endsWith(key.substring(hole + 1)) && name.length() >= key.length();
    }
}
