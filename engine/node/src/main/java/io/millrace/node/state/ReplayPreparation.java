package io.millrace.node.state;

import io.millrace.engine.storage.Storage;
import java.util.List;

/**
 * Empties a state folder for {@code --replay}. A mark says that it has begun, so that a process that dies on the way
 * leaves no folder of which a half is of the earlier job: whoever opens it next goes on.
 */
public final class ReplayPreparation
{
    private static final String FOLDER = "plan";
    private static final String MARK = FOLDER + "/replay";
    private static final String MARK_WITH_JOURNAL = MARK + "-with-journal";
    private static final String JOURNAL = "journal";
    private static final List<String> FOLDERS = List.of("checkpoints", "output", "sinks", "tables");

    private ReplayPreparation()
    {
    }

    /** Removes all but the plan, the journal where it is kept, and what was never the job's. */
    public static void prepare(final Storage storage, final boolean isJournalKept)
    {
        storage.create(isJournalKept ? MARK : MARK_WITH_JOURNAL, 0).close();
        storage.syncFolder(FOLDER);
        finish(storage);
    }

    /** Goes on where an earlier process died; nothing happens where none did. */
    static void finish(final Storage storage)
    {
        final boolean isJournalKept = storage.exists(MARK);
        if (!isJournalKept && !storage.exists(MARK_WITH_JOURNAL))
        {
            return;
        }
        FOLDERS.forEach((folder) -> delete(storage, folder));
        if (!isJournalKept)
        {
            delete(storage, JOURNAL);
        }
        storage.syncFolder("");
        storage.delete(MARK);
        storage.delete(MARK_WITH_JOURNAL);
        storage.syncFolder(FOLDER);
    }

    private static void delete(final Storage storage, final String name)
    {
        storage.list(name).forEach((inside) -> delete(storage, name + "/" + inside));
        storage.delete(name);
    }
}
