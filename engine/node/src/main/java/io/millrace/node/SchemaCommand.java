package io.millrace.node;

import io.millrace.codecs.RowLayout;
import io.millrace.codecs.sbe.SbeSchema;
import io.millrace.engine.connector.builtin.SbeFormat;
import io.millrace.node.job.Context;
import io.millrace.node.job.JobArguments;
import io.millrace.node.job.JobCompilation;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Terminal;
import io.millrace.sql.logical.Compilation;
import io.millrace.sql.logical.DeclaredTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace schema}: the SBE XML of a table's rows. */
@Command(name = "schema", description = "Prints the SBE schema of a table's rows, from which codecs are generated.")
final class SchemaCommand implements Callable<Integer>
{
    private final Context context;

    @Mixin
    private JobArguments arguments = new JobArguments();

    @Option(names = "--table", paramLabel = "T", description = "The table; may be left out where there is one.")
    private @Nullable String table;

    SchemaCommand(final Context context)
    {
        this.context = context;
    }

    @Override
    public Integer call()
    {
        final Terminal terminal = context.terminal();
        final Compilation compilation = JobCompilation.read(arguments, context).compilation();
        final List<String> names = new ArrayList<>(compilation.tables().keySet());
        final String name = table != null ? table : names.size() == 1 ? names.get(0) : "";
        final DeclaredTable declared = compilation.tables().get(name);
        if (declared == null)
        {
            terminal.say(table == null ? "millrace: which table? Use --table with one of " + String.join(", ", names) :
                "millrace: no table '" + table + "' without errors in " + arguments.displayName() +
                (names.isEmpty() ? "" : "; there are " + String.join(", ", names)));
            return compilation.hasErrors() ? ExitCode.INVALID : ExitCode.USAGE;
        }
        final RowLayout layout = RowLayout.of(declared.physical());
        terminal.answer(SbeSchema.of(name, SbeFormat.id(name, declared.options()),
            SbeFormat.wire(name, layout, declared.options())).stripTrailing());
        return ExitCode.OK;
    }
}
