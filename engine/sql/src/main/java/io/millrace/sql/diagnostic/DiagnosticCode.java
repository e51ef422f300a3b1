package io.millrace.sql.diagnostic;

/** The stable codes of diagnostics: what scripts may rely on. A code is never given a second meaning. */
public enum DiagnosticCode
{
    SYNTAX("SQL001", "the text is not SQL"),
    UNSUPPORTED("SQL002", "valid Flink SQL that Millrace does not support"),
    UNKNOWN_COLUMN("SQL003", "no such column"),
    UNKNOWN_TABLE("SQL004", "no such table or view"),
    UNKNOWN_FUNCTION("SQL005", "no such function, or not for these arguments"),
    TYPE("SQL006", "types that don't fit"),
    INVALID("SQL007", "a statement that means nothing"),
    DUPLICATE("SQL008", "a name that is already taken"),
    SINK_COLUMNS("SQL009", "the query has not the sink's columns"),
    SINK_TYPE("SQL010", "a query column does not fit the sink's type"),
    TIME_ATTRIBUTE("SQL011", "a window over a column that is not an event-time attribute"),
    WATERMARK("SQL012", "a WATERMARK that can't be"),
    STATEMENT_SET("SQL013", "a statement set that is not whole"),
    NO_STATEMENT("SQL014", "nothing to run"),
    UNKNOWN_CONNECTOR("SQL020", "a connector that is not in this build"),
    UNKNOWN_FORMAT("SQL021", "a format that is not in this build"),
    UNKNOWN_OPTION("SQL022", "no such option"),
    MISSING_OPTION("SQL023", "a required option is missing"),
    DIRECTION("SQL024", "the connector can't be used this way"),
    OVERRIDE("SQL025", "an override from the command line fits nothing"),
    SETTING("SQL026", "no such setting, or not with this value"),
    OPTION_VALUE("SQL027", "an option with a value that it can't have"),
    LIMIT("SQL098", "the text is beyond a limit"),
    INTERNAL("SQL099", "the front end failed; a report is welcome");

    private final String code;
    private final String description;

    DiagnosticCode(final String code, final String description)
    {
        this.code = code;
        this.description = description;
    }

    /** As printed. */
    public String code()
    {
        return code;
    }

    public String description()
    {
        return description;
    }
}
