package io.millrace.codecs;

/** What a row does to the table it belongs to; the first byte of every row. */
public enum RowKind
{
    INSERT("+I"), UPDATE_BEFORE("-U"), UPDATE_AFTER("+U"), DELETE("-D");

    private final String sign;

    RowKind(final String sign)
    {
        this.sign = sign;
    }

    /** As Flink prints it. */
    public String sign()
    {
        return sign;
    }
}
