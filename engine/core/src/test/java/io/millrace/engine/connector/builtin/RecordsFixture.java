package io.millrace.engine.connector.builtin;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Keeps what a partition hands over; refuses every n-th offer. */
final class RecordsFixture implements RecordHandler
{
    /** One record as it was handed over; {@code fullLength} −1 where it was whole. */
    record Taken(String text, long positionHigh, long position, long fullLength)
    {
    }

    final List<Taken> records = new ArrayList<>();
    private final Source.Partition partition;
    private final int refuseEvery;
    private int offers;

    private RecordsFixture(final Source.Partition partition, final int refuseEvery)
    {
        this.partition = partition;
        this.refuseEvery = refuseEvery;
    }

    static SourceContext context(final Map<String, String> options, final int maxRecordBytes, final InputStream stdin)
    {
        final RowLayout layout = RowLayout.of(List.of(new SqlType.Field("a", SqlType.string())));
        return new SourceContext("t", options, layout, 1, maxRecordBytes, stdin);
    }

    /** Polls to the end, {@code limit} records at a time; every {@code refuseEvery}-th offer is refused (0: none). */
    static RecordsFixture drain(final Source.Partition partition, final int limit, final int refuseEvery)
    {
        final RecordsFixture fixture = new RecordsFixture(partition, refuseEvery);
        while (!partition.isEnded())
        {
            final int before = fixture.records.size();
            final long high = partition.positionHigh();
            final int taken = partition.poll(fixture, limit);
            if (taken != fixture.records.size() - before || taken > limit)
            {
                throw new AssertionError("poll answered " + taken);
            }
            if (taken > 0 && high != partition.positionHigh())
            {
                throw new AssertionError("the file changed in a poll that handed over records");
            }
            if (taken == 0)
            {
                LockSupport.parkNanos(1000);
            }
        }
        return fixture;
    }

    List<String> texts()
    {
        return records.stream().map(Taken::text).toList();
    }

    private boolean isRefused()
    {
        return refuseEvery > 0 && ++offers % refuseEvery == 0;
    }

    static String text(final long address, final int length)
    {
        final byte[] bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean onRecord(final long address, final int length, final long position)
    {
        if (isRefused())
        {
            return false;
        }
        records.add(new Taken(text(address, length), partition.positionHigh(), position, -1));
        return true;
    }

    @Override
    public boolean onOversized(final long address, final int length, final long fullLength, final long position)
    {
        if (isRefused())
        {
            return false;
        }
        records.add(new Taken(text(address, length), partition.positionHigh(), position, fullLength));
        return true;
    }

    @Override
    public boolean onMalformed(final long address, final int length, final long position)
    {
        throw new AssertionError("nothing malformed expected");
    }

    @Override
    public boolean onRow(final long row, final int length, final long position)
    {
        throw new AssertionError("no rows expected");
    }
}
