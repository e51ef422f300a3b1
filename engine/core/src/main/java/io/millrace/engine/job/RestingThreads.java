package io.millrace.engine.job;

import io.millrace.engine.connector.RestingPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * How a job's threads idle. Each backs off by itself, from yielding to parks of a millisecond, so that it is back
 * within one. None spins: where threads share a processor, one that spins keeps the row from coming that it waits for,
 * and where each has its own, a yield takes a quarter of a microsecond. A patient one, whose work is not on a row's way
 * to its result, does not yield but parks at once, for a quarter of a millisecond first: three such threads that looked
 * on behind each result took half a core.
 * A wake-up a thousand times a second is a hundredth of a core and more, though: once none of them has done
 * anything for a while they rest, in long parks, and the first that has work again wakes the others. A thread whose
 * input can't wake it goes on looking, every other millisecond and for input alone. One of which others can tell
 * whether it has input rests as soon as those it gets it from do, and is woken for input alone.
 *
 * <p><b>Threading:</b> each strategy is one thread's; {@link #wake()} is for all.
 */
final class RestingThreads
{
    /** Longest park of a thread that looks for work by itself. */
    static final long MAX_PARK_NS = 1_000_000;
    /** Park of one that looks for input that nobody wakes it for, where nobody has had work for a while. */
    private static final long LOOK_NS = 2_000_000;
    /** Park of a thread that will be woken; what waits for a time to come may be that much late. */
    static final long REST_NS = 100_000_000;

    private static final int YIELDS = 100;
    private static final long MIN_PARK_NS = 1_000;
    /** For how long a park takes a part of the time that it has been quiet; then each is twice as long. */
    private static final long SHORT_PARKS_NS = 2_000_000;
    private static final int SHORT_PART = 16;
    /** First park of a patient thread. */
    private static final long PATIENT_PARK_NS = 250_000;
    private static final long REST_AFTER_NS = 20_000_000;

    private final List<Idle> idles = new ArrayList<>();
    private final Runnable onQuiet;

    /**
     * @param onQuiet run in a thread that has had work and begins to park.
     */
    RestingThreads(final Runnable onQuiet)
    {
        this.onQuiet = onQuiet;
    }

    /** The strategy of one more thread; all are made before any thread starts. */
    Idle add()
    {
        return add(null, false);
    }

    /**
     * As {@link #add()}.
     *
     * @param hasInput  whether the thread has something to do, asked by the others; null where that can't be told.
     * @param isPatient whether its work may wait a while.
     */
    Idle add(final @Nullable BooleanSupplier hasInput, final boolean isPatient)
    {
        final Idle idle = new Idle(hasInput, isPatient);
        idles.add(idle);
        return idle;
    }

    /** Wakes those that rest. Any thread. */
    void wake()
    {
        for (int i = 0; i < idles.size(); i++)
        {
            idles.get(i).wake();
        }
    }

    /** Whether those rest that {@code idle} may get input from. */
    private boolean areOthersResting(final Idle idle)
    {
        for (int i = 0; i < idles.size(); i++)
        {
            final Idle other = idles.get(i);
            if (!other.isResting && (idle.hasInput == null || other.hasInput == null))
            {
                return false;
            }
        }
        return true;
    }

    /** Wakes those that rest and have input. */
    private void wakeForInput()
    {
        for (int i = 0; i < idles.size(); i++)
        {
            final Idle idle = idles.get(i);
            if (idle.isAsleep && idle.hasInput != null && idle.hasInput.getAsBoolean())
            {
                idle.isAsleep = false;
                idle.wake();
            }
        }
    }

    /** Input that may come without anybody waking the thread. */
    private record Look(BooleanSupplier isNeeded, BooleanSupplier hasCome)
    {
    }

    /** One thread's. */
    final class Idle implements IdleStrategy
    {
        private final @Nullable BooleanSupplier hasInput;
        private final boolean isPatient;
        private int turns;
        private long parkNs;
        private boolean isQuiet;
        /** When it began to park. */
        private long quietSinceNs;
        private final List<Look> looks = new ArrayList<>();
        /** Where it rests; null where only other threads wake it. */
        private @Nullable RestingPlace place;
        /** Whether it has had nothing to do for a while; written by its thread. */
        private volatile boolean isResting;
        /** Whether it is in a long park; written by its thread, and by who wakes it. */
        private volatile boolean isAsleep;
        private volatile boolean isWoken;
        private volatile boolean isNudged;
        private volatile @Nullable Thread thread;

        private Idle(final @Nullable BooleanSupplier hasInput, final boolean isPatient)
        {
            this.hasInput = hasInput;
            this.isPatient = isPatient;
            reset();
        }

