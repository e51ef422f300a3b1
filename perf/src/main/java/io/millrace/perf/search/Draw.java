package io.millrace.perf.search;

import java.util.List;
import java.util.SplittableRandom;

/** Choices of one seed. */
final class Draw
{
    private final SplittableRandom random;

    Draw(final long seed)
    {
        random = new SplittableRandom(seed);
    }

    int below(final int bound)
    {
        return random.nextInt(bound);
    }

    int between(final int least, final int most)
    {
        return random.nextInt(least, most + 1);
    }

    long anyLong()
    {
        return random.nextLong();
    }

    /** True once in {@code times}. */
    boolean once(final int times)
    {
        return random.nextInt(times) == 0;
    }

    String of(final String... choices)
    {
        return choices[random.nextInt(choices.length)];
    }

    <T> T from(final List<T> choices)
    {
        return choices.get(random.nextInt(choices.size()));
    }
}
