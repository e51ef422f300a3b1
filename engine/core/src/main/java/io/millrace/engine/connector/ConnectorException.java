package io.millrace.engine.connector;

import java.io.Serial;
import java.util.Objects;

/** A table can't be opened, read or written; the message says what to do. */
public final class ConnectorException extends RuntimeException
{
    @Serial
    private static final long serialVersionUID = 1L;

    /** Who has to act. */
    public enum Kind
    {
        /** An option is missing or has no such value: the job must change. */
        OPTION,
        /** The other side is not there or refuses: a file, a folder, a broker. */
        ENVIRONMENT
    }

    private final Kind kind;

    public ConnectorException(final Kind kind, final String message)
    {
        super(message);
        this.kind = kind;
    }

    /** Never null. */
    @Override
    public String getMessage()
    {
        return Objects.requireNonNull(super.getMessage());
    }

    public Kind kind()
    {
        return kind;
    }
}
