package io.millrace.node.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoEventsTest
{
    private final Path folder;

    DemoEventsTest(@TempDir final Path folder)
    {
        this.folder = folder;
    }

    @Test
    void shouldWriteTheSameBytesForTheSameSeed() throws IOException
    {
        final byte[] first = generate(5000, 7);
        assertArrayEquals(first, generate(5000, 7));
        assertTrue(first.length > 5000 * 100);
    }

    @Test
    void shouldHoldWhatRealInputHolds() throws IOException
    {
        final Path file = folder.resolve("events.jsonl");
        assertEquals(new DemoEvents(1).write(file, 100_000, (rows) ->
        {
        }), Files.size(file));
        final List<String> lines = Files.readAllLines(file);
        assertEquals(100_000, lines.size());
        final long whole = lines.stream().filter((line) -> line.endsWith("}")).count();
        assertTrue(whole < 100_000 && whole > 99_800, "whole documents: " + whole);
        for (final String part : List.of("\"user_id\":null", "\"timestamp_col\":null", "\"payload\":null",
            "\"payload\":\"none\"", "пользователь-", "\\u00fcser_", "\"event_type\":\"login\""))
        {
            assertTrue(lines.stream().anyMatch((line) -> line.contains(part)), part);
        }
        assertTrue(lines.stream().anyMatch((line) -> !line.contains("user_id") && line.endsWith("}")));
        final Map<String, Integer> users = new HashMap<>();
        lines.forEach((line) ->
            users.merge(line.replaceAll(".*\"user_id\":(\"[^\"]*\"|null).*", "$1"), 1, Integer::sum));
        assertTrue(users.getOrDefault("\"user_0\"", 0) > 20 * 100_000 / 10_000, "the first user is far above the mean");
        assertTrue(users.size() > 5000);
    }

    private byte[] generate(final int rows, final long seed) throws IOException
    {
        final Path file = folder.resolve("e" + rows);
        new DemoEvents(seed).write(file, rows, (written) ->
        {
        });
        return Files.readAllBytes(file);
    }
}
