package io.millrace.perf.micro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.json.JsonOptions;
import io.millrace.codecs.json.JsonRowDecoder;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JacksonRowsTest
{
    private static final int ROOM = 4096;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldWriteTheBytesOfOurDecoderWhenLinesAreTheSame(final boolean isShuffled) throws IOException
    {
        final EventLines lines = new EventLines(2_000, isShuffled);
        final long ours = Memory.allocate(ROOM);
        final long theirs = Memory.allocate(ROOM);
        try (JsonRowDecoder decoder = new JsonRowDecoder(
            EventLines.LAYOUT, EventLines.LAYOUT.columns().size(), JsonOptions.defaults());
            JacksonRows jackson = new JacksonRows(lines.text()))
        {
            for (int i = 0; i < lines.count(); i++)
            {
                final int length = decoder.decode(lines.address(i), lines.length(i), ours, ROOM);
                assertEquals(length, jackson.next(theirs), "line " + i);
                assertTrue(Memory.isEqual(ours, theirs, length), "line " + i);
            }
            assertEquals(-1, jackson.next(theirs));
        }
        finally
        {
            Memory.free(ours);
            Memory.free(theirs);
            lines.free();
        }
    }
}
