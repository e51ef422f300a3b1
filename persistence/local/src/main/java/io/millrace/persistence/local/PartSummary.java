package io.millrace.persistence.local;

/**
 * What a manifest says of a part.
 *
 * @param length of its file, in bytes.
 * @param crc    CRC32C of its file.
 */
record PartSummary(long length, long records, int crc)
{
    private static final int FIELDS = 3;

    String text()
    {
        return length + " bytes, " + records + " records, crc32c " + Integer.toHexString(crc);
    }

    /**
     * @throws IllegalArgumentException where a text is none of {@link #text()}.
     */
    static PartSummary parse(final String text)
    {
        final String bare = text.replace(" bytes", "").replace(" records", "").replace("crc32c ", "");
        final String[] fields = bare.split(", ", -1);
        if (fields.length != FIELDS)
        {
            throw new IllegalArgumentException("no summary of a part: " + text);
        }
        final PartSummary summary = new PartSummary(Long.parseLong(fields[0]), Long.parseLong(fields[1]),
            Integer.parseUnsignedInt(fields[2], 16));
        if (!summary.text().equals(text))
        {
            throw new IllegalArgumentException("no summary of a part: " + text);
        }
        return summary;
    }
}
