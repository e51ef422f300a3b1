package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Field;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.ParsedStatement.ParsedOption;
import io.millrace.sql.validate.FlinkTypes;
import java.util.List;

/** The table that rows come from which no table holds: those of VALUES, and of a query without FROM. */
final class OneRow
{
    private static final List<Field> FIELDS = List.of(new Field("x", SqlType.of(Kind.BOOLEAN)));
    private static final List<Value> COLUMNS = Value.ofFields(FIELDS);
    private static final List<ParsedOption> OPTIONS = List.of(
        new ParsedOption("connector", Span.NONE, "datagen", Span.NONE),
        new ParsedOption("number-of-rows", Span.NONE, "1", Span.NONE),
        new ParsedOption("seed", Span.NONE, "0", Span.NONE));

    private OneRow()
    {
    }

    static TableDeclaration table(final FlinkTypes types)
    {
        return new TableDeclaration("VALUES", Span.NONE,
            types.builder().add("x", types.toRelType(FIELDS.get(0).type())).build(), FIELDS, List.of(), COLUMNS,
            null, null, null, OPTIONS);
    }
}
