package io.millrace.sql;

import io.millrace.codecs.SqlType.Field;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.DeclaredTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Compares the types that we derive with Flink's, over a file of expressions and types. */
final class TypesHarness
{
    private TypesHarness()
    {
    }

    public static void main(final String[] args) throws IOException
    {
        final List<String> lines = Files.readAllLines(Path.of(args[0]), StandardCharsets.UTF_8);
        final String columns = lines.stream().filter(line -> line.startsWith("# id INT")).findFirst().orElseThrow()
            .substring(2);
        int same = 0;
        for (final String line : lines)
        {
            if (line.startsWith("#"))
            {
                continue;
            }
            final String[] parts = line.split("\t");
            final String answer = typeOf(columns, parts[0]);
            if (answer.equals(parts[1]) || (parts[1].startsWith("REFUSED") && answer.startsWith("SQL0")))
            {
                same++;
            }
            else
            {
                System.out.println(parts[0] + "\n    Flink " + parts[1] + "\n    ours  " + answer);
            }
        }
        System.out.println(same + " the same");
    }

    static String typeOf(final String columns, final String expression)
    {
        final String ddl = "CREATE TABLE t (" + columns + ", x AS " + expression + ") WITH ('connector'='blackhole')";
        final Compilation result = ConnectorsFixture.frontEnd().compile(ddl, Map.of());
        final DeclaredTable table = result.tables().get("t");
        if (table == null)
        {
            return result.diagnostics().get(0).code().code() + " " + result.diagnostics().get(0).message();
        }
        final Field field = Objects.requireNonNull(table.computed().get(0));
        return field.type().toString();
    }
}
