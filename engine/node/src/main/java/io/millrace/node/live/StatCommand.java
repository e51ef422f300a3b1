package io.millrace.node.live;

import io.millrace.engine.live.LiveView;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import io.millrace.node.terminal.Numbers;
import io.millrace.node.terminal.Screen;
import io.millrace.node.terminal.Terminal;
import io.millrace.node.terminal.TextTable;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace stat}: a job's counters while it runs and after it died, from another process. */
@Command(name = "stat", description = "Shows what a job counts, refreshed in place; also of a job that has died.",
    footer = {"", "Without --state and --pid it is the only running job of this user, or a list of them."})
public final class StatCommand implements Callable<Integer>
{
    private static final long SAMPLE_NS = 300_000_000;
    private static final int USUAL_COLUMNS = 80;

    private final Terminal terminal;

    @Mixin
    private LiveArguments arguments = new LiveArguments();

    @Option(names = "--once", description = "Shows it once and ends.")
    private boolean isOnce;

    @Option(names = "--json", description = "One object on one line, again every second without --once.")
    private boolean isJson;

    @Option(names = "--latency", description = "How long blocks take at each stage, instead of the counters.")
    private boolean hasLatency;

    @Option(names = "--interval", paramLabel = "SECONDS", defaultValue = "1",
        description = "Between two looks, ${DEFAULT-VALUE} unless said otherwise.")
    private double interval;

    public StatCommand(final Terminal terminal)
    {
        this.terminal = terminal;
    }

    @Override
    public Integer call()
    {
        if (!(interval >= 0.1 && interval <= 3600))
        {
            throw new CommandFailure(ExitCode.USAGE, "--interval " + interval + ": expected 0.1 to 3600 seconds");
        }
        final LiveArguments.Found found = arguments.find();
        if (found == null)
        {
            return list();
        }
        if (isOnce || found.liveness() == Liveness.DEAD || found.liveness() == Liveness.ENDED)
        {
            terminal.answer(isJson ? LiveJson.of(found) : once(found));
            return ExitCode.OK;
        }
        return watch(found);
    }

    private int list()
    {
        final List<LiveArguments.Found> all = LiveArguments.all();
        if (isJson)
        {
            terminal.answer(LiveJson.of(all));
            return ExitCode.OK;
        }
        if (all.isEmpty())
        {
            terminal.say("no job of this user runs here; --state DIR shows one that has ended");
            return ExitCode.ENVIRONMENT;
        }
        final TextTable table = new TextTable("", ">process", "job", "is", ">started");
        all.forEach(found -> table.add(Long.toString(found.view().processId()), found.view().job(),
            found.liveness().key(), Numbers.time(found.view().startMs()) + " UTC"));
        terminal.answer(table.toString());
        terminal.say("which one? --pid N");
        return ExitCode.OK;
    }

    /** A page with what happens in a second, which takes a moment to see. */
    private String once(final LiveArguments.Found first)
    {
        LiveView before = null;
        LiveArguments.Found found = first;
        if (first.liveness() == Liveness.RUNNING)
        {
            before = first.view();
            LockSupport.parkNanos(SAMPLE_NS);
            found = LiveArguments.read(first.file());
        }
        return String.join("\n", LivePage.of(found, before, System.currentTimeMillis(), hasLatency,
            Screen.isTerminal() ? Screen.size(USUAL_COLUMNS).columns() : Integer.MAX_VALUE));
    }

    private int watch(final LiveArguments.Found first)
    {
        LiveView before = null;
        LiveArguments.Found found = first;
        try (Screen screen = Screen.open(terminal, !isJson))
        {
            while (true)
            {
                final Screen.Size size = screen.size();
                screen.show(isJson ? List.of(LiveJson.of(found)) : LivePage.of(
                    found, before, System.currentTimeMillis(), hasLatency, size.columns()), size);
                if (found.liveness() != Liveness.RUNNING && found.liveness() != Liveness.SILENT ||
                    terminal.isReaderGone())
                {
                    return ExitCode.OK;
                }
                before = found.view();
                LockSupport.parkNanos((long)(interval * 1e9));
                final LiveArguments.Found next = again(found);
                if (next == null)
                {
                    return ExitCode.OK;
                }
                found = next;
            }
        }
    }

    /** Null where the job has ended and left nothing. */
    private LiveArguments.@Nullable Found again(final LiveArguments.Found found)
    {
        try
        {
            return LiveArguments.read(found.file());
        }
        catch (final CommandFailure e)
        {
            if (Files.exists(found.file()))
            {
                throw e;
            }
            return null;
        }
    }
}
