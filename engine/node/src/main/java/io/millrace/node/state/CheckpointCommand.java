package io.millrace.node.state;

import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.storage.StorageException;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Numbers;
import io.millrace.node.terminal.Terminal;
import io.millrace.node.terminal.TextTable;
import io.millrace.persistence.local.FileCheckpointStore;
import io.millrace.persistence.local.FileStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code millrace checkpoint}: what a state folder holds. A running job holds its folder: stop it first. */
@Command(name = "checkpoint", description = "Lists, shows, verifies and deletes the checkpoints of a state folder.")
public final class CheckpointCommand implements Runnable
{
    private final Terminal terminal;

    @Option(names = "--key-file", paramLabel = "FILE", scope = ScopeType.INHERIT,
        description = "The key file of an encrypted folder.")
    private String keyFile = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public CheckpointCommand(final Terminal terminal)
    {
        this.terminal = terminal;
    }

    @Override
    public void run()
    {
        throw new ParameterException(spec.commandLine(), "which one? list, inspect, verify or prune");
    }

    @Command(name = "list", description = "The checkpoints, oldest first.")
    int list(@Mixin final StateFolders.StateOption state)
    {
        return with(state.folder(), (store) ->
        {
            final TextTable table = new TextTable("", ">id", ">entry", ">rows read", ">bytes", "state");
            boolean isWhole = true;
            for (final long id : store.ids())
            {
                isWhole &= addTo(table, store, id);
            }
            terminal.answer(table.toString().stripTrailing());
            return isWhole ? ExitCode.OK : ExitCode.STATE;
        });
    }

    private static boolean addTo(final TextTable table, final CheckpointStore store, final long id)
    {
        try
        {
            final CheckpointStore.Checkpoint checkpoint = store.open(id);
            checkpoint.verify();
            table.add(Long.toString(id), Numbers.grouped(checkpoint.manifest().number("entry")),
                Numbers.grouped(checkpoint.manifest().rows()), Numbers.grouped(checkpoint.bytes()), "whole");
            return true;
        }
        catch (final StorageException e)
        {
            table.add(Long.toString(id), "", "", "", unusable(e));
            return false;
        }
    }

    /** What is whole and of another release is not called damaged. */
    private static String unusable(final StorageException e)
    {
        return (e.kind() == StorageException.Kind.DAMAGED ? "damaged: " : "can't be read: ") + e.getMessage();
    }

    @Command(name = "inspect", description = "What one checkpoint says of itself.")
    int inspect(
        @Mixin final StateFolders.StateOption state,
        @Parameters(paramLabel = "ID", arity = "0..1", defaultValue = "-1",
            description = "The newest where it is left out.") final long id)
    {
        return with(state.folder(), (store) ->
        {
            final List<Long> ids = store.ids();
            if (ids.isEmpty() || id >= 0 && !ids.contains(id))
            {
                throw new CommandFailure(ExitCode.USAGE, id < 0 ? "there is no checkpoint in " + state.folder() :
                    "no checkpoint " + id + " in " + state.folder() + "; there are " + ids);
            }
            final CheckpointStore.Checkpoint checkpoint = store.open(id < 0 ? ids.get(ids.size() - 1) : id);
            final StringBuilder text = new StringBuilder("checkpoint ").append(checkpoint.manifest().id())
                .append(", ").append(Numbers.bytes(checkpoint.bytes())).append('\n');
            checkpoint.parts().forEach((part) -> text.append("part ").append(part).append('\n'));
            checkpoint.manifest().values().forEach(
                (name, value) -> text.append(name).append(" = ").append(value).append('\n'));
            terminal.answer(text.toString().stripTrailing());
            return ExitCode.OK;
        });
    }

    @Command(name = "verify", description = "Reads every byte of every checkpoint; exit code 5 where one is damaged.")
    int verify(@Mixin final StateFolders.StateOption state)
    {
        return with(state.folder(), (store) ->
        {
            int damaged = 0;
            for (final long id : store.ids())
            {
                try
                {
                    final CheckpointStore.Checkpoint checkpoint = store.open(id);
                    checkpoint.verify();
                    terminal.answer("checkpoint " + id + ": whole, " + Numbers.bytes(checkpoint.bytes()));
                }
                catch (final StorageException e)
                {
                    terminal.answer("checkpoint " + id + ": " + unusable(e));
                    damaged++;
                }
            }
            return damaged == 0 ? ExitCode.OK : ExitCode.STATE;
        });
    }

    @Command(name = "prune", description = "Deletes the oldest checkpoints; the newest whole one always stays.")
    int prune(
        @Mixin final StateFolders.StateOption state,
        @Option(names = "--keep", paramLabel = "N", defaultValue = "1",
            description = "How many to keep, 1 or more.") final int keep)
    {
        if (keep < 1)
        {
            throw new CommandFailure(ExitCode.USAGE, "--keep " + keep + ": at least one stays");
        }
        return with(state.folder(), (store) ->
        {
            final List<Long> ids = store.ids();
            int whole = 0;
            for (int i = ids.size() - 1; i >= 0; i--)
            {
                if (whole >= keep)
                {
                    store.delete(ids.get(i));
                    terminal.answer("deleted checkpoint " + ids.get(i));
                }
                else
                {
                    whole += isWhole(store, ids.get(i)) ? 1 : 0;
                }
            }
            return ExitCode.OK;
        });
    }

    private static boolean isWhole(final CheckpointStore store, final long id)
    {
        try
        {
            store.open(id).verify();
            return true;
        }
        catch (final StorageException e)
        {
            return false;
        }
    }

    private int with(final Path folder, final ToIntFunction<CheckpointStore> action)
    {
        if (!Files.isDirectory(folder))
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, "no such folder: " + folder);
        }
        try (FileStorage storage = new FileStorage(folder))
        {
            storage.lock();
            try (CheckpointStore store =
                new FileCheckpointStore(storage, "checkpoints", StateFolders.keys(folder, keyFile)))
            {
                return action.applyAsInt(store);
            }
        }
        catch (final StorageException e)
        {
            throw new CommandFailure(ExitCode.of(e), "state folder " + folder + ": " + e.getMessage());
        }
    }
}
