package io.millrace.engine.log;

import io.millrace.engine.Counter;

/** A reader's place in its log, and up to where it has let go of it. */
public abstract class PlacedReader implements Log.Reader
{
    private final Log log;
    private final Counter position = new Counter();
    private final Counter released = new Counter();

    protected PlacedReader(final Log log, final long from)
    {
        this.log = log;
        position.set(from);
        released.set(from);
    }

    @Override
    public final long position()
    {
        return position.get();
    }

    @Override
    public final boolean hasMore()
    {
        return log.commitPosition() > position.get();
    }

    protected final Log log()
    {
        return log;
    }

    /** Says that records up to {@code to} have been taken. */
    protected final void moveTo(final long to)
    {
        position.set(to);
    }

    /** @throws IllegalArgumentException where this reader can't go to a position. */
    protected final void checkSeek(final long to)
    {
        if (to < released.get() || to > log.endPosition())
        {
            throw new IllegalArgumentException(
                "position " + to + ", there are " + released.get() + " to " + log.endPosition());
        }
    }

    @Override
    public final void release(final long upTo)
    {
        released.set(Math.max(upTo, released.get()));
    }

    /** What lies before it is read no more by this reader. For any thread. */
    public final long released()
    {
        return released.get();
    }

    /** Holds nothing back any more; false where that was so before. */
    protected final boolean letGo()
    {
        final boolean isFirst = released.get() != Long.MAX_VALUE;
        released.set(Long.MAX_VALUE);
        return isFirst;
    }
}
