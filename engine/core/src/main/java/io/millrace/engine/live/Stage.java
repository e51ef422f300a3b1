package io.millrace.engine.live;

import org.jspecify.annotations.Nullable;

/** The stages of a block's way whose time is taken. An id is never given to anything else. */
public enum Stage
{
    INGEST(1, "ingest", "from a block's first row to its place in the ring: batching, and a ring that is full"),
    RING_WAIT(2, "ring wait", "from its place in the ring to the shard that begins with it"),
    OPERATOR(3, "operator", "the shard's work on it, waits for the output included"),
    COMMIT(4, "commit", "from its place in the ring to its commit in the journal"),
    EMIT(5, "emit", "from the output log to the sink that has taken it");

    private final int id;
    private final String key;
    private final String meaning;

    Stage(final int id, final String key, final String meaning)
    {
        this.id = id;
        this.key = key;
        this.meaning = meaning;
    }

    /** The stage of that id; null for one of a newer version. */
    public static @Nullable Stage of(final int id)
    {
        for (final Stage stage : values())
        {
            if (stage.id == id)
            {
                return stage;
            }
        }
        return null;
    }

    public int id()
    {
        return id;
    }

    public String key()
    {
        return key;
    }

    public String meaning()
    {
        return meaning;
    }
}
