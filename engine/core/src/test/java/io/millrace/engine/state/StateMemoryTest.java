package io.millrace.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class StateMemoryTest
{
    @Test
    void shouldRoundEverySizeUpByLessThanAnEighth()
    {
        for (long bytes = 1; bytes < 1 << 20; bytes += 61)
        {
            final long given = StateMemory.classBytes(StateMemory.sizeClass(bytes));
            assertTrue(given >= bytes, bytes + " got " + given);
            assertTrue(bytes <= 512 || given <= bytes + bytes / 8 + 64, bytes + " got " + given);
        }
        assertEquals(1 << 20, StateMemory.classBytes(StateMemory.sizeClass(1 << 20)));
    }

    @Test
    void shouldHandOutZeroedAlignedPiecesThatNeverOverlap()
    {
        final SplittableRandom random = new SplittableRandom(7);
        try (StateMemory memory = new StateMemory(64 << 20, length -> 0))
        {
            final List<long[]> held = new ArrayList<>();
            for (int i = 0; i < 20_000; i++)
            {
                if (!held.isEmpty() && random.nextInt(3) == 0)
                {
                    final long[] piece = held.remove(random.nextInt(held.size()));
                    for (long at = 0; at + 8 <= piece[1]; at += 8)
                    {
                        assertEquals(piece[2], Memory.getLong(piece[0] + at));
                    }
                    memory.clearAndRelease(piece[0], piece[1]);
                    continue;
                }
                final long bytes = 8L * random.nextInt(1, random.nextInt(20) == 0 ? 8_000 : 40);
                final long address = memory.allocate(bytes);
                assertEquals(0, address & 63);
                for (long at = 0; at < bytes; at += 8)
                {
                    assertEquals(0, Memory.getLong(address + at));
                    Memory.putLong(address + at, i);
                }
                held.add(new long[]{address, bytes, i});
            }
            for (final long[] piece : held)
            {
                memory.clearAndRelease(piece[0], piece[1]);
            }
            assertEquals(0, memory.usedBytes());
        }
    }

    @Test
    void shouldHandOutEveryPieceAgainWhenAllHaveComeBack()
    {
        try (StateMemory memory = new StateMemory(4L * StateMemory.REGION_LENGTH, length -> 0))
        {
            final Set<Long> pieces = new HashSet<>();
            for (int i = 0; i < 1000; i++)
            {
                pieces.add(memory.allocate(128));
            }
            for (int round = 0; round < 3; round++)
            {
                pieces.forEach(piece -> memory.release(piece, 128));
                final Set<Long> again = new HashSet<>();
                for (int i = 0; i < 1000; i++)
                {
                    again.add(memory.allocate(128));
                }
                assertEquals(pieces, again);
            }
        }
    }

    @Test
    void shouldRefuseWhenTheBudgetIsSpent()
    {
        try (StateMemory memory = new StateMemory(2L * StateMemory.REGION_LENGTH, length -> 0))
        {
            memory.allocate(StateMemory.REGION_LENGTH);
            final StateExhaustedException thrown = assertThrows(StateExhaustedException.class,
                () -> memory.allocate(2L * StateMemory.REGION_LENGTH));
            assertTrue(thrown.getMessage().contains("millrace.memory.state"), thrown.getMessage());
        }
    }
}
