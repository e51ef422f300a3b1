package io.millrace.engine.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.engine.plan.AggregatePlan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tables of a slice against Java's collections. */
final class SliceTest
{
    private static final int COUNT = 0;
    private static final int SET = 8;
    private static final int STRING = 40;

    private final long key = Memory.allocate(1024);
    private final long value = Memory.allocate(1024);
    private final StateMemory memory = new StateMemory(256L << 20, length -> 0);
    private final DistinctBatch distinct = new DistinctBatch(memory);
    private final Slice slice = new Slice(memory, new AggregatePlan(0, 0, new AggregatePlan.TumblingWindow(1000, 0),
        AggregatePlan.Grouping.KEYED, 16, 56, List.of(new AggregatePlan.DistinctSet(SET, 32, false)), List.of(STRING),
        () ->
        {
            throw new IllegalStateException("not called here");
        }), distinct);

    @AfterEach
    void free()
    {
        memory.close();
        Memory.free(key);
        Memory.free(value);
    }

    @Test
    void shouldAgreeWithCollectionsForKeysOfAnyLengthAndGrowingSets()
    {
        final SplittableRandom random = new SplittableRandom(11);
        final Map<String, Long> counts = new HashMap<>();
        final Map<String, Set<String>> sets = new HashMap<>();
        final Map<String, String> least = new HashMap<>();
        for (int i = 0; i < 200_000; i++)
        {
            final int user = (int)Math.pow(random.nextInt(1, 3000), random.nextDouble());
            final String name = user % 3 == 0 ? "user-" + user : "u".repeat(user % 3 == 1 ? user % 60 : 0) + user;
            final String page = "/p/" + random.nextInt(user % 5 == 0 ? 5_000 : 12) + (user % 2 == 0 ? "" : "/long");
            final long entry = entry(name);
            final long accumulators = entry + slice.table().accumulatorOffset();
            Memory.putLong(accumulators + COUNT, Memory.getLong(accumulators + COUNT) + 1);
            slice.addDistinct(0, accumulators + SET, value, put(value, page));
            distinct.apply();
            final long held = accumulators + STRING;
            if (!slice.hasString(held) ||
                page.compareTo(text(slice.stringAddress(held), slice.stringLength(held))) < 0)
            {
                slice.setString(held, value, put(value, page));
            }
            counts.merge(name, 1L, Long::sum);
            sets.computeIfAbsent(name, n -> new HashSet<>()).add(page);
            assertEquals(sets.get(name).size(), slice.distinctCount(0, accumulators + SET), name + " " + page);
            least.merge(name, page, (a, b) -> a.compareTo(b) <= 0 ? a : b);
        }
        assertEquals(counts.size(), slice.table().size());
        int seen = 0;
        for (int group = 0; group < KeyTable.GROUPS; group++)
        {
            for (int slot = 0; slot < slice.table().slots(group); slot++)
            {
                final long entry = slice.table().entryAt(group, slot);
                if (entry != 0)
                {
                    final String name = text(slice.table().key(entry), KeyTable.keyLength(entry));
                    final long accumulators = entry + slice.table().accumulatorOffset();
                    assertEquals(counts.get(name), Memory.getLong(accumulators + COUNT), name);
                    assertEquals(sets.get(name).size(), slice.distinctCount(0, accumulators + SET), name);
                    final long held = accumulators + STRING;
                    assertEquals(least.get(name), text(slice.stringAddress(held), slice.stringLength(held)));
                    slice.clear(entry);
                    seen++;
                }
            }
            slice.table().releaseGroup(group);
        }
        assertEquals(counts.size(), seen);
        final int slots = slice.dictionary(0).slots();
        int drained = 0;
        while (drained < slots)
        {
            drained = slice.dictionary(0).drain(drained, 1000);
        }
        assertEquals(64, memory.usedBytes(), "only the slice's own scratch is left");
    }

    @Test
    void shouldTellKeysApartThatShareTheirBytes()
    {
        final long a = entry("a");
        assertEquals(a, entry("a"));
        assertFalse(a == entry("a\0"));
        assertFalse(entry("") == entry("\0"));
        assertTrue(slice.table().size() == 4);
    }

    private long entry(final String name)
    {
        final int length = put(key, name);
        return slice.table().findOrInsert(Memory.hash(key, length), key, length);
    }

    private static int put(final long to, final String text)
    {
        final byte[] bytes = text.getBytes(UTF_8);
        Memory.putLong(to + (bytes.length & -8), 0);
        Memory.copy(bytes, 0, to, bytes.length);
        return bytes.length;
    }

    private static String text(final long address, final int length)
    {
        final byte[] bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return new String(bytes, UTF_8);
    }
}
