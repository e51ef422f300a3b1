package io.millrace.engine.job;

import io.millrace.engine.checkpoint.CheckpointAgent;
import io.millrace.engine.checkpoint.CheckpointStore;
import io.millrace.engine.checkpoint.Recovery;
import io.millrace.engine.log.Log;
import io.millrace.engine.storage.Storage;
import java.util.function.Consumer;

/**
 * What lets a job outlive its process: its journal, its output log, its checkpoints, and where it goes on.
 *
 * <p><b>Ownership:</b> the logs, the store and the storage; the job closes them after its agents.
 *
 * @param storage     where all of it is; sinks keep their positions there.
 * @param recovery    found in it before the job is built.
 * @param checkpoints settings of the checkpoint agent.
 * @param messages    is told what a person should know, a sentence each.
 */
public record StateFolder(
    Storage storage, Log journal, Log output, CheckpointStore store, Recovery recovery,
    CheckpointAgent.Settings checkpoints, Consumer<String> messages) implements AutoCloseable
{
    @Override
    public void close()
    {
        journal.close();
        output.close();
        store.close();
        storage.close();
    }
}
