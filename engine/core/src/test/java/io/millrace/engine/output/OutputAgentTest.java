package io.millrace.engine.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.codecs.Memory;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OutputAgentTest
{
    private final Log ofWriter = new MemoryLog(1 << 12);
    private final Log held = new MemoryLog(1 << 12);
    private final OutputAgent output = new OutputAgent(List.of(ofWriter), held, () -> Long.MAX_VALUE);
    private final RecordWriter writer = new RecordWriter(ofWriter, 0, 1024);
    private long handedOn;

    @AfterEach
    void close()
    {
        writer.close();
        output.onClose();
        held.close();
        ofWriter.close();
    }

    private void make(final int records)
    {
        for (int i = 0; i < records; i++)
        {
            writer.hasRoom(8);
            Memory.putLong(writer.payload(), i);
            writer.commit(RecordDescriptor.RESULT, 0, 8);
        }
        writer.flush();
    }

    private void resume(final long first, final long number)
    {
        writer.resume(first);
        output.resume(0, first, number);
        output.await((ofRecords, position, below) -> handedOn >= position);
    }

    private OutputAgent.Cut cutAt(final long number)
    {
        output.askForCut(new long[]{number});
        output.doWork();
        return output.cut();
    }

    /** A run that died had written results 1 to 3 to its log and handed none of them on. */
    @Test
    void shouldGiveNoCutBeforeResultsOfAnEarlierRunAreHandedOnAgain()
    {
        resume(1, 4);
        assertNull(cutAt(3), "nothing has been made again");
        make(1);
        handedOn = ofWriter.endPosition();
        output.doWork();
        assertNull(output.cut(), "result 2 has not been made again");
        make(2);
        output.doWork();
        assertNull(output.cut(), "results 2 and 3 have not been handed on");
        handedOn = ofWriter.endPosition();
        output.doWork();
        assertNotNull(output.cut());
        assertEquals(4, output.cut().next()[0]);
        assertEquals(0, held.endPosition(), "the log holds them");
    }

    @Test
    void shouldGiveACutToAWriterThatMakesNothingBehindItsCheckpoint()
    {
        resume(3, 3);
        assertNotNull(cutAt(3));
    }

    @Test
    void shouldWaitForWhatTheLogHoldsInPart()
    {
        resume(1, 2);
        make(3);
        handedOn = ofWriter.endPosition();
        assertNotNull(cutAt(4));
        assertEquals(4, output.nextNumber(0));
    }
}
