package io.millrace.engine.setting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest
{
    @Test
    void shouldHaveValidDefaults()
    {
        final Settings settings = Settings.of(Map.of());
        assertEquals(1, settings.count(Settings.SHARDS));
        assertEquals(65_536, settings.count(Settings.BLOCK_BYTES));
        assertEquals(1 << 20, settings.count(Settings.MAX_ROW_BYTES));
        assertEquals(0, settings.number(Settings.IDLE_TIMEOUT));
        assertEquals(4L << 30, settings.stateBytes(8L << 30));
        for (final Setting setting : Settings.all())
        {
            assertEquals(List.of(), Settings.check(Map.of(setting.key(), setting.defaultText())), setting.key());
            assertTrue(setting.description().endsWith("."), setting.key());
        }
    }

    @Test
    void shouldUnderstandUnits()
    {
        final Settings settings = Settings.of(Map.of("millrace.memory.state", "2 GB", "millrace.block.bytes", "128kb",
            "table.exec.source.idle-timeout", "5 s", "parallelism.default", " 4 "));
        assertEquals(2L << 30, settings.stateBytes(1));
        assertEquals(131_072, settings.count(Settings.BLOCK_BYTES));
        assertEquals(5_000_000_000L, settings.number(Settings.IDLE_TIMEOUT));
        assertEquals(4, settings.count(Settings.SHARDS));
        assertEquals("64kb", Units.bytes(65_536));
        assertEquals("90 s", Units.duration(90_000_000_000L));
    }

    @Test
    void shouldReportAllViolationsAtOnce()
    {
        final List<String> messages = Settings.check(Map.of("parallelism.default", "65",
            "parralelism.default", "2", "millrace.ring.slots", "63", "millrace.block.bytes", "12 apples",
            "millrace.placement", "fast", "table.local-time-zone", "Europe/Berlin", "xyzzy", "1",
            "execution.runtime-mode", "batch", "placement", "fused"))
            .stream().map(Settings.Violation::toString).toList();
        assertEquals(List.of(
            "setting 'execution.runtime-mode' is 'batch', expected streaming",
            "setting 'millrace.block.bytes' is '12 apples', expected bytes such as 64kb, 16mb or 2gb",
            "setting 'millrace.placement' is 'fast', expected one of auto, fused, balanced, dedicated",
            "setting 'millrace.ring.slots' is '63', expected a power of two from 4 to 65536",
            "setting 'parallelism.default' is '65', expected 1 to 64",
            "unknown setting 'parralelism.default'; did you mean 'parallelism.default'?",
            "unknown setting 'placement'; did you mean 'millrace.placement'?",
            "setting 'table.local-time-zone' is 'Europe/Berlin', expected UTC",
            "unknown setting 'xyzzy'"), messages);
    }

    @Test
    void shouldAcceptFlinkKeysWithoutEffect()
    {
        assertEquals(List.of(), Settings.check(Map.of("execution.runtime-mode", "streaming")));
        assertFalse(Settings.withoutEffect().isEmpty());
    }
}
