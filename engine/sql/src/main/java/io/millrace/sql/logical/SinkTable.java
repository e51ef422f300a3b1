package io.millrace.sql.logical;

import io.millrace.codecs.SqlType;
import java.util.List;
import java.util.Map;

/** A table that is written: its physical columns, and the WITH clause after overrides. */
public record SinkTable(String name, List<SqlType.Field> fields, Map<String, String> options)
{
}
