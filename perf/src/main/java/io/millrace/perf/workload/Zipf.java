package io.millrace.perf.workload;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Ranks from 0 on, rank {@code r} drawn in proportion to {@code 1/(r+1)^exponent}. */
final class Zipf
{
    private final double[] cumulative;

    Zipf(final int ranks, final double exponent)
    {
        cumulative = new double[ranks];
        double sum = 0;
        for (int i = 0; i < ranks; i++)
        {
            sum += Math.pow(i + 1, -exponent);
            cumulative[i] = sum;
        }
    }

    int next(final SplittableRandom random)
    {
        final int found = Arrays.binarySearch(cumulative, random.nextDouble() * cumulative[cumulative.length - 1]);
        return Math.min(cumulative.length - 1, found < 0 ? -found - 1 : found);
    }
}
