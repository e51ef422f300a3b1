package io.millrace.perf.flink;

import io.millrace.perf.workload.Lines;
import io.millrace.perf.workload.TimeText;
import io.millrace.perf.workload.Workload;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.table.data.RowData;

/** Pool rows as JSON lines that Flink's own format decodes; the event time is written into each line. */
final class LinePool implements PoolSource.Pool
{
    private final Workload rows;
    private final DeserializationSchema<RowData> decoder;
    private final byte[][] lines;
    private final int[] timeOffsets;
    private final TimeText times = new TimeText();
    private long turn;
    private int next;

    LinePool(final DeserializationSchema<RowData> decoder)
    {
        this.decoder = decoder;
        rows = FlinkPeer.Run.current().rows();
        final Lines text = new Lines(rows, false);
        lines = new byte[rows.size()][];
        timeOffsets = new int[lines.length];
        for (int i = 0; i < lines.length; i++)
        {
            lines[i] = text.line(i);
            timeOffsets[i] = Lines.timeOffset(lines[i]);
        }
    }

    @Override
    public RowData next() throws Exception
    {
        final byte[] line = lines[next];
        System.arraycopy(times.of(rows.timeMs(turn, next)), 0, line, timeOffsets[next], TimeText.LENGTH);
        if (++next == lines.length)
        {
            next = 0;
            turn++;
        }
        return decoder.deserialize(line);
    }
}
