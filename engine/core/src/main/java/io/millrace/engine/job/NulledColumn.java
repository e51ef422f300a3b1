package io.millrace.engine.job;

import io.millrace.codecs.SqlType;

/**
 * A column some of whose values did not fit and were read as NULL, since its format is told to ignore that.
 *
 * @param column its name, behind those of the ROWs that hold it.
 * @param values how many.
 */
public record NulledColumn(String table, String column, SqlType type, long values)
{
}