        /**
         * Has it look every other millisecond while there may be input that nobody wakes it for. Called before its
         * thread starts.
         *
         * @param isNeeded asked by its thread each time before it rests.
         * @param hasCome  asked by its thread when it looks: whether a duty cycle might find something.
         */
        void look(final BooleanSupplier isNeeded, final BooleanSupplier hasCome)
        {
            looks.add(new Look(isNeeded, hasCome));
        }

        /**
         * Has it wait in a place while it rests. Called before its thread starts.
         *
         * @return whether it will: a thread can wait in one place only.
         */
        boolean restAt(final @Nullable RestingPlace wanted)
        {
            if (place == null)
            {
                place = wanted;
            }
            return wanted != null && place == wanted;
        }

        private boolean isLooking()
        {
            boolean isNeeded = false;
            for (int i = 0; i < looks.size(); i++)
            {
                isNeeded |= looks.get(i).isNeeded.getAsBoolean();
            }
            return isNeeded;
        }

        /** Looks in place of a rest, until something may have come. */
        private void lookOut()
        {
            boolean isQuiet = true;
            for (long ns = 0; isQuiet && ns < REST_NS; ns += LOOK_NS)
            {
                LockSupport.parkNanos(ns == 0 ? MAX_PARK_NS : LOOK_NS);
                isQuiet = !isWoken && !isNudged && isLooking();
                for (int i = 0; i < looks.size(); i++)
                {
                    isQuiet &= !looks.get(i).hasCome.getAsBoolean();
                }
            }
            isNudged = false;
        }

        /** Has it look at once where it rests, and rest again where there is nothing. Any thread. */
        void nudge()
        {
            isNudged = true;
            LockSupport.unpark(thread);
            final RestingPlace there = place;
            if (there != null)
            {
                there.wake();
            }
        }

        /** Wakes it where it rests. Any thread. */
        void wake()
        {
            isWoken = true;
            // One that is about to park finds the permit.
            nudge();
        }

        /** Its thread has ended: nobody waits for what it might bring. */
        void leave()
        {
            isResting = true;
        }

        @Override
        public void idle(final int workCount)
        {
            if (workCount <= 0)
            {
                idle();
                return;
            }
            if (isResting)
            {
                // Before the others look whether all rest: who parks for long after this has been woken already.
                isResting = false;
                for (int i = 0; i < idles.size(); i++)
                {
                    final Idle other = idles.get(i);
                    if (other != this && other.isResting && other.hasInput == null)
                    {
                        other.wake();
                    }
                }
            }
            wakeForInput();
            reset();
        }

        @Override
        public void idle()
        {
            if (turns < YIELDS)
            {
                turns++;
                Thread.yield();
            }
            else
            {
                park();
            }
        }

        private void park()
        {
            if (thread == null)
            {
                thread = Thread.currentThread();
            }
            final long nowNs = System.nanoTime();
            if (!isQuiet)
            {
                isQuiet = true;
                quietSinceNs = nowNs;
                onQuiet.run();
            }
            final long quietNs = nowNs - quietSinceNs;
            // What was handed on in the last duty cycle may not have been seen then.
            wakeForInput();
            if (quietNs < REST_AFTER_NS)
            {
                LockSupport.parkNanos(parkNs);
                parkNs = isPatient || quietNs >= SHORT_PARKS_NS ? Math.min(MAX_PARK_NS, parkNs * 2) :
                    Math.max(MIN_PARK_NS, quietNs / SHORT_PART);
                return;
            }
            isResting = true;
            final boolean isLooking = isLooking();
            if (!areOthersResting(this))
            {
                LockSupport.parkNanos(MAX_PARK_NS);
            }
            else if (isLooking)
            {
                lookOut();
            }
            else
            {
                isAsleep = true;
                // Asked behind the write: who hands on input sees the sleeper, or this sees the input, which may be one
                // that can't be taken now.
                final boolean isOffered = hasInput != null && hasInput.getAsBoolean();
                if (isOffered)
                {
                    LockSupport.parkNanos(MAX_PARK_NS);
                }
                else
                {
                    rest();
                }
                isAsleep = false;
            }
            if (isWoken)
            {
                isWoken = false;
                reset();
            }
        }

        private void rest()
        {
            final RestingPlace there = place;
            if (there == null)
            {
                LockSupport.parkNanos(REST_NS);
            }
            else
            {
                there.rest(REST_NS);
            }
        }

        @Override
        public void reset()
        {
            turns = isPatient ? YIELDS : 0;
            parkNs = isPatient ? PATIENT_PARK_NS : MIN_PARK_NS;
            isQuiet = false;
        }

        @Override
        public String alias()
        {
            return "resting";
        }
    }
}
