package io.millrace.node.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** When a node is killed: what it has to have come to. */
enum KillMoment
{
    /** While Java starts, the job is compiled and the state is restored. */
    STARTING
    {
        @Override
        BooleanSupplier of(final NodeProcess node, final Path input, final Random random)
        {
            final long ageNs = (long)(random.nextDouble() * LONGEST_START_NS);
            return () -> node.ageNs() >= ageNs || node.position(input) >= 0;
        }
    },
    /** Between the place in the input where it goes on and the input's end: first of all it replays. */
    READING
    {
        @Override
        BooleanSupplier of(final NodeProcess node, final Path input, final Random random)
        {
            final long end = length(input);
            final double share = random.nextDouble() * random.nextDouble();
            final long[] target = {-1};
            return () ->
            {
                final long position = node.position(input);
                if (target[0] < 0 && position >= 0)
                {
                    target[0] = position + (long)(share * (end - position));
                }
                return position >= 0 && position >= target[0];
            };
        }
    },
    /** While the last windows are closed, the last rows committed and the last checkpoint is taken. */
    ENDING
    {
        @Override
        BooleanSupplier of(final NodeProcess node, final Path input, final Random random)
        {
            final long end = length(input);
            final long afterNs = (long)(random.nextDouble() * LONGEST_END_NS);
            final long[] endNs = {-1};
            final boolean[] wasOpen = {false};
            return () ->
            {
                final long position = node.position(input);
                wasOpen[0] |= position >= 0;
                if (endNs[0] < 0 && (position == end || wasOpen[0] && position < 0))
                {
                    endNs[0] = node.ageNs();
                }
                return endNs[0] >= 0 && node.ageNs() - endNs[0] >= afterNs;
            };
        }
    };

    private static final long LONGEST_START_NS = 1_500_000_000L;
    private static final long LONGEST_END_NS = 60_000_000L;

    /** Asked again and again while the node lives: whether it is to be killed now. */
    abstract BooleanSupplier of(NodeProcess node, Path input, Random random);

    /** Mostly while it reads. */
    static KillMoment any(final Random random)
    {
        final int n = random.nextInt(10);
        return n < 2 ? STARTING : n < 8 ? READING : ENDING;
    }

    private static long length(final Path input)
    {
        try
        {
            return Files.size(input);
        }
        catch (final IOException e)
        {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
