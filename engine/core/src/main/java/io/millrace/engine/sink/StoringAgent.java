package io.millrace.engine.sink;

import io.millrace.engine.WokenAgent;
import io.millrace.engine.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stores the positions of sinks that share a thread with what must not wait for the disk. One that can't be stored is
 * tried again every second and said once; the sink goes on meanwhile, and the output log keeps what it would need.
 *
 * <p><b>Threading:</b> one thread, which may wait; each {@link Slot} has its sink agent's thread on the other side.
 */
public final class StoringAgent implements WokenAgent
{
    private static final long RETRY_NS = 1_000_000_000L;

    private final PositionStore positions;
    private final LongSupplier nanoClock;
    private final Consumer<String> messages;
    private final List<Slot> slots = new ArrayList<>();

    /** One sink's position on its way to the disk. */
    static final class Slot
    {
        private final String sink;
        /** Written by the sink's thread, null once it has seen that it is stored. */
        private volatile @Nullable SinkPosition wanted;
        /** Written by the storing thread. */
        private volatile @Nullable SinkPosition stored;
        /** Written by the storing thread. */
        private volatile boolean isFailing;
        private long dueNs;

        private Slot(final String sink)
        {
            this.sink = sink;
        }

        /** Has a position stored; none may be on its way. */
        void store(final SinkPosition position)
        {
            wanted = position;
        }

        /** Whether a position is on its way. */
        boolean isStoring()
        {
            return wanted != null;
        }

        /** The position that has been stored since the last call, or null. */
        @Nullable SinkPosition take()
        {
            final SinkPosition done = stored;
            if (done == null || done != wanted)
            {
                return null;
            }
            wanted = null;
            return done;
        }
    }

    StoringAgent(final PositionStore positions, final LongSupplier nanoClock, final Consumer<String> messages)
    {
        this.positions = positions;
        this.nanoClock = nanoClock;
        this.messages = messages;
    }

    Slot newSlot(final String sink)
    {
        final Slot slot = new Slot(sink);
        slots.add(slot);
        return slot;
    }

    /** Whether any sink needs it. */
    public boolean isNeeded()
    {
        return !slots.isEmpty();
    }

    @Override
    public boolean hasInput()
    {
        for (int i = 0; i < slots.size(); i++)
        {
            final Slot slot = slots.get(i);
            final SinkPosition wanted = slot.wanted;
            if (wanted != null && wanted != slot.stored && !slot.isFailing)
            {
                return true;
            }
        }
        return false;
    }

    @Override
    public String roleName()
    {
        return "positions";
    }

    @Override
    public int doWork()
    {
        int work = 0;
        for (int i = 0; i < slots.size(); i++)
        {
            final Slot slot = slots.get(i);
            final SinkPosition wanted = slot.wanted;
            if (wanted != null && wanted != slot.stored &&
                (!slot.isFailing || nanoClock.getAsLong() - slot.dueNs >= 0))
            {
                work += store(slot, wanted) ? 1 : 0;
            }
        }
        return work;
    }

    private boolean store(final Slot slot, final SinkPosition wanted)
    {
        try
        {
            positions.store(slot.sink, wanted);
        }
        catch (final StorageException e)
        {
            if (!slot.isFailing)
            {
                messages.accept("the position of sink " + slot.sink + " can't be stored and is tried again, the job " +
                    "goes on: " + e.getMessage());
            }
            slot.isFailing = true;
            slot.dueNs = nanoClock.getAsLong() + RETRY_NS;
            return false;
        }
        if (slot.isFailing)
        {
            messages.accept("the position of sink " + slot.sink + " is stored again");
        }
        slot.isFailing = false;
        // Release: pairs with the read in take.
        slot.stored = wanted;
        return true;
    }
}
