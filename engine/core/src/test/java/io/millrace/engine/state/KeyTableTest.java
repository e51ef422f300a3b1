package io.millrace.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KeyTableTest
{
    private static final int KEYS = 50_000;

    private final long key = Memory.allocate(64);
    private final StateMemory memory = new StateMemory(256L << 20, length -> 0);
    private final KeyTable table = new KeyTable(memory, 16, 40);

    @AfterEach
    void free()
    {
        memory.close();
        Memory.free(key);
    }

    @Test
    void shouldSayWhereAKeyLiesWhenTablesAreNearlyFull()
    {
        insertAll(table);
        final KeyTable fitted = new KeyTable(memory, 16, 40);
        fitted.sizeLike(table);
        insertAll(fitted);
        assertEquals(0, fitted.moves(), "as many keys as before need no growth");
        int likely = 0;
        long slots = 0;
        for (int group = 0; group < KeyTable.GROUPS; group++)
        {
            slots += fitted.slots(group);
        }
        for (int i = 0; i < KEYS; i++)
        {
            final int length = put(i);
            final long hash = Memory.hash(key, length);
            final long slot = fitted.likelySlot(hash);
            final boolean isThere = fitted.isAt(slot, hash, key, length);
            assertEquals(isThere, slot == fitted.findOrInsert(hash, key, length));
            likely += isThere ? 1 : 0;
        }
        assertEquals(KEYS, fitted.size());
        assertTrue(slots * 6 < KEYS * 10L, KEYS + " keys in " + slots + " slots");
        assertTrue(likely > KEYS * 0.9, likely + " of " + KEYS);
    }

    @Test
    void shouldFindNothingThereWhenAGroupIsEmptyAgain()
    {
        insertAll(table);
        for (int group = 0; group < KeyTable.GROUPS; group++)
        {
            for (int slot = 0; slot < table.slots(group); slot++)
            {
                if (table.entryAt(group, slot) != 0)
                {
                    table.clear(table.entryAt(group, slot));
                }
            }
            table.releaseGroup(group);
        }
        assertEquals(0, memory.usedBytes());
        assertEquals(0, table.size());
        final int length = put(1);
        final long hash = Memory.hash(key, length);
        assertEquals(false, table.isAt(table.likelySlot(hash), hash, key, length));
        insertAll(table);
        assertEquals(KEYS, table.size());
    }

    private void insertAll(final KeyTable into)
    {
        for (int i = 0; i < KEYS; i++)
        {
            final int length = put(i);
            into.findOrInsert(Memory.hash(key, length), key, length);
        }
    }

    /** Keys of 1 to 24 bytes: within one word, two, and apart from their entries. */
    private int put(final int i)
    {
        Memory.fill(key, 32, (byte)0);
        final byte[] digits = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
        Memory.copy(digits, 0, key, digits.length);
        final int length = digits.length + i % 20;
        Memory.fill(key + digits.length, length - digits.length, (byte)'-');
        return length;
    }
}
