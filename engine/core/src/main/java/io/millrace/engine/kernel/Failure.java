package io.millrace.engine.kernel;

/** Why a row is dead: the stable codes that {@code dlq$} tables carry. The ordinal is what travels with the row. */
public enum Failure
{
    NONE("no failure"),
    MALFORMED("not a well-formed document"),
    FIELD_TYPE("a value does not fit its column's type"),
    FIELD_MISSING("a declared field is missing"),
    LIMIT("a limit of the format was reached (depth, document, key or number length)"),
    ROW_TOO_LARGE("the row is larger than max-row-bytes"),
    TIME_NULL("the event time is NULL"),
    CAST("a CAST failed"),
    DIVISION_BY_ZERO("division by zero"),
    ARGUMENT("a function refused its argument"),
    NOT_NULL("NULL for a NOT NULL column"),
    STRING_TOO_LONG("a string grew beyond max-row-bytes");

    private static final Failure[] VALUES = values();

    private final String description;

    Failure(final String description)
    {
        this.description = description;
    }

    public String description()
    {
        return description;
    }

    public static Failure of(final int ordinal)
    {
        return VALUES[ordinal];
    }
}
