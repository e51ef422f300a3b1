package io.millrace.engine.job;

import io.millrace.engine.checkpoint.CheckpointAgent;
import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.checkpoint.Recovery;
import io.millrace.engine.log.Log;
import io.millrace.engine.sink.CommitTerms;
import io.millrace.engine.sink.PositionStore;
import io.millrace.engine.storage.Storage;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What lets a job outlive its process: its journal, its output log, its checkpoints, and where it goes on.
 *
 * <p><b>Ownership:</b> the logs, the store and the storage; the job closes them after its agents.
 *
 * @param storage     where all of it is; sinks keep their positions there.
 * @param recovery    found in it before the job is built.
 * @param checkpoints settings of the checkpoint agent.
 * @param endPatienceNs for how long a job whose input has ended waits for a sink that fails.
 * @param backlogLimit bytes of the output log from which on a sink that may be detached is.
 * @param messages    is told what a person should know, a sentence each; from any thread.
 */
public record StateFolder(
    Storage storage, Log journal, Log output, CheckpointStore store, Recovery recovery,
    CheckpointAgent.Settings checkpoints, long endPatienceNs, long backlogLimit, Consumer<String> messages)
    implements AutoCloseable
{
    /** The same, with a place where it goes on that was found since. */
    public StateFolder with(final Recovery found)
    {
        return new StateFolder(
            storage, journal, output, store, found, checkpoints, endPatienceNs, backlogLimit, messages);
    }

    /** The same, with more that its checkpoints say of the job. */
    public StateFolder saying(final Map<String, String> more)
    {
        final Map<String, String> identity = new TreeMap<>(checkpoints.identity());
        identity.putAll(more);
        return new StateFolder(storage, journal, output, store, recovery, new CheckpointAgent.Settings(
            checkpoints.terms(), checkpoints.retained(), checkpoints.shards(), identity, checkpoints.plan()),
            endPatienceNs, backlogLimit, messages);
    }

    /** Makes the input last that results up to now come from. */
    private void forceInput()
    {
        journal.sync(journal.endPosition());
    }

    /** What the sinks are given of it. */
    CommitTerms forSinks(final LongSupplier nanoClock, final BooleanSupplier isInputDone)
    {
        return new CommitTerms(new PositionStore(storage, this::forceInput), nanoClock, isInputDone,
            checkpoints.terms().intervalNs(), endPatienceNs, backlogLimit, messages);
    }

    @Override
    public void close()
    {
        journal.close();
        output.close();
        store.close();
        storage.close();
    }
}
