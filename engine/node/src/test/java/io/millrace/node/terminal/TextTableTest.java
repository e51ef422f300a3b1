package io.millrace.node.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TextTableTest
{
    @Test
    void shouldAlignWideAndNarrowText()
    {
        final TextTable table = new TextTable("  ", "statement", ">in");
        table.add("用户", "1,000");
        table.add("x", "7");
        assertEquals("  statement     in\n  ─────────  ─────\n  用户       1,000\n  x              7",
            table.toString());
    }

    @Test
    void shouldShowNumbersForPeople()
    {
        assertEquals("1,234,567", Numbers.grouped(1_234_567));
        assertEquals("4.31 M", Numbers.rate(4_312_000));
        assertEquals("950 k", Numbers.rate(950_000));
        assertEquals("12", Numbers.rate(12));
        assertEquals("446 MB", Numbers.bytes(446_000_000));
        assertEquals("999 B", Numbers.bytes(999));
        assertEquals("1.5 KB", Numbers.bytes(1500));
        assertEquals("0.42 s", Numbers.seconds(420_000_000));
        assertEquals("2 min 5 s", Numbers.seconds(125_000_000_000L));
    }
}
