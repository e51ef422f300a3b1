package io.millrace.engine.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class LatencyDescriptorTest
{
    @Test
    void shouldPutEveryDurationIntoABucketLessThanAHundredthWide()
    {
        final Random random = new Random(3);
        for (int i = 0; i < 100_000; i++)
        {
            final long ns = random.nextLong() & LatencyDescriptor.MAX_NS >> random.nextInt(42);
            final int bucket = LatencyDescriptor.bucket(ns);
            final long highest = LatencyDescriptor.highest(bucket);
            assertTrue(highest >= ns && highest - ns <= ns / 100,
                ns + " ns is counted as " + highest);
            assertTrue(bucket == 0 || LatencyDescriptor.highest(bucket - 1) < ns, ns + " ns");
        }
    }

    @Test
    void shouldHaveABucketForEverything()
    {
        assertEquals(0, LatencyDescriptor.bucket(-1));
        assertEquals(LatencyDescriptor.BUCKETS - 1, LatencyDescriptor.bucket(Long.MAX_VALUE));
        assertEquals(LatencyDescriptor.MAX_NS, LatencyDescriptor.highest(LatencyDescriptor.BUCKETS - 1));
        for (int bucket = 0; bucket < LatencyDescriptor.BUCKETS; bucket++)
        {
            assertEquals(bucket, LatencyDescriptor.bucket(LatencyDescriptor.highest(bucket)));
        }
        assertEquals(0, LatencyDescriptor.LENGTH % 64);
    }
}
