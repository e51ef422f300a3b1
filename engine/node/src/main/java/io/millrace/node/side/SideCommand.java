package io.millrace.node.side;

import io.millrace.node.state.StateFolders;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Numbers;
import io.millrace.node.terminal.Terminal;
import io.millrace.node.terminal.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code millrace dlq} and {@code millrace late}: the rows of a state folder that reached no result. A job may be
 * running: what it has committed is seen.
 */
@Command
public final class SideCommand implements Runnable
{
    private static final String TABLE = "The table whose rows they are; all where it is left out.";

    private final Terminal terminal;
    private final String kind;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * @param kind {@code late$} or {@code dlq$}.
     */
    public SideCommand(final Terminal terminal, final String kind)
    {
        this.terminal = terminal;
        this.kind = kind;
    }

    @Override
    public void run()
    {
        throw new ParameterException(spec.commandLine(), "which one? list, show, replay or drop");
    }

    @Command(name = "list", description = "The tables: rows, bytes, and why the rows are there.")
    int list(@Mixin final StateFolders.StateOption state)
    {
        final TextTable shown = new TextTable("", "table", ">rows", ">bytes", ">replayed files",
            kind.equals("dlq$") ? "reasons" : "statements");
        for (final SideTable table : SideTable.find(state.folder(), kind))
        {
            final Map<String, Long> groups = new TreeMap<>();
            final List<String> damaged = table.forEach(row ->
            {
                groups.merge(row.group(), 1L, Long::sum);
                return true;
            });
            if (!damaged.isEmpty())
            {
                groups.put("damaged", (long)damaged.size());
                terminal.warn(table.name() + ": " + Numbers.grouped(damaged.size()) + " damaged, the first in " +
                    damaged.get(0));
            }
            shown.add(table.name(), Numbers.grouped(groups.values().stream().mapToLong(Long::longValue).sum()),
                Numbers.grouped(table.bytes()), Numbers.grouped(table.replayed().size()), histogram(groups));
        }
        terminal.answer(shown.toString().stripTrailing());
        return ExitCode.OK;
    }

    private static String histogram(final Map<String, Long> groups)
    {
        return groups.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
            .map(group -> group.getKey() + " " + Numbers.grouped(group.getValue())).collect(Collectors.joining(", "));
    }

    @Command(name = "show", description = "Rows, the oldest first.")
    int show(
        @Mixin final StateFolders.StateOption state,
        @Option(names = "--table", paramLabel = "T", description = TABLE) final @Nullable String table,
        @Option(names = "--limit", paramLabel = "N", defaultValue = "20",
            description = "How many at most, ${DEFAULT-VALUE} unless said otherwise.") final long limit)
    {
        final long[] shown = new long[1];
        for (final SideTable source : find(state.folder(), table))
        {
            final List<String> damaged = source.forEach(row ->
            {
                if (shown[0] < limit)
                {
                    shown[0]++;
                    final StringBuilder text = new StringBuilder(source.name()).append('\n');
                    row.fields().forEach((name, value) -> text.append(String.format("  %-12s %s%n", name, value)));
                    terminal.answer(text.toString().stripTrailing());
                }
                return shown[0] < limit;
            });
            damaged.forEach(place -> terminal.warn(source.name() + ": damaged, passed over: " + place));
        }
        return ExitCode.OK;
    }

    @Command(name = "replay", description = "Writes the bytes of rows as they were read, one row a line, and marks " +
        "them replayed. A file gets each row once, whatever dies.")
    int replay(
        @Mixin final StateFolders.StateOption state,
        @Option(names = "--table", paramLabel = "T", description = TABLE) final @Nullable String table,
        @Option(names = "--to", paramLabel = "FILE",
            description = "A file that is not there yet; without it, standard output.") final @Nullable Path to)
    {
        final List<SideTable> sources = find(state.folder(), table);
        if (sources.isEmpty())
        {
            terminal.say("no rows");
            return ExitCode.OK;
        }
        try (SideReplay replay = new SideReplay(state.folder()))
        {
            final SideReplay.Result result =
                to == null ? replay.toStream(sources, terminal.stdout()) : replay.toFile(sources, to);
            terminal.say(Numbers.counted(result.replayed(), "row") + " replayed" + (result.left() == 0 ? "" : ", " +
                Numbers.grouped(result.left()) + " stay: their bytes were not kept whole, or are damaged"));
            return ExitCode.OK;
        }
    }

    @Command(name = "drop", description = "Deletes rows, those replayed before included, for good.")
    int drop(
        @Mixin final StateFolders.StateOption state,
        @Option(names = "--table", paramLabel = "T", description = TABLE) final @Nullable String table,
        @Option(names = "--yes", description = "Without it, it is only said what would be deleted.") final boolean yes)
    {
        final List<Path> files = find(state.folder(), table).stream()
            .flatMap(source -> Stream.concat(source.parts().stream(), source.replayed().stream())).toList();
        if (!yes)
        {
            terminal.say(Numbers.counted(files.size(), "file") + " would be deleted; --yes deletes");
            return files.isEmpty() ? ExitCode.OK : ExitCode.USAGE;
        }
        for (final Path file : files)
        {
            try
            {
                Files.deleteIfExists(file);
            }
            catch (final IOException e)
            {
                throw SideTable.failure("delete", file, e);
            }
        }
        terminal.say(Numbers.counted(files.size(), "file") + " deleted");
        return ExitCode.OK;
    }

    /** The tables meant: {@code T} or {@code dlq$T}. */
    private List<SideTable> find(final Path state, final @Nullable String table)
    {
        final List<SideTable> all = SideTable.find(state, kind);
        if (table == null)
        {
            return all;
        }
        final String name = table.startsWith(kind) ? table : kind + table;
        final List<SideTable> found = all.stream().filter(source -> source.name().equals(name)).toList();
        if (found.isEmpty())
        {
            throw new CommandFailure(ExitCode.USAGE, "no " + name + " in " + state + "; there are " +
                all.stream().map(SideTable::name).collect(Collectors.joining(", ")));
        }
        return found;
    }
}
