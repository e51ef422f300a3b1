package io.millrace.engine.job;

import io.millrace.codecs.SqlType;

/**
 * A column some of whose values did not fit and were read as NULL; a record that is decoded again counts again.
 *
 * @param column its name, behind those of the ROWs that hold it.
 * @param values how many.
 */
public record NulledColumn(String table, String column, SqlType type, long values)
{
}
